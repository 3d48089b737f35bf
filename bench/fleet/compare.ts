import type { PlanDocument } from './plans.ts';
import type { SimSession } from './session.ts';

const MISMATCHES_SHOWN = 5;

/** What the usage history holds of one session: highest figures ever seen. */
export interface StoredSession {
  readonly username: string;
  readonly nas: string;
  readonly acctSessionId: string;
  readonly input: number;
  readonly output: number;
  readonly free: number;
  readonly quarantined: number;
  readonly burned: number;
  readonly overshot: number;
}

/** What the auditor found in the stores. */
export interface StoredUsage {
  readonly sessions: readonly StoredSession[];
  /** Octets taken from the grants of each line, by username. */
  readonly consumed: ReadonlyMap<string, number>;
}

/** One side of the fleet for the comparison. */
export interface FleetTruth {
  readonly lines: readonly { readonly username: string; readonly plan: PlanDocument }[];
  readonly sessions: readonly SimSession[];
}

/** The equation per line and in total; all figures in octets. */
export interface Comparison {
  readonly octets: {
    readonly generator: number;
    readonly clickhouse: number;
    readonly burned: number;
    readonly overshot: number;
    readonly free: number;
    readonly quarantined: number;
    /** Taken from grants, by the ledger. */
    readonly consumed: number;
  };
  /** Acknowledged records whose figures are above what is stored. */
  readonly missingAcked: number;
  /** Octets filed under the wrong direction: download counted as upload or the other way. */
  readonly misdirected: number;
  /** Octets that the plan charges and that were filed as free, or the other way; plans with hours are left out. */
  readonly misfiled: number;
  readonly perLineMismatches: readonly {
    readonly username: string;
    readonly generator: number;
    readonly clickhouse: number;
    readonly parts: number;
    readonly burned: number;
    readonly consumed: number;
  }[];
  readonly diff: number;
}

interface LineSums {
  readonly truth: { input: number; output: number };
  readonly stored: Omit<StoredSession, 'username' | 'nas' | 'acctSessionId'>;
}

/** Compares what the NAS reported with what was stored. Pure: both sides were read before. */
export function compare(truth: FleetTruth, stored: StoredUsage): Comparison {
  const sums = sumLines(truth.sessions, stored.sessions);
  const total = { generator: 0, clickhouse: 0, burned: 0, overshot: 0, free: 0, quarantined: 0, consumed: 0 };
  const mismatches: Comparison['perLineMismatches'][number][] = [];
  let diff = 0;
  let misdirected = 0;
  let misfiled = 0;
  for (const username of new Set([...sums.keys(), ...stored.consumed.keys()])) {
    const line = sums.get(username) ?? emptySums();
    const consumed = stored.consumed.get(username) ?? 0;
    const { input, output, burned, overshot, free, quarantined } = line.stored;
    const generator = line.truth.input + line.truth.output;
    const clickhouse = input + output;
    const parts = burned + overshot + free + quarantined;
    const off = Math.abs(generator - clickhouse) + Math.abs(clickhouse - parts) + Math.abs(burned - consumed);
    diff += off;
    misdirected += Math.abs(line.truth.input - input) + Math.abs(line.truth.output - output);
    if (off !== 0) mismatches.push({ username, generator, clickhouse, parts, burned, consumed });
    const figures = { generator, clickhouse, burned, overshot, free, quarantined, consumed };
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += figures[name];
  }
  for (const { username, plan } of truth.lines) misfiled += misfiledOctets(plan, sums.get(username));
  return {
    octets: total,
    missingAcked: countMissing(truth.sessions, stored.sessions),
    misdirected,
    misfiled,
    perLineMismatches: mismatches.slice(0, MISMATCHES_SHOWN),
    diff,
  };
}

function emptySums(): LineSums {
  return {
    truth: { input: 0, output: 0 },
    stored: { input: 0, output: 0, free: 0, quarantined: 0, burned: 0, overshot: 0 },
  };
}

function sumLines(
  sessions: readonly SimSession[],
  stored: readonly StoredSession[],
): ReadonlyMap<string, LineSums> {
  const lines = new Map<
    string,
    { truth: LineSums['truth']; stored: { -readonly [K in keyof LineSums['stored']]: number } }
  >();
  const lineOf = (username: string) => {
    const found = lines.get(username) ?? emptySums();
    lines.set(username, found);
    return found;
  };
  for (const session of sessions) {
    const sum = lineOf(session.identity.username).truth;
    const { input, output } = session.truth();
    sum.input += input;
    sum.output += output;
  }
  for (const { username, nas: _nas, acctSessionId: _id, ...figures } of stored) {
    const sum: Record<string, number> = lineOf(username).stored;
    for (const [name, value] of Object.entries(figures)) sum[name] = sum[name]! + value;
  }
  return lines;
}

/**
 * What the plan leaves uncharged is known exactly unless it charges by the hour or something was quarantined; where it
 * goes on slowly or behind the captive page after its volume, that is free too, and only the least is known.
 */
function misfiledOctets(plan: PlanDocument, line: LineSums | undefined): number {
  if (!line || plan.windows || line.stored.quarantined > 0) return 0;
  const { input, output } = line.truth;
  const free = { none: input + output, download: input, both: 0 }[plan.quota?.charge ?? 'none'];
  const missing = free - line.stored.free;
  return plan.exhausted === 'disconnect' ? Math.abs(missing) : Math.max(0, missing);
}

/** Some NAS give one Acct-Session-Id to several sessions of a line: they are compared together. */
function countMissing(sessions: readonly SimSession[], stored: readonly StoredSession[]): number {
  const held = new Map<string, number>();
  for (const { username, nas, acctSessionId, input, output } of stored) {
    const key = JSON.stringify([username, nas, acctSessionId]);
    held.set(key, (held.get(key) ?? 0) + input + output);
  }
  let missing = 0;
  for (const session of sessions) {
    const { username, nasName, acctSessionId } = session.identity;
    const total = held.get(JSON.stringify([username, nasName, acctSessionId]));
    for (const record of session.records) {
      if (record.acked && (total === undefined || session.totalAt(record) > total)) missing += 1;
    }
  }
  return missing;
}
