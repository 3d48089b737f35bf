import { sql } from 'kysely';
import {
  dueRecharge,
  nextRecharge,
  type RechargeAttempt,
  type RechargeRow,
} from '../../../orders/campaign-recharge.ts';
import type { RechargeRefusal, WorkPage, WorkPosition } from '../../../orders/life-store.ts';
import { runningAccount } from '../../../orders/line-account.ts';
import { FULL_SPEED_TIER, type Grant } from '../../../quota/grant.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { Instant } from '../../../values/instant.ts';
import { ZERO_OCTETS } from '../../../values/octets.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { audit } from '../audit.ts';
import { storable } from '../bulk.ts';
import { type LedgerDb, toOptionalTime, toTime } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { type LoadedAccount, loadAccount } from '../orders/load-account.ts';
import { writeLineChange } from '../orders/write-applied.ts';
import { readCampaigns, readRequested, rowOf, type StoredCampaign } from './read-recharges.ts';
import { forEachDue, isBehind, LIFE_ACTOR, type LifeContext } from './work-lines.ts';

/** A running campaign of a line that the transaction holds. */
interface Campaign extends StoredCampaign {
  readonly loaded: LoadedAccount;
  /** First instant after its term. */
  readonly endsAt: Instant;
}

/**
 * Gives the volumes of campaigns that are due (product line P34); to a line that is closed, or that nobody has, once it is
 * open and somebody has it again.
 */
export function rechargeDue(context: LifeContext): Promise<WorkPage> {
  const { secrets, now, limit } = context;
  const at = toTime(now);
  const question = sql<WorkPosition & { readonly username: string }>`
    SELECT s.id, c.next_at::text AS at, line.username FROM campaign_schedule c JOIN service s ON s.id = c.service_id
    JOIN line ON line.id = s.line_id
    WHERE c.next_at <= ${at}::timestamptz AND ${isBehind(context, sql`c.next_at`, sql`c.service_id`)}
      AND (line.customer_id IS NOT NULL AND line.status <> 'closed' OR s.ends_at <= ${at}::timestamptz)
    ORDER BY c.next_at, c.service_id LIMIT ${limit}`;
  const work = async (
    tx: LedgerDb,
    { id: service_id, username }: WorkPosition & { readonly username: string },
  ) => {
    const campaign = await holdCampaign(tx, secrets, username, now);
    if (campaign?.id !== service_id) {
      // It is over, or was given up.
      await setNext(tx, service_id, undefined);
      return true;
    }
    const { rows } = await sql`SELECT 1 FROM campaign_schedule
      WHERE service_id = ${service_id}::bigint AND next_at <= ${at}::timestamptz`.execute(tx);
    if (rows.length === 0 || campaign.loaded.account.line.status === 'closed') return false;
    const due = dueRecharge(campaign.schedule, campaign.attempts, now);
    if (due === undefined)
      await setNext(tx, service_id, nextRecharge(campaign.schedule, campaign.attempts, now));
    else await recharge(tx, secrets, campaign, { actor: LIFE_ACTOR, due }, now);
    return true;
  };
  return forEachDue(context, question, work, ({ id, at: due }, reason) =>
    noteFailed(context, id, due, reason),
  );
}

/** Lists that a recharge could not be given (product line P34), once, however often it is tried again. */
async function noteFailed(
  { db, now }: LifeContext,
  serviceId: number,
  due: string,
  reason: unknown,
): Promise<void> {
  await sql`
    INSERT INTO campaign_recharge (service_id, attempted_at, due_at, outcome, octets, note, actor)
    SELECT id, ${toTime(now)}::timestamptz, ${due}::timestamptz, 'failed', 0, ${storable(String(reason).slice(0, 500))},
      ${LIFE_ACTOR}
    FROM service WHERE id = ${serviceId}::bigint AND NOT EXISTS (
      SELECT 1 FROM campaign_recharge r
      WHERE r.service_id = service.id AND r.outcome = 'failed' AND r.due_at = ${due}::timestamptz)`.execute(
    db,
  );
}

