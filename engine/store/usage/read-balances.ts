import type { HistoryBalance, LineSessions } from '../../subscribers/reconcile.ts';
import type { UsageFigures } from '../../subscribers/usage-history.ts';

const COUNTERS = ['input', 'output', 'charged', 'free', 'quarantined', 'burned', 'overshot'];

/** A figure that a number can hold, whatever is in the table: one broken row must not keep others from being read. */
const exact = (value: string): string => `least(${value}, ${Number.MAX_SAFE_INTEGER})`;

const each = (write: (counter: string) => string): string => COUNTERS.map(write).join(', ');

/** Wanted sessions in one query, a line's more or less: ClickHouse takes 256 KiB of text. */
const KEYS_AT_ONCE = 5_000;

/** The lines in pieces that fit into one query each. */
export function* queryPieces(lines: readonly LineSessions[]): Generator<readonly LineSessions[]> {
  let piece: LineSessions[] = [];
  let keys = 0;
  for (const line of lines) {
    piece.push(line);
    keys += line.sessionKeys.length;
    if (keys < KEYS_AT_ONCE) continue;
    yield piece;
    piece = [];
    keys = 0;
  }
  if (piece.length > 0) yield piece;
}

/** A row of `balancesQuery`; 64-bit integers come as text. */
export type BalanceRow = Readonly<Record<string, string | number>>;

/**
 * Highest figures of the wanted sessions one by one, and of all other sessions of each line together. The numbers stand in
 * the text because parameters travel in the address, which proxies cut at a few thousand letters.
 */
export function balancesQuery(lines: readonly LineSessions[]): string {
  const lineIds = lines.map(({ lineId }) => lineId);
  const keys = new Set(lines.flatMap(({ sessionKeys }) => sessionKeys.map(toNumber)));
  return `
    SELECT line_id, session_key IN (${listOf([...keys])}) AS is_wanted,
      if(is_wanted, session_key, 0) AS wanted_key,
      ${each((c) => `${exact(`sum(max_${c})`)} AS sum_${c}`)},
      ${exact('sum(abs(max_input + max_output - max_charged - max_free - max_quarantined))')} AS unaccounted
    FROM (
      SELECT line_id, session_key, ${each((c) => `toInt64(${exact(`max(${c}_octets)`)}) AS max_${c}`)}
      FROM usage_session_day
      WHERE line_id IN (${listOf(lineIds)})
      GROUP BY line_id, session_key
    )
    GROUP BY line_id, is_wanted, wanted_key`;
}

/** The rows as balances, in the order of the lines. */
export function balancesOf(
  lines: readonly LineSessions[],
  rows: readonly BalanceRow[],
): readonly HistoryBalance[] {
  const rowsOf = Map.groupBy(rows, ({ line_id }) => Number(line_id));
  return lines.map(({ lineId, sessionKeys }) => balanceOf(sessionKeys, rowsOf.get(lineId) ?? []));
}

/** A session that another line wants under the same key is one of the others here. */
function balanceOf(sessionKeys: readonly string[], rows: readonly BalanceRow[]): HistoryBalance {
  const keyOf = new Map(sessionKeys.map((key) => [toNumber(key), key]));
  const sessions = new Map<string, UsageFigures>();
  const others = { burnedOctets: 0, unaccountedOctets: 0 };
  for (const row of rows) {
    const key = Number(row.is_wanted) === 1 ? keyOf.get(String(row.wanted_key)) : undefined;
    if (key === undefined) {
      others.burnedOctets += Number(row.sum_burned);
      others.unaccountedOctets += Number(row.unaccounted);
    } else {
      sessions.set(key, figuresOf(row));
    }
  }
  return { sessions, others };
}

function figuresOf(row: BalanceRow): UsageFigures {
  return {
    inputOctets: Number(row.sum_input),
    outputOctets: Number(row.sum_output),
    chargedOctets: Number(row.sum_charged),
    freeOctets: Number(row.sum_free),
    quarantinedOctets: Number(row.sum_quarantined),
    burnedOctets: Number(row.sum_burned),
    overshotOctets: Number(row.sum_overshot),
  };
}

/** A session key, 16 hexadecimal digits, as the number that the table holds. */
function toNumber(key: string): string {
  return BigInt(`0x${key}`).toString();
}

/** SQL has no empty list; there is no line 0 in the ledger, and a session 0 is told apart by `balanceOf`. */
function listOf(numbers: readonly (string | number)[]): string {
  return numbers.length === 0 ? '0' : numbers.join(', ');
}
