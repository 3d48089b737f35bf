import { totalOctets } from '../accounting/count-octets.ts';
import type { Session } from '../accounting/session.ts';
import type { LineState } from '../policy/line-state.ts';
import type { Instant } from '../values/instant.ts';
import { mayHaveLeft } from './grant-window.ts';
import type { Difference, GrantBalance, HistoryBalance, LedgerBalance } from './reconcile.ts';
import type { UsageFigures } from './usage-history.ts';

/** What the three stores hold of one line; `state` is `undefined` when the counters do not know it. */
export interface LineInStores {
  readonly username: string;
  readonly lineId: number;
  readonly state: LineState | undefined;
  readonly ledger: LedgerBalance;
  readonly history: HistoryBalance;
  /** When they were read. */
  readonly now: Instant;
}

const FIGURES = [
  'inputOctets',
  'outputOctets',
  'chargedOctets',
  'freeOctets',
  'quarantinedOctets',
  'burnedOctets',
  'overshotOctets',
] as const satisfies readonly (keyof UsageFigures)[];

const NO_FIGURES: UsageFigures = {
  inputOctets: 0,
  outputOctets: 0,
  chargedOctets: 0,
  freeOctets: 0,
  quarantinedOctets: 0,
  burnedOctets: 0,
  overshotOctets: 0,
};

const NO_GRANT: GrantBalance = { octets: 0, consumedOctets: 0 };

/** Lowest and highest value that a figure may truly have, given what the stores say. */
interface Bounds {
  low: bigint;
  high: bigint;
}

type Found = Omit<Difference, 'username' | 'lineId'>;

/**
 * Every figure of a line on which the stores do not agree; empty when they do.
 * - A session that the counters keep: its seven figures in all three stores.
 * - A grant: `consumed` in counters and ledger.
 * - The line: all that its sessions ever burned by the history, and all that was taken from its grants.
 * - Each session: input + output = charged + free + quarantined.
 *
 * One wrong figure is one difference of just its octets: what a session or a grant explains is not held against the
 * line again. The stores must have been read while nothing of the line was on its way between them.
 */
export function reconcileLine({ username, lineId, state, ledger, history, now }: LineInStores): Difference[] {
  const found: Found[] = [];
  const burned = compareSessions(state?.sessions ?? [], ledger, history, found);
  const consumed = compareGrants(state, ledger, now, found);
  compareWhole(burned, consumed, state, ledger, history, found);
  const { unaccountedOctets } = history.others;
  if (unaccountedOctets > 0) {
    found.push({
      figure: 'unaccountedOctets',
      counters: null,
      ledger: null,
      history: unaccountedOctets,
      octets: unaccountedOctets,
    });
  }
  return found.map((difference) => ({ username, lineId, ...difference }));
}

/** The session's figures as every store words them. */
function figuresOf({ counters, usage }: Session): UsageFigures {
  const { inputOctets, outputOctets } = totalOctets(counters);
  const { chargedOctets, freeOctets, quarantinedOctets, burnedOctets, overshotOctets } = usage;
  return {
    inputOctets,
    outputOctets,
    chargedOctets,
    freeOctets,
    quarantinedOctets,
    burnedOctets,
    overshotOctets,
  };
}

function compareSessions(
  sessions: readonly Session[],
  ledger: LedgerBalance,
  history: HistoryBalance,
  found: Found[],
): Bounds {
  const others = BigInt(history.others.burnedOctets);
  const burned: Bounds = { low: others, high: others };
  for (const session of sessions) {
    const counted = figuresOf(session);
    const recorded = ledger.sessions.get(session.key) ?? NO_FIGURES;
    const remembered = history.sessions.get(session.key) ?? NO_FIGURES;
    const before = found.length;
    for (const figure of FIGURES) {
      const stores = { counters: counted[figure], ledger: recorded[figure], history: remembered[figure] };
      const low = Math.min(stores.counters, stores.ledger, stores.history);
      const high = Math.max(stores.counters, stores.ledger, stores.history);
      if (high > low) found.push({ sessionKey: session.key, figure, ...stores, octets: high - low });
      if (figure === 'burnedOctets') widen(burned, low, high);
    }
    const unaccounted = unaccountedOf(counted);
    if (found.length === before && unaccounted > 0) {
      const everywhere = { counters: unaccounted, ledger: unaccounted, history: unaccounted };
      const figure = 'unaccountedOctets';
      found.push({ sessionKey: session.key, figure, ...everywhere, octets: unaccounted });
    }
  }
  return burned;
}

function unaccountedOf(figures: UsageFigures): number {
  const { inputOctets, outputOctets, chargedOctets, freeOctets, quarantinedOctets } = figures;
  const parts = sum([chargedOctets, freeOctets, quarantinedOctets]);
  const off = sum([inputOctets, outputOctets]) - parts;
  return toOctets(off < 0n ? -off : off);
}

/**
 * A grant that ended long ago has left the counters: what the ledger knows of it is compared with the history alone. One
 * that was made smaller than what was on its way to the ledger is used up in the counters and more than used up
 * in the ledger: that is no difference, the line's own figure is then the ledger's.
 */
function compareGrants(
  state: LineState | undefined,
  ledger: LedgerBalance,
  now: Instant,
  found: Found[],
): Bounds {
  const counted = new Map(state?.grants.map(({ id, consumed }) => [id, consumed as number]));
  const consumed: Bounds = { low: 0n, high: 0n };
  for (const grantId of new Set([...counted.keys(), ...ledger.grants.keys()])) {
    const inCounters = counted.get(grantId) ?? 0;
    const { octets: size, consumedOctets, until } = ledger.grants.get(grantId) ?? NO_GRANT;
    const hasLeft = !counted.has(grantId) && mayHaveLeft(until, now);
    if (hasLeft || inCounters === Math.min(consumedOctets, size)) {
      widen(consumed, consumedOctets, consumedOctets);
      continue;
    }
    widen(consumed, Math.min(inCounters, consumedOctets), Math.max(inCounters, consumedOctets));
    found.push({
      grantId,
      figure: 'consumedOctets',
      counters: inCounters,
      ledger: consumedOctets,
      history: null,
      octets: Math.abs(inCounters - consumedOctets),
    });
  }
  return consumed;
}

function compareWhole(
  burned: Bounds,
  consumed: Bounds,
  state: LineState | undefined,
  ledger: LedgerBalance,
  history: HistoryBalance,
  found: Found[],
): void {
  const gap = burned.low > consumed.high ? burned.low - consumed.high : consumed.low - burned.high;
  if (gap <= 0n) return;
  const remembered = [...history.sessions.values()].map(({ burnedOctets }) => burnedOctets);
  found.push({
    figure: 'consumedOctets',
    counters: toOctets(sum((state?.grants ?? []).map((grant) => grant.consumed))),
    ledger: toOctets(sum([...ledger.grants.values()].map(({ consumedOctets }) => consumedOctets))),
    history: toOctets(sum([...remembered, history.others.burnedOctets])),
    octets: toOctets(gap),
  });
}

function widen(bounds: Bounds, low: number, high: number): void {
  bounds.low += BigInt(low);
  bounds.high += BigInt(high);
}

/** Exact also where wrong figures add up to more than a number can hold. */
function sum(values: readonly number[]): bigint {
  return values.reduce((total, value) => total + BigInt(value), 0n);
}

function toOctets(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}
