import { type RawBuilder, sql } from 'kysely';
import { offerAt } from '../../../catalog/offer.ts';
import { walletOf } from '../../../ledger/account.ts';
import {
  type AppliedCharge,
  applyFreeCharge,
  type ChargeRefusal,
} from '../../../orders/apply-free-charge.ts';
import { settingsAt } from '../../../orders/house-settings.ts';
import {
  mayFollow,
  type Order,
  type OrderedBy,
  type OrderRequest,
  purchaseTypeOf,
} from '../../../orders/order.ts';
import type {
  DepositPaymentRefusal,
  NoBuyer,
  OrderFilter,
  OrderStore,
  PurchaseRow,
  WalletRefusal,
} from '../../../orders/order-store.ts';
import { figuresHoldUntil, type OrderRefusal, type Quoted, quoteOrder } from '../../../orders/place-order.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { AuditNote } from '../../../subscribers/audit-trail.ts';
import type { Instant } from '../../../values/instant.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { type Rial, rial, ZERO_RIAL } from '../../../values/rial.ts';
import { customerWithin } from '../agents/scope.ts';
import { audit } from '../audit.ts';
import { storable } from '../bulk.ts';
import { readCatalogue } from '../catalogue.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { readBalance } from '../post-money.ts';
import { readPlanLookup } from '../read-plans.ts';
import { applyPaid, NotApplied, tellCustomer } from './apply-paid.ts';
import { readBuyer } from './issue-invoice.ts';
import { type LoadedAccount, loadAccount } from './load-account.ts';
import { closeOrder, lockOrder, selectOrders } from './order-rows.ts';
import { payFromDeposit } from './pay-from-deposit.ts';
import { takeOver } from './take-over.ts';
import { writeCharge } from './write-applied.ts';

/** A quote with what it was made from. */
interface QuotedHere {
  readonly loaded: LoadedAccount;
  readonly quoted: Quoted;
  readonly validUntil: Instant;
}

