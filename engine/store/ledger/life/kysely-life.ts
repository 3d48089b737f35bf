import { sql } from 'kysely';
import type { LifeStore, LifeWork, WorkPage, WorkPosition } from '../../../orders/life-store.ts';
import { staticIpEnd } from '../../../orders/static-ip.ts';
import { WorkFailed } from '../../../orders/work-failed.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { DocumentStore } from '../../../subscribers/document.ts';
import { DAY_MS, type Instant } from '../../../values/instant.ts';
import { type RevisedCatalogue, readRevised } from '../catalogue.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { loadAccount } from '../orders/load-account.ts';
import { writeLineChange } from '../orders/write-applied.ts';
import { billDue, readBills } from './bills.ts';
import { collect } from './collect.ts';
import { exhaust } from './exhaust.ts';
import { endLinePause, endPausesDue, pauseLine, readPauses } from './pauses.ts';
import { readRecharges } from './read-recharges.ts';
import { rechargeByHand, rechargeDue } from './recharge.ts';
import { remind } from './remind.ts';
import { BEGINNING, forEachDue, isBehind, type LifeContext, lifeContext } from './work-lines.ts';

/** A payment may be on its way for an order that is out of date. */
const ORDER_KEPT_MS = DAY_MS;

/** The life of services on PostgreSQL or its embedded twin. */
export class KyselyLife implements LifeStore {
  readonly #db: LedgerDb;
  readonly #secrets: SecretBox;
  /** The catalogue that was read last, whole again when its revision is another. */
  #read: RevisedCatalogue | undefined;
  readonly #works: Readonly<Record<LifeWork, (context: LifeContext) => Promise<WorkPage>>>;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb, secrets: SecretBox, documents: Pick<DocumentStore, 'enforceDocuments'>) {
    this.#db = db;
    this.#secrets = secrets;
    this.#works = {
      collect,
      remind,
      exhaust,
      recharge: rechargeDue,
      bill: billDue,
      'end-pauses': endPausesDue,
      'withdraw-addresses': withdrawAddresses,
      'close-orders': closeOrders,
      'enforce-documents': (context) => enforceDocuments(documents, context),
    };
  }

  async work(work: LifeWork, now: Instant, limit: number, after?: WorkPosition): Promise<WorkPage> {
    return this.#works[work](await this.#context(now, limit, after));
  }

  async pause(username: string, actor: string, now: Instant): ReturnType<LifeStore['pause']> {
    return pauseLine(await this.#context(now), username, actor);
  }

  async endPause(username: string, actor: string, now: Instant): ReturnType<LifeStore['endPause']> {
    return endLinePause(await this.#context(now), username, actor);
  }

  async pauses(username: string): ReturnType<LifeStore['pauses']> {
    const id = await this.#lineId(username);
    return id === undefined ? undefined : readPauses(this.#db, id);
  }

  async bills(username: string): ReturnType<LifeStore['bills']> {
    const id = await this.#lineId(username);
    return id === undefined ? undefined : readBills(this.#db, id);
  }

  async recharges(username: string, now: Instant): ReturnType<LifeStore['recharges']> {
    const id = await this.#lineId(username);
    return id === undefined ? undefined : readRecharges(this.#db, id, now);
  }

  rechargeNow(...wanted: Parameters<LifeStore['rechargeNow']>): ReturnType<LifeStore['rechargeNow']> {
    return rechargeByHand({ db: this.#db, secrets: this.#secrets }, ...wanted);
  }

  async #context(now: Instant, limit = 1, after = BEGINNING): Promise<LifeContext> {
    this.#read = await readRevised(this.#db, this.#read);
    const { catalogue } = this.#read;
    return lifeContext({ db: this.#db, secrets: this.#secrets, catalogue }, now, limit, after);
  }

  async #lineId(username: string): Promise<number | undefined> {
    const { rows } = await sql<{ readonly id: number }>`
      SELECT id FROM line WHERE username = ${username}`.execute(this.#db);
    return rows[0]?.id;
  }
}

/** Takes addresses away whose months are over, some days of grace later; a renewal brings them back. */
function withdrawAddresses(context: LifeContext): Promise<WorkPage> {
  const { secrets, now, limit, settings } = context;
  const endedBy = now - settings.staticIpGraceDays * DAY_MS;
  const question = sql<WorkPosition & { readonly username: string }>`
    SELECT line.id, t.ends_at::text AS at, username FROM static_ip_term t JOIN line ON line.id = t.line_id
    WHERE t.withdrawn_at IS NULL AND t.ends_at <= ${toTime(endedBy)}::timestamptz AND line.customer_id IS NOT NULL
      AND ${isBehind(context, sql`t.ends_at`, sql`t.line_id`)}
    ORDER BY t.ends_at, t.line_id LIMIT ${limit}`;
  return forEachDue(context, question, async (tx, { username }) => {
    const loaded = await loadAccount(tx, secrets, username, true);
    if (!loaded.ok) return false;
    const { account } = loaded.value;
    const { address, line } = account;
    if (address === undefined || address.isWithdrawn || staticIpEnd(address) > endedBy) return false;
    await sql`UPDATE static_ip_term SET withdrawn_at = ${toTime(now)}::timestamptz
      WHERE line_id = ${account.lineId}::bigint`.execute(tx);
    if (line.staticIp !== address.address) return true;
    await writeLineChange({ tx, secrets, now }, loaded.value, {
      ...line,
      ...{ revision: line.revision + 1, staticIp: '' },
    });
    return true;
  });
}

/** Suspends lines for documents; who was looked at in vain is looked at again with the page that follows. */
async function enforceDocuments(
  documents: Pick<DocumentStore, 'enforceDocuments'>,
  { settings, now, limit, after }: LifeContext,
): Promise<WorkPage> {
  try {
    const { customers } = await documents.enforceDocuments(settings.documentGraceDays, now, limit);
    return { done: customers, failures: [], next: customers === limit ? after : undefined };
  } catch (reason) {
    if (!(reason instanceof WorkFailed)) throw reason;
    const { done, failures } = reason;
    return { done, failures, next: done === limit ? after : undefined };
  }
}

async function closeOrders({ db, now, limit, after }: LifeContext): Promise<WorkPage> {
  const { rows } = await sql`
    UPDATE customer_order SET state = 'cancelled', state_reason = 'out-of-date', closed_at = ${toTime(now)}::timestamptz
    WHERE id IN (
      SELECT id FROM customer_order o
      WHERE state = 'placed' AND valid_until < ${toTime(now - ORDER_KEPT_MS)}::timestamptz
        AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.id AND p.next_inquiry_at IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM bank_deposit d WHERE d.order_id = o.id AND d.state = 'waiting')
      ORDER BY valid_until LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id`.execute(db);
  // What is closed is not due any more.
  return { done: rows.length, failures: [], next: rows.length === limit ? after : undefined };
}
