import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LedgerTables } from '../../../../engine/store/ledger/database.ts';
import { KyselyLedger } from '../../../../engine/store/ledger/kysely-ledger.ts';
import { migrateLedger } from '../../../../engine/store/ledger/migrate.ts';
import { embeddedTypes } from '../../../../engine/store/ledger/value-parsers.ts';
import { NOW, secrets, usageEvent } from './sample.ts';

const LINES = 400;
const ROUNDS = 5;

let pglite: PGlite;
let ledger: KyselyLedger;

beforeAll(async () => {
  pglite = await PGlite.create(embeddedTypes());
  await migrateLedger({ run: async (script) => (await pglite.exec(script)).at(-1)?.rows ?? [] });
  ledger = new KyselyLedger(new Kysely<LedgerTables>({ dialect: new PGliteDialect({ pglite }) }), secrets);
  await pglite.exec(`
    INSERT INTO plan (name, created_at, updated_at) VALUES ('open', now(), now());
    INSERT INTO line (username, revision, status, plan_name, concurrent_sessions, created_at, updated_at)
      SELECT 'u' || i, 1, 'active', 'open', 1, now(), now() FROM generate_series(1, ${LINES}) i;
    INSERT INTO "grant" (id, line_id, kind, octets, valid_from, created_at)
      SELECT 'g' || id, id, 'service', 1000000, now(), now() FROM line ORDER BY id`);
});

afterAll(() => ledger.close());

it('updates open sessions and their grants without a new entry in any index', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const events = Array.from({ length: LINES }, (_, index) => ({
      position: 1 + round * LINES + index,
      event: usageEvent({
        lineId: index + 1,
        username: `u${index + 1}`,
        at: NOW + round * 300_000,
        outputOctets: round * 1_000,
        resume: ['20000/5000'],
        // Every third grant of a page: others have ended, or wait for their turn.
        consumed: index % 3 === 0 ? [[`g${index + 1}`, 1 + round * 1_000]] : [],
      }),
    }));
    await ledger.recordEvents(events, 0);
  }
  await pglite.exec('SELECT pg_stat_force_next_flush()');
  const { rows } = await pglite.query<{ relname: string; updated: number; hot: number }>(`
    SELECT relname, n_tup_upd::integer AS updated, n_tup_hot_upd::integer AS hot
    FROM pg_stat_user_tables WHERE relname IN ('session', 'grant') ORDER BY relname DESC`);
  const [session, grant] = rows;
  expect(session).toEqual({ relname: 'session', updated: LINES * (ROUNDS - 1), hot: LINES * (ROUNDS - 1) });
  const burned = Math.ceil(LINES / 3) * ROUNDS;
  expect(grant).toEqual({ relname: 'grant', updated: burned, hot: burned });
});
