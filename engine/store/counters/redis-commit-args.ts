import type { LineCommit } from '../../pipeline/counter-store.ts';
import type { Instant } from '../../values/instant.ts';
import { packEvent } from './pack-event.ts';
import type { KnownLine } from './redis-known-lines.ts';
import { fieldChanges } from './redis-line-fields.ts';

/**
 * The moment for which the line stands in the index after its commit. An interim moves the moment further away every
 * time, so a later moment leaves the entry where it is: it fires early, is looked at, and is moved then.
 */
export function plannedAfter({ wakeAt, at }: LineCommit, known: KnownLine | undefined): Instant | undefined {
  const planned = known?.planned;
  const stays = planned !== undefined && wakeAt !== undefined && planned <= wakeAt && planned > at;
  return stays ? planned : wakeAt;
}

/**
 * Appends what `mizan_commit` is told of a line (`schemas/redis/mizan.lua`).
 * @param known what its hash holds, if that is known; else all fields are written.
 */
export function addLine(args: string[], line: LineCommit, known: KnownLine | undefined): void {
  const { expectedVersion, state, events, effects } = line;
  const version = String(expectedVersion + 1);
  const before = known?.state;
  const mode = state === undefined ? 'd' : before === undefined ? 'p' : 's';
  const { set, remove } = state === undefined ? NO_CHANGES : fieldChanges(before, state);
  const removes = remove.length === 0 ? '-' : 'r';
  const acts = effects.length === 0 ? '-' : 'e';
  args.push(String(expectedVersion), mode + removes + acts + momentText(line, known));
  if (state === undefined) args.push('1', version);
  else args.push(String(set.length + 2), 'version', version, ...set);
  args.push(String(events.length));
  if (events.length > 0) args.push(textLines(events.map(packEvent)));
  if (remove.length > 0) args.push(String(remove.length), ...remove);
  if (effects.length > 0) args.push(textLines(effects));
}

const NO_CHANGES = { set: [], remove: [] };

function momentText(line: LineCommit, known: KnownLine | undefined): string {
  const planned = plannedAfter(line, known);
  if (known !== undefined && planned === known.planned) return '';
  return planned === undefined ? '-' : String(planned);
}

function textLines(values: readonly unknown[]): string {
  let text = JSON.stringify(values[0]);
  for (let index = 1; index < values.length; index++) text += `\n${JSON.stringify(values[index])}`;
  return text;
}