/** Orders on PostgreSQL or its embedded twin. */
export class KyselyOrders implements OrderStore {
  readonly #db: LedgerDb;
  readonly #secrets: SecretBox;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb, secrets: SecretBox) {
    this.#db = db;
    this.#secrets = secrets;
  }

  quote(request: OrderRequest, by: OrderedBy, now: Instant): ReturnType<OrderStore['quote']> {
    return inTransaction(this.#db, async (tx) => {
      const found = await this.#quote(tx, request, by, now);
      return found.ok ? ok(found.value.quoted) : found;
    });
  }

  place(request: OrderRequest, by: OrderedBy, now: Instant): ReturnType<OrderStore['place']> {
    return inTransaction(this.#db, async (tx) => {
      const found = await this.#quote(tx, request, by, now);
      if (!found.ok) return found;
      const { loaded, quoted, validUntil } = found.value;
      const { offer, quote, replaces } = quoted;
      const { rows } = await sql<{ readonly id: number }>`
        INSERT INTO customer_order (customer_id, line_id, kind, offer, months, quote, payable, replaces, state,
          purchase_type, actor, placed_at, valid_until)
        VALUES (${loaded.account.customer}::bigint, ${loaded.account.lineId}::bigint, ${request.kind},
          ${JSON.stringify(offer)}::jsonb, ${request.months}, ${JSON.stringify(quote)}::jsonb,
          ${quote.payable}::bigint, ${replaces?.id ?? null}::bigint, 'placed', ${purchaseTypeOf(by.role)},
          ${storable(by.actor)}, ${toTime(now)}::timestamptz,
          ${toTime(validUntil)}::timestamptz) RETURNING id`.execute(tx);
      const [order] = await selectOrders(tx, sql`o.id = ${rows[0]!.id}::bigint`);
      return ok(order!);
    });
  }

  async #quote(
    tx: LedgerDb,
    { username, offerCode, kind, months }: OrderRequest,
    { role }: OrderedBy,
    now: Instant,
  ): Promise<Result<QuotedHere, OrderRefusal | NoBuyer>> {
    const loaded = await loadAccount(tx, this.#secrets, username, false);
    if (!loaded.ok) return loaded;
    const { account } = loaded.value;
    const catalogue = await readCatalogue(tx);
    const plans = await readPlanLookup(tx);
    const history = catalogue.offers.find(({ code }) => code === offerCode);
    const settings = settingsAt(catalogue.settings, now);
    const quoted = quoteOrder(
      account,
      { kind, months },
      {
        ...{ offer: history && offerAt(history, now), settings, now, promotions: catalogue.promotions },
        buyer: { role, county: account.county, hasPaidBefore: account.services.length > 0 },
        walletCredit: await creditFor(tx, role, account.customer),
        plans,
      },
    );
    if (!quoted.ok) return quoted;
    return ok({ loaded: loaded.value, quoted: quoted.value, validUntil: figuresHoldUntil(settings, now) });
  }

  async order(id: number): Promise<Order | undefined> {
    return (await selectOrders(this.#db, sql`o.id = ${id}::bigint`))[0];
  }

  orders({
    scope = { kind: 'all' },
    customer,
    username,
    limit,
    before,
  }: OrderFilter): Promise<readonly Order[]> {
    const conditions: RawBuilder<unknown>[] = [
      customerWithin(scope, sql`o.customer_id`),
      customer === undefined ? sql`true` : sql`o.customer_id = ${customer}::bigint`,
      username === undefined ? sql`true` : sql`line.username = ${username}`,
      before === undefined ? sql`true` : sql`o.id < ${before}::bigint`,
    ];
    return selectOrders(this.#db, sql.join(conditions, sql` AND `), sql`ORDER BY o.id DESC LIMIT ${limit}`);
  }

  async payFromWallet(id: number, actor: string, now: Instant): Promise<Result<Order, WalletRefusal>> {
    try {
      return await inTransaction(this.#db, async (tx) => {
        const order = await lockOrder(tx, id);
        if (order === undefined) return fail('no-such-order');
        if (order.state === 'applied') return ok(order);
        if (order.state !== 'placed') return fail('order-is-over');
        if (now >= order.validUntil) return fail('order-is-out-of-date');
        await audit(tx, { actor, ...paidNote(order) }, now);
        await applyPaid({ tx, secrets: this.#secrets, actor, now }, order, {});
        return ok({ ...order, state: 'applied', closedAt: now });
      });
    } catch (error) {
      if (error instanceof NotApplied && error.reason !== 'insufficient-deposit') return fail(error.reason);
      throw error;
    }
  }

  async payFromDeposit(
    id: number,
    agentId: number,
    actor: string,
    now: Instant,
  ): Promise<Result<Order, DepositPaymentRefusal>> {
    try {
      return await inTransaction(this.#db, (tx) =>
        payFromDeposit({ tx, secrets: this.#secrets, actor, now }, id, agentId),
      );
    } catch (error) {
      if (error instanceof NotApplied) return fail(error.reason);
      throw error;
    }
  }

  cancel(id: number, actor: string, now: Instant): ReturnType<OrderStore['cancel']> {
    return inTransaction(this.#db, async (tx) => {
      const order = await lockOrder(tx, id);
      if (order === undefined) return fail('no-such-order');
      if (order.state === 'cancelled') return ok(order);
      if (!mayFollow(order.state, 'cancelled')) return fail('order-is-over');
      const states = { before: { state: order.state }, after: { state: 'cancelled' } };
      const subject = `order:${id}`;
      await audit(tx, { actor, action: 'order.cancel', subject, reason: '', ...states }, now);
      await closeOrder(tx, id, 'cancelled', 'by-request', now);
      return ok({ ...order, state: 'cancelled', stateReason: 'by-request', closedAt: now });
    });
  }

  giveFreeCharge(
    username: string,
    actor: string,
    now: Instant,
  ): Promise<Result<AppliedCharge, ChargeRefusal | NoBuyer>> {
    return inTransaction(this.#db, async (tx) => {
      const loaded = await loadAccount(tx, this.#secrets, username, true);
      if (!loaded.ok) return loaded;
      const { account } = loaded.value;
      const plans = await readPlanLookup(tx);
      const settings = settingsAt((await readCatalogue(tx)).settings, now);
      const applied = applyFreeCharge(account, settings.freeCharge, plans, now);
      if (!applied.ok) return applied;
      await writeCharge({ tx, secrets: this.#secrets, actor, now }, loaded.value, applied.value);
      const buyer = await readBuyer(tx, account.customer, account.lineId);
      const { days, octets, until } = applied.value.charge;
      const note = { actor, action: 'line.free-charge', subject: `line:${username}`, reason: '' };
      const after = { kind: applied.value.kind, days, octets, until };
      await audit(tx, { ...note, before: null, after }, now);
      // Lines have revisions of their own, so a number of one alone would be another line's, too.
      const id = `${account.lineId}-${applied.value.line.revision}`;
      const about = { customer: account.customer, username, id };
      await tellCustomer({ tx, now }, buyer, about, settings, {
        kind: 'free-charge',
        params: { octets, until },
      });
      return applied;
    });
  }

  takeOver(usernames: readonly string[], actor: string, now: Instant): Promise<number> {
    return inTransaction(this.#db, (tx) => takeOver({ tx, secrets: this.#secrets, actor, now }, usernames));
  }

  async purchases(username: string): Promise<readonly PurchaseRow[] | undefined> {
    const line = sql`(SELECT id FROM line WHERE username = ${username})`;
    const { rows } = await sql<PurchaseRow>`
      SELECT * FROM (
        SELECT 'service' AS what, name, bought_at AS "boughtAt", purchase_type AS "purchaseType", starts_at AS "from",
          coalesce(replaced_at, ends_at) AS until, NULL::bigint AS octets, note FROM service WHERE line_id = ${line}
        UNION ALL
        SELECT 'traffic', CASE WHEN promotion = '' THEN name ELSE name || ' - ' || promotion END, bought_at,
          purchase_type, bought_at, bought_at, octets, '' FROM traffic_purchase WHERE line_id = ${line}
      ) AS bought ORDER BY "boughtAt" DESC, "from" DESC, what`.execute(this.#db);
    if (rows.length > 0) return rows.map((row) => ({ ...row, octets: row.octets ?? undefined }));
    const found = await sql`SELECT 1 FROM line WHERE username = ${username}`.execute(this.#db);
    return found.rows.length === 0 ? undefined : [];
  }
}

/** What of a wallet may be taken for an order: nothing by an agent, who sells for its own deposit. */
async function creditFor(tx: LedgerDb, role: OrderedBy['role'], customer: number): Promise<Rial> {
  if (purchaseTypeOf(role) === 'agent') return ZERO_RIAL;
  return rial(Math.max(0, 0 - (await readBalance(tx, walletOf(customer)))));
}

/** What the audit trail says of an order that the wallet pays. */
function paidNote({ id, offer, state, quote }: Order): Omit<AuditNote, 'actor'> {
  return {
    ...{ action: 'order.pay-from-wallet', subject: `order:${id}`, reason: offer.name },
    before: { state },
    after: { state: 'applied', creditUsed: quote.creditUsed },
  };
}
