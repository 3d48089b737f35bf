import { type Expression, type SqlBool, sql } from 'kysely';
import type { CampaignOffer } from '../../../catalog/offer.ts';
import {
  type CampaignSchedule,
  firstMonthOf,
  type RechargeAttempt,
  type RechargeRow,
  rechargeRow,
  rechargeRows,
} from '../../../orders/campaign-recharge.ts';
import type { NamedRecharge } from '../../../orders/life-store.ts';
import type { Instant } from '../../../values/instant.ts';
import { jalaliDayAt } from '../../../values/jalali.ts';
import { storable } from '../bulk.ts';
import type { LedgerDb } from '../database.ts';

/** A recharge that was tried, as it is stored. */
export interface StoredAttempt extends RechargeAttempt {
  readonly id: number;
}

interface CampaignRow {
  readonly id: number;
  readonly name: string;
  readonly offer: CampaignOffer;
  readonly starts_at: Instant;
  readonly ends_at: Instant;
  readonly replaced_at: Instant | null;
  /** When the last recharge of a month was due of the campaigns of the line that had been given up by then. */
  readonly given_up_due: Instant | null;
}

/** A campaign as it is stored, and when it is recharged. */
export interface StoredCampaign {
  readonly id: number;
  readonly name: string;
  readonly offer: CampaignOffer;
  readonly schedule: CampaignSchedule;
  /** By time. */
  readonly attempts: readonly StoredAttempt[];
}

/**
 * Campaigns by when they begin, given up or not.
 * @param condition of `service` as `s`.
 */
export async function readCampaigns(
  db: LedgerDb,
  condition: Expression<SqlBool>,
): Promise<readonly StoredCampaign[]> {
  const { rows } = await sql<CampaignRow>`
    SELECT id, name, offer, starts_at, ends_at, replaced_at, (
      SELECT max(r.due_at) FROM campaign_recharge r JOIN service was ON was.id = r.service_id
      WHERE was.line_id = s.line_id AND was.replaced_at <= s.starts_at AND was.replaced_at < was.ends_at
        AND r.outcome = 'applied') AS given_up_due
    FROM service s WHERE kind = 'campaign' AND ${condition} ORDER BY starts_at, id`.execute(db);
  const campaigns: StoredCampaign[] = [];
  for (const row of rows) {
    const { id, name, offer } = row;
    campaigns.push({ id, name, offer, schedule: scheduleOf(row), attempts: await readAttempts(db, id) });
  }
  return campaigns;
}

function scheduleOf({ offer, starts_at, ends_at, replaced_at, given_up_due }: CampaignRow): CampaignSchedule {
  return {
    ...{ firstDay: jalaliDayAt(starts_at), minuteOfDay: offer.recharge.minuteOfDay },
    firstMonth: firstMonthOf(starts_at, given_up_due ?? undefined),
    until: replaced_at ?? ends_at,
  };
}

async function readAttempts(db: LedgerDb, serviceId: number): Promise<readonly StoredAttempt[]> {
  const { rows } = await sql<StoredAttempt>`
    SELECT id, attempted_at AS at, outcome FROM campaign_recharge WHERE service_id = ${serviceId}::bigint
    ORDER BY attempted_at, id`.execute(db);
  return rows;
}

/** `LifeStore.recharges` of a line that is there. */
export async function readRecharges(
  db: LedgerDb,
  lineId: number,
  now: Instant,
): Promise<readonly NamedRecharge[]> {
  const campaigns = await readCampaigns(db, sql`line_id = ${lineId}::bigint`);
  return campaigns.flatMap(({ name, offer: { recharge }, schedule, attempts }) =>
    rechargeRows(schedule, attempts, now).map((row) => ({ ...row, name, octets: recharge.octets })),
  );
}

/** What a request has given before; `undefined` when none has come with this key. */
export async function readRequested(
  db: LedgerDb,
  key: string,
): Promise<{ readonly lineId: number; readonly row: RechargeRow } | undefined> {
  const { rows } = await sql<{ readonly id: number; readonly service_id: number; readonly line_id: number }>`
    SELECT r.id, r.service_id, s.line_id FROM campaign_recharge r JOIN service s ON s.id = r.service_id
    WHERE r.request_key = ${storable(key)}`.execute(db);
  const [found] = rows;
  if (found === undefined) return undefined;
  const [campaign] = await readCampaigns(db, sql`id = ${found.service_id}::bigint`);
  return { lineId: found.line_id, row: rowOf(campaign!, found.id) };
}

/** What an attempt of a campaign was. */
export function rowOf({ schedule, attempts }: StoredCampaign, attemptId: number): RechargeRow {
  return rechargeRow(schedule, attempts, attempts.find(({ id }) => id === attemptId)!);
}