/**
 * `LifeStore.rechargeNow`. The lock of the line is that of its requests: one that is repeated meanwhile waits for it, and
 * finds the first one's recharge.
 */
export function rechargeByHand(
  { db, secrets }: Pick<LifeContext, 'db' | 'secrets'>,
  username: string,
  actor: string,
  now: Instant,
  key?: string,
): Promise<Result<RechargeRow, RechargeRefusal>> {
  return inTransaction(db, async (tx) => {
    const loaded = await loadAccount(tx, secrets, username, true);
    if (!loaded.ok) return loaded;
    const { account } = loaded.value;
    const done = key === undefined ? undefined : await readRequested(tx, key);
    if (done !== undefined) return done.lineId === account.lineId ? ok(done.row) : fail('key-is-taken');
    if (account.line.status === 'closed') return fail('line-is-closed');
    const campaign = await holdCampaign(tx, secrets, username, now);
    if (campaign === undefined) return fail('no-campaign');
    const due = dueRecharge(campaign.schedule, campaign.attempts, now);
    const id = await recharge(tx, secrets, campaign, { actor, due, key }, now);
    const note = { actor, action: 'line.recharge', subject: `line:${username}`, reason: '' };
    const after = { service: campaign.id, octets: campaign.offer.recharge.octets };
    await audit(tx, { ...note, before: null, after }, now);
    const [recharged] = await readCampaigns(tx, sql`id = ${campaign.id}::bigint`);
    return ok(rowOf(recharged!, id));
  });
}

async function holdCampaign(
  tx: LedgerDb,
  secrets: SecretBox,
  username: string,
  now: Instant,
): Promise<Campaign | undefined> {
  const loaded = await loadAccount(tx, secrets, username, true);
  if (!loaded.ok) return undefined;
  const { service } = runningAccount(loaded.value.account, now);
  if (service?.offer.kind !== 'campaign') return undefined;
  const [campaign] = await readCampaigns(tx, sql`id = ${service.id}::bigint`);
  return { ...campaign!, loaded: loaded.value, endsAt: service.until };
}

interface Recharge {
  readonly actor: string;
  /** When the month's own was due that this is; `undefined` of an extra one. */
  readonly due: Instant | undefined;
  readonly key?: string | undefined;
}

/** One recharge of a line that is not closed; resolves to the number of the attempt. */
async function recharge(
  tx: LedgerDb,
  secrets: SecretBox,
  campaign: Campaign,
  { actor, due, key }: Recharge,
  now: Instant,
): Promise<number> {
  const { loaded, offer, schedule, attempts, endsAt } = campaign;
  const { line } = loaded.account;
  const attempt: RechargeAttempt = { at: Math.max(now, due ?? now), outcome: 'applied' };
  const next = nextRecharge(schedule, [...attempts, attempt], now);
  const { octets } = offer.recharge;
  const id = `campaign:${campaign.id}:${attempts.length + 1}`;
  const { rows } = await sql<{ readonly id: number }>`
    INSERT INTO campaign_recharge (service_id, attempted_at, due_at, outcome, octets, grant_id, actor, request_key)
    VALUES (${campaign.id}::bigint, ${toTime(attempt.at)}::timestamptz, ${toOptionalTime(due)}::timestamptz,
      ${attempt.outcome}, ${octets}::bigint, ${id}, ${storable(actor)}, ${key === undefined ? null : storable(key)})
    RETURNING id`.execute(tx);
  await setNext(tx, campaign.id, next);
  const grant: Grant = {
    ...{ id, kind: 'service', octets, consumed: ZERO_OCTETS, from: now, until: next ?? endsAt },
    ...{ priority: 0, tier: FULL_SPEED_TIER, createdAt: now },
  };
  const recharged = { ...line, revision: line.revision + 1, grants: [...line.grants, grant] };
  await writeLineChange({ tx, secrets, now }, loaded, recharged);
  return rows[0]!.id;
}

async function setNext(tx: LedgerDb, serviceId: number, next: Instant | undefined): Promise<void> {
  await sql`UPDATE campaign_schedule SET next_at = ${toOptionalTime(next)}::timestamptz
    WHERE service_id = ${serviceId}::bigint`.execute(tx);
}
