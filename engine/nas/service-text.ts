import type { AppliedService } from '../accounting/session.ts';
import type { Octets } from '../values/octets.ts';
import { fail, ok, type Result } from '../values/result.ts';

/**
 * Names that a text of the settings may hold in braces: `{downKbps}`, also multiplied or divided by a number:
 * `{downKbps*1.5}`, `{capOctets/1024}`; what is left of a division is dropped. `was…` is the service before a change;
 * `capLow` and `capHigh` are the cap's lower 32 bits and its gigawords. What tells the burst is the speed itself where a
 * service has none, so that one text serves all plans.
 */
const PLACEHOLDERS = [
  'mode',
  'downKbps',
  'upKbps',
  'downBps',
  'upBps',
  'burstDownKbps',
  'burstUpKbps',
  'thresholdDownKbps',
  'thresholdUpKbps',
  'burstSeconds',
  'wasMode',
  'wasDownKbps',
  'wasUpKbps',
  'wasDownBps',
  'wasUpBps',
  'capOctets',
  'capLow',
  'capHigh',
] as const;

type PlaceholderName = (typeof PLACEHOLDERS)[number];

/** A text with its placeholders found. */
export interface ServiceText {
  readonly parts: readonly (string | Placeholder)[];
}

interface Placeholder {
  readonly name: PlaceholderName;
  readonly multiplier: number;
  readonly divisor: number;
}

/** What the placeholders stand for; one that is `undefined` makes the texts that need it unwritable. */
export type ServiceValues = Readonly<Record<PlaceholderName, string | number | undefined>>;

/** Leaves room in an attribute (253 octets) for a vendor's header and the words a driver puts in front. */
const TEXT_OCTETS_MAX = 200;
const GIGAWORD = 2 ** 32;
const PLACEHOLDER = /^([a-zA-Z]+)(?:([*/])(\d+(?:\.\d+)?))?$/;

/** Finds the placeholders of a text, or says in words what is wrong with it. */
export function parseServiceText(text: string): Result<ServiceText, string> {
  if (!/^[^{}]*(\{[^{}]*\}[^{}]*)*$/.test(text)) return fail('has a brace without its other half');
  const parts: (string | Placeholder)[] = [];
  for (const [index, piece] of text.split(/[{}]/).entries()) {
    if (index % 2 === 0) {
      if (piece !== '') parts.push(piece);
      continue;
    }
    const placeholder = parsePlaceholder(piece);
    if (!placeholder.ok) return placeholder;
    parts.push(placeholder.value);
  }
  return ok({ parts });
}

function parsePlaceholder(piece: string): Result<Placeholder, string> {
  const [, name = '', sign, number = '1'] = PLACEHOLDER.exec(piece) ?? [];
  const known = PLACEHOLDERS.find((placeholder) => placeholder === name);
  if (known === undefined) return fail(`holds {${piece}}, which stands for nothing`);
  const factor = Number(number);
  if (factor === 0) return fail(`holds {${piece}}, which has no value`);
  return ok({ name: known, multiplier: sign === '*' ? factor : 1, divisor: sign === '/' ? factor : 1 });
}

/** The text with all values in place; `undefined` when one of them is missing or the text is too long to be sent. */
export function fillServiceText({ parts }: ServiceText, values: ServiceValues): string | undefined {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = values[part.name];
    if (value === undefined) return undefined;
    text += typeof value === 'number' ? Math.trunc((value * part.multiplier) / part.divisor) : value;
  }
  return Buffer.byteLength(text) <= TEXT_OCTETS_MAX ? text : undefined;
}

/** The values for a service; a speed of 0, which is the NAS's own, has none, nor has a cap of nothing. */
export function serviceValues(
  service: AppliedService,
  before: AppliedService | undefined,
  capOctets: Octets | undefined,
): ServiceValues {
  const cap = capOctets || undefined;
  return {
    mode: service.mode,
    downKbps: service.downKbps || undefined,
    upKbps: service.upKbps || undefined,
    downBps: service.downKbps * 1000 || undefined,
    upBps: service.upKbps * 1000 || undefined,
    ...burstValues(service),
    wasMode: before?.mode,
    wasDownKbps: before?.downKbps || undefined,
    wasUpKbps: before?.upKbps || undefined,
    wasDownBps: before?.downKbps ? before.downKbps * 1000 : undefined,
    wasUpBps: before?.upKbps ? before.upKbps * 1000 : undefined,
    capOctets: cap,
    capLow: cap && cap % GIGAWORD,
    capHigh: cap && Math.trunc(cap / GIGAWORD),
  };
}

function burstValues({ downKbps, upKbps, burst }: AppliedService) {
  return {
    burstDownKbps: burst?.downKbps ?? (downKbps || undefined),
    burstUpKbps: burst?.upKbps ?? (upKbps || undefined),
    thresholdDownKbps: burst?.thresholdDownKbps ?? (downKbps || undefined),
    thresholdUpKbps: burst?.thresholdUpKbps ?? (upKbps || undefined),
    burstSeconds: burst?.seconds ?? 1,
  };
}

/** Fills one text for services that stand alone; without a text, or with one that is none, never gives any. */
export function serviceFiller(text: string | undefined): (service: AppliedService) => string | undefined {
  const parsed = text === undefined ? undefined : parseServiceText(text);
  if (!parsed?.ok) return () => undefined;
  return (service) => fillServiceText(parsed.value, serviceValues(service, undefined, undefined));
}
