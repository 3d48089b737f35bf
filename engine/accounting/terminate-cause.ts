import { TerminateCause } from '../radius/attribute-type.ts';

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(TerminateCause).map(([name, value]) => [value, kebab(name)]),
);

function kebab(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

/** Word for an Acct-Terminate-Cause (RFC 2866 §5.10) such as `user-request`; `stopped` when absent, else `cause-N`. */
export function terminateCauseName(cause: number): string {
  return NAMES.get(cause) ?? (cause === 0 ? 'stopped' : `cause-${cause}`);
}
