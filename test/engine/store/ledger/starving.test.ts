import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import type { LifeWork, WorkPage, WorkPosition } from '../../../../engine/orders/life-store.ts';
import { openBusiness } from '../../../../engine/store/ledger/business.ts';
import type { LedgerTables } from '../../../../engine/store/ledger/database.ts';
import { KyselyLedger } from '../../../../engine/store/ledger/kysely-ledger.ts';
import { forEachDue } from '../../../../engine/store/ledger/life/work-lines.ts';
import { migrateLedger } from '../../../../engine/store/ledger/migrate.ts';
import { type Ledger, openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { embeddedTypes } from '../../../../engine/store/ledger/value-parsers.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../../../engine/values/instant.ts';
import { jalaliWallTime } from '../../../../engine/values/jalali.ts';
import { GB, NOON, OrderWorld } from '../../../conformance/order-world.ts';
import { workOut } from '../../../conformance/work-out.ts';
import { secrets } from './sample.ts';

// Things that a work of time cannot do stay due, and lie before those that it can do.
const BY = { actor: 'sara', reason: '' };
/** Fewer than the lines that are stuck. */
const PAGE = 2;
const MONTH_END = jalaliWallTime({ year: 1405, month: 11, day: 1 }, 240);

/** A database that scripts are run on while its ledger is open. */
interface Place {
  readonly ledger: Ledger;
  run(script: string): Promise<readonly unknown[]>;
}

/** Whatever is written of a line that is called `stuck…` is refused. */
const STUCK = `
  CREATE FUNCTION refuse_stuck() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (SELECT username FROM line WHERE id = NEW.line_id) LIKE 'stuck%' THEN RAISE 'this line is stuck'; END IF;
    RETURN NEW;
  END $$;
  CREATE FUNCTION refuse_message() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'nobody is told'; END $$;
  CREATE TRIGGER stuck BEFORE INSERT ON line_standing FOR EACH ROW EXECUTE FUNCTION refuse_stuck();
  CREATE TRIGGER stuck BEFORE INSERT ON bill FOR EACH ROW EXECUTE FUNCTION refuse_stuck();
  CREATE TRIGGER stuck BEFORE UPDATE OF ends_at ON pause FOR EACH ROW EXECUTE FUNCTION refuse_stuck();
  CREATE TRIGGER stuck BEFORE UPDATE OF withdrawn_at ON static_ip_term FOR EACH ROW EXECUTE FUNCTION refuse_stuck();
  CREATE TRIGGER stuck BEFORE INSERT ON line_suspension FOR EACH ROW WHEN (NEW.cause = 'documents')
    EXECUTE FUNCTION refuse_stuck();
  CREATE TRIGGER stuck BEFORE INSERT ON message FOR EACH ROW
    WHEN (NEW.username LIKE 'stuck%' AND NEW.kind <> 'purchase-applied') EXECUTE FUNCTION refuse_message();
`;

async function embedded(): Promise<Place> {
  const pglite = await PGlite.create(embeddedTypes());
  const run = async (script: string) => (await pglite.exec(script)).at(-1)?.rows ?? [];
  await migrateLedger({ run });
  const db = new Kysely<LedgerTables>({ dialect: new PGliteDialect({ pglite }) });
  return { ledger: Object.assign(new KyselyLedger(db, secrets), openBusiness(db, secrets)), run };
}

/** A house in which some lines are stuck. */
class StuckHouse {
  #place: Place | undefined;
  #world: OrderWorld | undefined;

  async open(place: Place): Promise<void> {
    this.#place = place;
    this.#world = await OrderWorld.begin(place.ledger);
    const month = { term: { unit: 'month', count: 3 } } as const;
    const [postpaid, campaign] = [
      { kind: 'postpaid', code: 'bill', name: 'پس‌پرداخت', plan: 'نامحدود', ...month, pricePerMonth: 300_000 },
      {
        kind: 'campaign',
        code: 'camp',
        name: 'کمپین',
        plan: 'استاندارد ۸ گیگ',
        ...month,
        pricePerMonth: 215_000,
      },
    ] as const;
    await this.world.declare({ offers: [postpaid, { ...campaign, recharge: { octets: 5 * GB } }] }, NOON);
    await place.run(STUCK);
  }

  get world(): OrderWorld {
    if (this.#world === undefined) throw new Error('the house is not open yet');
    return this.#world;
  }

  run(script: string): Promise<readonly unknown[]> {
    return this.#place!.run(script);
  }

  work(kind: LifeWork, now: Instant) {
    return workOut(this.world.ledger.life, kind, now, PAGE);
  }

  /** Three lines that are stuck, and one behind them; their customers, and that of the last one. */
  async lines(suffix: string, make: (username: string) => Promise<unknown>) {
    const names = ['stuck1', 'stuck2', 'stuck3', 'able'].map((one) => `${one}${suffix}`);
    const customers: number[] = [];
    for (const [index, username] of names.entries()) {
      const staticIp = `85.${suffix.length}.70.${index + 1}`;
      customers.push(await this.world.customer(username, { staticIp }));
      await make(username);
    }
    return { able: names.at(-1)!, customers, customer: customers.at(-1)! };
  }

  buy(code: string) {
    return async (username: string): Promise<void> => {
      const order = await this.world.place(username, code);
      const paid = await this.world.ledger.orders.payFromWallet(order.id, 'u', NOON);
      if (!paid.ok) await this.world.pay(order);
    };
  }

  /** Kinds of a customer's messages, the newest first. */
  async kinds(customer: number): Promise<readonly string[]> {
    const filter = { limit: 100, offset: 0, receivedOnly: false };
    const { messages } = await this.world.ledger.messages.ofCustomer(customer, filter);
    return messages.map(({ content }) => content.kind);
  }
}

function suite(name: string, makePlace: () => Promise<Place>): void {
  describe(`a work of time on ${name}`, () => {
    const house = new StuckHouse();
    beforeAll(async () => house.open(await makePlace()));
    afterAll(() => house.world.ledger.close());
    dailyWorks(house);
    endsOfTerms(house);
    volumes(house);
    numbersThatAreNone(house);
  });
}

const three = (failures: readonly unknown[]) => expect(failures).toHaveLength(3);

function dailyWorks(house: StuckHouse): void {
  it('puts lines into the collection list past those that it cannot put there (P25)', async () => {
    const { able, customer } = await house.lines('-c', async () => {});
    const { done, failures } = await house.work('collect', NOON + 2 * DAY_MS);
    three(failures);
    expect(done).toBe(1);
    expect(await house.world.ledger.people.standingHistory(able, 9)).toMatchObject([{ reason: 'expired' }]);
    expect(await house.kinds(customer)).toEqual(['collection-list']);
  });

  it('reminds past those who cannot be told, and is done with the day (P62)', async () => {
    const { customer } = await house.lines('-re', house.buy('m5'));
    const day = NOON + 30 * DAY_MS;
    three((await house.work('remind', day)).failures);
    expect((await house.kinds(customer))[0]).toBe('service-ends-today');
    expect(await house.work('remind', day + HOUR_MS)).toEqual({ done: 0, failures: [] });
  });

  it('bills past what cannot be billed (P29), also what is stuck once it is not any more', async () => {
    const { able } = await house.lines('-bil', house.buy('bill'));
    const { done, failures } = await house.work('bill', MONTH_END);
    three(failures);
    expect(done).toBe(1);
    expect(await house.world.ledger.life.bills(able)).toHaveLength(3);
    await house.run('ALTER TABLE bill DISABLE TRIGGER stuck; ALTER TABLE message DISABLE TRIGGER stuck');
    expect(await house.work('bill', MONTH_END)).toEqual({ done: 3, failures: [] });
    await house.run('ALTER TABLE bill ENABLE TRIGGER stuck; ALTER TABLE message ENABLE TRIGGER stuck');
  });
}

function endsOfTerms(house: StuckHouse): void {
  it('ends pauses past those that it cannot end (C19)', async () => {
    const { able } = await house.lines('-paus', async (username) => {
      await house.buy('m5')(username);
      await house.world.ledger.life.pause(username, 'u', NOON + DAY_MS);
    });
    const { done, failures } = await house.work('end-pauses', NOON + 90 * DAY_MS);
    three(failures);
    expect(done).toBe(1);
    expect((await house.world.line(able)).profile.status).toBe('active');
  });

  it('withdraws addresses past those that it cannot withdraw (P56)', async () => {
    const { able } = await house.lines('-addre', async (username) => {
      await house.world.pay(await house.world.place(username, 'ip', { kind: 'static-ip' }));
    });
    three((await house.work('withdraw-addresses', NOON + 60 * DAY_MS)).failures);
    expect((await house.world.line(able)).profile.staticIp).toBe('');
  });

  it('suspends for documents past those whom it cannot suspend (P22)', async () => {
    const { able, customers } = await house.lines('-docume', async () => {});
    const { people } = house.world.ledger;
    for (const customerId of customers) {
      const upload = { customerId, type: 'lease', fileName: 'a.jpg', mediaType: 'image/jpeg' } as const;
      const stored = await people.addDocument({ ...upload, content: Uint8Array.of(1) }, BY, NOON);
      if (!stored.ok) throw new Error(stored.error);
      const review = { documentId: stored.value.id, verdict: 'rejected', note: '', actor: 'sara' } as const;
      await people.reviewDocument(review, NOON);
    }
    const { done, failures } = await house.work('enforce-documents', NOON + 9 * DAY_MS);
    expect(done).toBe(1);
    expect(new Set(failures.map(String)).size).toBe(1);
    expect((await house.world.line(able)).profile.status).toBe('suspended');
  });
}

function volumes(house: StuckHouse): void {
  it('tells of volumes past those that cannot be told, which wait behind the others (R02)', async () => {
    const { able, customer } = await house.lines('-volumes', house.buy('m5'));
    await house.run('DELETE FROM volume_mark');
    for (const username of ['stuck1-volumes', 'stuck2-volumes', 'stuck3-volumes', able]) {
      const [grant] = await house.world.grants(username, NOON);
      await house.world.consume(username, grant!.id, Math.trunc(4.5 * GB));
    }
    const tell = () => house.world.ledger.volumes.tell(NOON, PAGE);
    await expect(tell()).rejects.toMatchObject({ name: 'WorkFailed', done: 0 });
    await expect(tell()).rejects.toMatchObject({ name: 'WorkFailed', done: 1 });
    expect(await house.kinds(customer)).toEqual(['volume-85', 'purchase-applied']);
    expect(await house.run('SELECT 1 FROM volume_mark')).toHaveLength(3);
  });

  it('lets a campaign of a closed line wait without a word, past which others are recharged (P34)', async () => {
    const { able } = await house.lines('-recharge', house.buy('camp'));
    await house.work('recharge', NOON);
    const closed = ['stuck1-recharge', 'stuck2-recharge', 'stuck3-recharge'];
    for (const username of closed) {
      await house.world.ledger.setStatus(username, { status: 'closed', reason: '', actor: 'sara' }, NOON);
    }
    const due = NOON + 32 * DAY_MS;
    for (const at of [due, due + 2 * HOUR_MS]) await house.work('recharge', at);
    const { life } = house.world.ledger;
    expect(await life.recharges(able, due)).toHaveLength(2);
    expect((await life.recharges(closed[0]!, due))!.map(({ kind }) => kind)).toEqual(['monthly']);
    await house.world.ledger.setStatus(
      closed[0]!,
      { status: 'active', reason: '', actor: 'sara' },
      due + DAY_MS,
    );
    expect((await house.work('recharge', due + DAY_MS)).done).toBe(1);
    const after = NOON + 400 * DAY_MS;
    await house.work('recharge', after);
    const left = `SELECT 1 FROM campaign_schedule WHERE next_at <= '${new Date(after).toISOString()}'`;
    expect(await house.run(left)).toEqual([]);
  });

  it('lists once that a campaign could not be recharged, and gives its volume when it can (P34)', async () => {
    const { able } = await house.lines('-no-recharge', house.buy('camp'));
    const { life } = house.world.ledger;
    await house.run(
      `CREATE FUNCTION refuse_grant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$;
       CREATE TRIGGER full_up BEFORE INSERT ON "grant" FOR EACH ROW
         WHEN (NEW.id LIKE 'campaign:%') EXECUTE FUNCTION refuse_grant();`,
    );
    for (const at of [NOON, NOON + HOUR_MS])
      expect((await house.work('recharge', at)).failures).toHaveLength(4);
    expect((await life.recharges(able, NOON + HOUR_MS))!.map(({ kind }) => kind)).toEqual(['failed']);
    await house.run('DROP TRIGGER full_up ON "grant"');
    expect((await house.work('recharge', NOON + 2 * HOUR_MS)).done).toBe(4);
    const rows = (await life.recharges(able, NOON + 2 * HOUR_MS))!;
    expect(rows.map(({ kind }) => kind)).toEqual(['failed', 'monthly']);
  });
}

function numbersThatAreNone(house: StuckHouse): void {
  it('does all but the telling for somebody whose number is none', async () => {
    const customer = await house.world.customer('mute1');
    const { people, life } = house.world.ledger;
    const { id, revision, ...particulars } = (await people.customer(customer))!;
    // No message can go there, as the schema knows.
    const changed = await people.updateCustomer(id, revision, { ...particulars, mobile: '+1' }, BY, NOON);
    expect(changed.ok).toBe(true);
    expect((await house.world.pay(await house.world.place('mute1', 'm5'))).state).toBe('applied');
    const [grant] = await house.world.grants('mute1', NOON);
    await house.world.consume('mute1', grant!.id, 5 * GB);
    await house.run(
      `DELETE FROM volume_mark WHERE line_id IN (SELECT id FROM line WHERE username LIKE 'stuck%')`,
    );
    expect(await house.world.ledger.volumes.tell(NOON, 100)).toBeGreaterThan(0);
    await house.run(`UPDATE line SET standing = 'in-collection-list' WHERE username LIKE 'stuck%'`);
    const { failures } = await workOut(life, 'collect', NOON + 40 * DAY_MS);
    expect(failures).toEqual([]);
    expect(await people.standingHistory('mute1', 9)).toMatchObject([{ to: 'in-collection-list' }]);
    expect(await house.kinds(customer)).toEqual([]);
  });
}

suite('PGlite', embedded);

describe.skipIf(!hasPostgres())('with a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  suite('PostgreSQL', async () => {
    const url = await server.createDatabase('starving');
    const ledger = await openLedger({ url }, secrets);
    return { ledger, run: (script) => server.query(script, 'starving') };
  });
});

it('comes past things of which nothing is to be done, however many', async () => {
  const db = new Kysely<LedgerTables>({
    dialect: new PGliteDialect({ pglite: await PGlite.create(embeddedTypes()) }),
  });
  const pages: unknown[] = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const question: RawBuilder<WorkPosition> = sql`
      SELECT i::bigint AS id, '' AS at FROM generate_series(1, 5) i WHERE i > ${after}::integer ORDER BY i LIMIT ${PAGE}`;
    const page: WorkPage = await forEachDue({ db, limit: PAGE }, question, async (_, { id }) => id === 5);
    pages.push([page.done, page.next?.id]);
    after = page.next?.id;
  }
  expect(pages).toEqual([
    [0, 2],
    [0, 4],
    [1, undefined],
  ]);
  await db.destroy();
});
