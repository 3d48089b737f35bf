import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { CounterStore, LineCommit } from '../../engine/pipeline/counter-store.ts';
import type { LineState } from '../../engine/policy/line-state.ts';
import { passwordContext, SecretBox } from '../../engine/runtime/secret-box.ts';
import { type CountersPlace, openCounters } from '../../engine/store/counters/open-counters.ts';
import { sessionName } from '../load/requests.ts';

const LINES_IN_A_COMMIT = 1_000;
/** Grant ids of the copies: the pattern's with the line's number behind it. */
const GRANT_SUFFIX = '-';

/** Runs one statement on the ledger and gives its rows. */
export type LedgerQuery = <T>(sql: string) => Promise<readonly T[]>;

/**
 * Multiplies line 0, which was declared over the API of an engine that is stopped now, until there are `lines`: in the
 * ledger by one statement per table, in the counters by ordinary commits of what the packet path would hold.
 * Declaring a million lines over the API takes half an hour and would end in the same records. Only the sealed
 * passwords of the ledger are left empty, which nothing reads unless a line is changed.
 */
export async function multiplyLines(
  dataDir: string,
  place: CountersPlace,
  lines: number,
  ledger?: LedgerQuery,
): Promise<void> {
  if (ledger) await multiplyInLedger(ledger, lines);
  else await multiplyInFolder(join(dataDir, 'ledger'), lines);
  const counters = await openCounters(place, (sentence) => process.stderr.write(`${sentence}\n`));
  try {
    await multiplyInCounters(counters, readSecrets(dataDir), lines);
  } finally {
    await counters.close();
  }
}

async function multiplyInFolder(folder: string, lines: number): Promise<void> {
  const ledger = await PGlite.create(folder);
  try {
    await multiplyInLedger(async <T>(sql: string) => (await ledger.query<T>(sql)).rows, lines);
  } finally {
    await ledger.close();
  }
}

async function multiplyInLedger(query: LedgerQuery, lines: number): Promise<void> {
  const columns = async (table: string, except: readonly string[]) => {
    const rows = await query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns WHERE table_name = '${table}' AND is_generated = 'NEVER'`,
    );
    return rows.map(({ column_name }) => column_name).filter((name) => !except.includes(name));
  };
  const line = (await columns('line', ['id', 'username', 'sealed_password'])).join(', ');
  const grant = (await columns('grant', ['id', 'line_id'])).map((name) => `g.${name}`).join(', ');
  await query(
    `INSERT INTO line (id, username, sealed_password, ${line}) OVERRIDING SYSTEM VALUE
     SELECT id + n, 'acct' || lpad(n::text, 7, '0'), '', ${line}
     FROM line, generate_series(1, ${lines - 1}) AS n WHERE username = '${sessionName(0)}'`,
  );
  await query(
    `INSERT INTO "grant" (id, line_id, ${grant.replaceAll('g.', '')})
     SELECT g.id || '${GRANT_SUFFIX}' || n, g.line_id + n, ${grant}
     FROM "grant" AS g, generate_series(1, ${lines - 1}) AS n`,
  );
  await query(`SELECT setval(pg_get_serial_sequence('line', 'id'), (SELECT max(id) FROM line))`);
  await query('ANALYZE');
}

async function multiplyInCounters(counters: CounterStore, secrets: SecretBox, lines: number): Promise<void> {
  const { state } = await counters.load(sessionName(0));
  if (state === undefined) throw new Error('line 0 is not in the counters');
  for (let first = 1; first < lines; first += LINES_IN_A_COMMIT) {
    const count = Math.min(LINES_IN_A_COMMIT, lines - first);
    const batch = Array.from({ length: count }, (_, index) => copyOf(state, first + index, secrets));
    const outcomes = await counters.commit(batch);
    if (outcomes.some(({ ok }) => !ok)) throw new Error('a line was there already');
  }
}

function copyOf(pattern: LineState, number: number, secrets: SecretBox): LineCommit {
  const username = sessionName(number);
  const { profile, grants } = pattern;
  return {
    username,
    expectedVersion: 0,
    state: {
      profile: {
        ...profile,
        username,
        lineId: profile.lineId + number,
        sealedPassword: secrets.seal(username, passwordContext(username)),
      },
      grants: grants.map((grant) => ({ ...grant, id: `${grant.id}${GRANT_SUFFIX}${number}` })),
      sessions: [],
      forgotten: undefined,
    },
    events: [],
    effects: [],
    wakeAt: profile.expiresAt,
    at: Date.now(),
  };
}

function readSecrets(dataDir: string): SecretBox {
  return new SecretBox(Buffer.from(readFileSync(join(dataDir, 'mizan-key'), 'utf8').trim(), 'hex'));
}
