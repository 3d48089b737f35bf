import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { createSandboxBank } from '../../../../engine/payments/sandbox-bank.ts';
import { randomOctets } from '../../../../engine/runtime/random.ts';
import type { LedgerDb, LedgerTables } from '../../../../engine/store/ledger/database.ts';
import { migrateLedger } from '../../../../engine/store/ledger/migrate.ts';
import { KyselySandboxBank } from '../../../../engine/store/ledger/sandbox-bank.ts';
import { serverPool, withServerScripts } from '../../../../engine/store/ledger/server-connection.ts';
import { embeddedTypes } from '../../../../engine/store/ledger/value-parsers.ts';
import { rial } from '../../../../engine/values/rial.ts';
import { NOW } from './sample.ts';

const PAY = { kind: 'pay', card: '6037701689095443' } as const;
const CANCEL = { kind: 'cancel' } as const;

async function embedded(): Promise<LedgerDb> {
  const pglite = await PGlite.create(embeddedTypes());
  await migrateLedger({ run: async (script) => (await pglite.exec(script)).at(-1)?.rows ?? [] });
  return new Kysely<LedgerTables>({ dialect: new PGliteDialect({ pglite }) });
}

function sandboxBookSuite(name: string, open: () => Promise<LedgerDb>): void {
  describe(`the book of the sandbox bank on ${name}`, () => {
    let db: LedgerDb;
    let book: KyselySandboxBank;
    const order = (paymentId: number) => ({
      paymentId,
      amount: rial(9_007_199_254_740_991),
      description: 'خرید\0 ۵ گیگابایت',
      callbackUrl: 'https://isp.example/back?x=1',
    });
    const bank = () => createSandboxBank(book, () => NOW, randomOctets);

    beforeAll(async () => {
      db = await open();
      book = new KyselySandboxBank(db);
    });
    afterAll(() => db.destroy());

    it('gives back what was written, whole and exact', async () => {
      const opened = (await bank().open(order(1)))!;
      const stored = { ...opened, description: 'خرید\uFFFD ۵ گیگابایت' };
      expect(await book.find(opened.token)).toEqual(stored);
      expect(await book.find('0'.repeat(32))).toBeUndefined();
      expect(await book.find("' OR true --\0")).toBeUndefined();
    });

    it('takes each number of the merchant once', async () => {
      expect(await bank().open(order(2))).toBeDefined();
      expect(await bank().open(order(2))).toBeUndefined();
    });

    it('lets one of twenty decisions at a time happen, and all see it', async () => {
      const { token } = (await bank().open(order(3)))!;
      const decisions = Array.from({ length: 20 }, (_, index) =>
        bank().happen(token, index % 2 ? PAY : CANCEL),
      );
      const states = new Set((await Promise.all(decisions)).map((payment) => payment?.state));
      expect(states).toEqual(new Set([(await book.find(token))!.state]));
    });

    it('keeps the reference and the mask of the card, and refuses to keep a whole card', async () => {
      const { token } = (await bank().open(order(4)))!;
      await bank().happen(token, PAY);
      const paid = (await bank().happen(token, { kind: 'verify' }))!;
      expect(await book.find(token)).toEqual({ ...paid, description: 'خرید\uFFFD ۵ گیگابایت' });
      expect(paid).toMatchObject({ state: 'verified', reference: '900000000004', card: '603770******5443' });
      await expect(book.replace('verified', { ...paid, card: PAY.card })).rejects.toThrow('card');
    });
  });
}

sandboxBookSuite('PGlite', embedded);

describe.skipIf(!hasPostgres())('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  sandboxBookSuite('PostgreSQL', async () => {
    await withServerScripts(server.url(), migrateLedger);
    const pool = async () => serverPool(server.url());
    return new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) });
  });
});
