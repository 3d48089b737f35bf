import { sql } from 'kysely';
import type { CampaignOffer } from '../../../catalog/offer.ts';
import {
  type CampaignSchedule,
  nextRecharge,
  type RechargeAttempt,
  type RechargeRow,
  rechargeAt,
  rechargeRows,
} from '../../../orders/campaign-recharge.ts';
import type { NamedRecharge, RechargeRefusal, WorkPage, WorkPosition } from '../../../orders/life-store.ts';
import { runningAccount, type StoredService } from '../../../orders/line-account.ts';
import { FULL_SPEED_TIER, type Grant } from '../../../quota/grant.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { Instant } from '../../../values/instant.ts';
import { jalaliDayAt } from '../../../values/jalali.ts';
import { ZERO_OCTETS } from '../../../values/octets.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { audit } from '../audit.ts';
import { storable } from '../bulk.ts';
import { type LedgerDb, toOptionalTime, toTime } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { type LoadedAccount, loadAccount } from '../orders/load-account.ts';
import { writeLineChange } from '../orders/write-applied.ts';
import { forEachDue, isBehind, LIFE_ACTOR, type LifeContext } from './work-lines.ts';

/** A running campaign of a line that the transaction holds. */
interface Campaign {
  readonly loaded: LoadedAccount;
  readonly service: StoredService & { readonly offer: CampaignOffer };
  readonly schedule: CampaignSchedule;
  /** By time. */
  readonly attempts: readonly RechargeAttempt[];
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
    if (campaign?.service.id !== service_id) {
      // It is over, or was given up.
      await setNext(tx, service_id, undefined);
      return true;
    }
    const { rows } = await sql`SELECT 1 FROM campaign_schedule
      WHERE service_id = ${service_id}::bigint AND next_at <= ${at}::timestamptz`.execute(tx);
    if (rows.length === 0 || campaign.loaded.account.line.status === 'closed') return false;
    await recharge(tx, secrets, campaign, LIFE_ACTOR, now);
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

/** `LifeStore.rechargeNow`. */
export function rechargeByHand(
  db: LedgerDb,
  secrets: SecretBox,
  username: string,
  actor: string,
  now: Instant,
): Promise<Result<RechargeRow, RechargeRefusal>> {
  return inTransaction(db, async (tx) => {
    const loaded = await loadAccount(tx, secrets, username, true);
    if (!loaded.ok) return loaded;
    if (loaded.value.account.line.status === 'closed') return fail('line-is-closed');
    const campaign = await holdCampaign(tx, secrets, username, now);
    if (campaign === undefined) return fail('no-campaign');
    await recharge(tx, secrets, campaign, actor, now);
    const note = { actor, action: 'line.recharge', subject: `line:${username}`, reason: '' };
    const after = { service: campaign.service.id, octets: campaign.service.offer.recharge.octets };
    await audit(tx, { ...note, before: null, after }, now);
    const attempts = await readAttempts(tx, campaign.service.id);
    return ok(rechargeRows(campaign.schedule, attempts, now).findLast(({ at }) => at <= now)!);
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
  const { offer } = service;
  return {
    loaded: loaded.value,
    service: { ...service, offer },
    schedule: scheduleOf(offer, service.from, service.until),
    attempts: await readAttempts(tx, service.id),
  };
}

function scheduleOf({ recharge }: CampaignOffer, from: Instant, until: Instant): CampaignSchedule {
  return { firstDay: jalaliDayAt(from), minuteOfDay: recharge.minuteOfDay, until };
}

async function readAttempts(tx: LedgerDb, serviceId: number): Promise<readonly RechargeAttempt[]> {
  const { rows } = await sql<RechargeAttempt>`
    SELECT attempted_at AS at, outcome FROM campaign_recharge WHERE service_id = ${serviceId}::bigint
    ORDER BY attempted_at, id`.execute(tx);
  return rows;
}

/** One recharge of a line that is not closed: the month's own when that is due, else an extra one. */
async function recharge(
  tx: LedgerDb,
  secrets: SecretBox,
  { loaded, service, schedule, attempts }: Campaign,
  actor: string,
  now: Instant,
): Promise<void> {
  const { line } = loaded.account;
  // The first volume comes with the service, also before the hour of the later ones.
  const isFirst = !attempts.some(({ outcome }) => outcome === 'applied');
  const at = isFirst ? Math.max(now, rechargeAt(schedule, 0)) : now;
  const planned = nextRecharge(schedule, attempts, at);
  const due = planned !== undefined && planned <= at ? planned : undefined;
  const attempt: RechargeAttempt = { at, outcome: 'applied' };
  const next = nextRecharge(schedule, [...attempts, attempt], at);
  const { octets } = service.offer.recharge;
  const id = `campaign:${service.id}:${attempts.length + 1}`;
  await sql`
    INSERT INTO campaign_recharge (service_id, attempted_at, due_at, outcome, octets, grant_id, actor)
    VALUES (${service.id}::bigint, ${toTime(at)}::timestamptz, ${toOptionalTime(due)}::timestamptz, ${attempt.outcome},
      ${octets}::bigint, ${id}, ${storable(actor)})`.execute(tx);
  await setNext(tx, service.id, next);
  const grant: Grant = {
    ...{ id, kind: 'service', octets, consumed: ZERO_OCTETS, from: now, until: next ?? service.until },
    ...{ priority: 0, tier: FULL_SPEED_TIER, createdAt: now },
  };
  const recharged = { ...line, revision: line.revision + 1, grants: [...line.grants, grant] };
  await writeLineChange({ tx, secrets, now }, loaded, recharged);
}

async function setNext(tx: LedgerDb, serviceId: number, next: Instant | undefined): Promise<void> {
  await sql`UPDATE campaign_schedule SET next_at = ${toOptionalTime(next)}::timestamptz
    WHERE service_id = ${serviceId}::bigint`.execute(tx);
}

interface CampaignRow {
  readonly id: number;
  readonly name: string;
  readonly offer: CampaignOffer;
  readonly starts_at: Instant;
  readonly ends_at: Instant;
  readonly replaced_at: Instant | null;
}

/** `LifeStore.recharges` of a line that is there. */
export async function readRecharges(
  db: LedgerDb,
  lineId: number,
  now: Instant,
): Promise<readonly NamedRecharge[]> {
  const { rows: campaigns } = await sql<CampaignRow>`
    SELECT id, name, offer, starts_at, ends_at, replaced_at FROM service
    WHERE line_id = ${lineId}::bigint AND kind = 'campaign' ORDER BY starts_at, id`.execute(db);
  const all: NamedRecharge[] = [];
  for (const { id, name, offer, starts_at, ends_at, replaced_at } of campaigns) {
    const schedule = scheduleOf(offer, starts_at, replaced_at ?? ends_at);
    const { octets } = offer.recharge;
    const rows = rechargeRows(schedule, await readAttempts(db, id), now);
    all.push(...rows.map((row) => ({ ...row, name, octets })));
  }
  return all;
}
