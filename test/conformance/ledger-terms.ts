import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventLedger } from '../../engine/jobs/sink-targets.ts';
import type { LedgerStore } from '../../engine/subscribers/ledger-store.ts';
import type { ProvisioningDocument } from '../../engine/subscribers/provisioning.ts';
import type { RecoveryLedger } from '../../engine/subscribers/recovery.ts';
import type { TermsLedger } from '../../engine/subscribers/terms-ledger.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../engine/values/instant.ts';
import { NOW, usageEvent } from '../engine/store/ledger/sample.ts';

/** An empty ledger, and the way to remove it. */
export interface TermsPlace {
  readonly ledger: LedgerStore & EventLedger & RecoveryLedger & TermsLedger;
  readonly remove: () => Promise<void>;
}

let place: TermsPlace;

const iso = (at: number) => new Date(at).toISOString();
const fast = { downKbps: 8_000, upKbps: 1_000 };
const slow = { downKbps: 2_000, upKbps: 500 };
const tiers = [{ octets: 10, downKbps: 512, upKbps: 128 }];
const document = {
  plans: [
    { name: 'daily', days: 365, quota: { octets: 100, charge: 'both', per: 'day' }, speed: fast, tiers },
    { name: 'term', days: 30, quota: { octets: 500, charge: 'both' }, speed: fast },
    { name: 'open', days: 7 },
  ],
  lines: [
    { username: 'd1', plan: 'daily' },
    { username: 't1', plan: 'term' },
    { username: 't2', plan: 'term' },
    { username: 't3', plan: 'term' },
  ],
} satisfies ProvisioningDocument;

async function apply(parts: ProvisioningDocument, now: number) {
  const applied = await place.ledger.apply(parts, now);
  if (!applied.ok) throw new Error(JSON.stringify(applied.error));
  return applied.value;
}

async function errorsOf(parts: ProvisioningDocument, now: number): Promise<readonly string[]> {
  const applied = await place.ledger.apply(parts, now);
  return applied.ok ? [] : applied.error.map(({ path }) => path);
}

async function takeOutbox(): Promise<string[]> {
  const pending = await place.ledger.pendingProjections(10_000);
  await place.ledger.completeProjections(pending.map(({ id }) => id));
  return pending.map(({ kind, key }) => `${kind} ${key}`.trim());
}

async function versions(name: string) {
  const { plans } = await place.ledger.reference();
  return plans.find((plan) => plan.name === name)!.versions.map(({ from, plan }) => [from, plan.speed]);
}

/** What every ledger does with plans over time, with periods and with reserved terms. In order. */
export function ledgerTermsSuite(name: string, open: () => Promise<TermsPlace>): void {
  describe(`${name} over time`, () => {
    beforeAll(async () => {
      place = await open();
      await apply(document, NOW);
      await takeOutbox();
    });
    afterAll(async () => {
      await place.ledger.close();
      await place.remove();
    });
    keepsVersions();
    looksAtPlans();
    givesPeriods();
    beginsReserves();
  });
}

function keepsVersions(): void {
  const { plans } = document;
  const term = plans[1]!;

  it('keeps the versions of a plan, later ones beside the one in force', async () => {
    const next = { ...term, speed: slow, effectiveFrom: iso(NOW + 10 * DAY_MS) };
    expect(await apply({ plans: [next] }, NOW + 1)).toMatchObject({ plans: 1 });
    expect(await apply({ plans: [next] }, NOW + 2)).toMatchObject({ plans: 0 });
    expect(await apply({ plans: [term] }, NOW + 3)).toMatchObject({ plans: 0 });
    expect(await versions('term')).toEqual([
      [NOW, fast],
      [NOW + 10 * DAY_MS, slow],
    ]);
    const other = { downKbps: 4_000, upKbps: 900 };
    await apply({ plans: [{ ...next, speed: other }] }, NOW + 4);
    await apply({ plans: [{ ...term, speed: slow }] }, NOW + MINUTE_MS);
    expect(await versions('term')).toEqual([
      [NOW, fast],
      [NOW + MINUTE_MS, slow],
      [NOW + 10 * DAY_MS, other],
    ]);
    expect(await apply({ plans: [{ ...next, speed: other }] }, NOW + 300 * DAY_MS)).toMatchObject({
      plans: 0,
    });
  });

  it('changes nothing that was in force', async () => {
    const past = { ...term, speed: undefined, effectiveFrom: iso(NOW - HOUR_MS) };
    expect(await errorsOf({ plans: [past] }, NOW + 2 * MINUTE_MS)).toEqual(['plans[0].effectiveFrom']);
    const late = { ...term, days: 31, effectiveFrom: iso(NOW + 100 * SECOND_MS) };
    await apply({ plans: [late] }, NOW + 120 * SECOND_MS);
    expect((await versions('term')).map(([from]) => from)).toContain(NOW + 120 * SECOND_MS);
    expect(await apply({ plans: [late] }, NOW + 9 * DAY_MS)).toMatchObject({ plans: 0 });
    await takeOutbox();
  });
}

function looksAtPlans(): void {
  it('has the online lines of a plan looked at once it is known to be different, page by page', async () => {
    const lines = Array.from({ length: 250 }, (_, index) => ({ username: `p${index}`, plan: 'open' }));
    await apply({ lines }, NOW);
    const { ledger } = place;
    const known = await Promise.all(['p0', 't1'].map((username) => ledger.line(username)));
    const [first, other] = known.map((line) => line!.lineId);
    const online = (lineId: number) => usageEvent({ lineId, username: 'x', sessionKey: `s${lineId}` });
    const events = Array.from({ length: 240 }, (_, index) => online(first! + index));
    const closed = { ...online(first! + 245), state: 'closed', closeCause: 'stopped' } as const;
    const logged = [...events, closed, online(other!)].map((event, index) => ({
      position: index + 1,
      event,
    }));
    await ledger.recordEvents(logged, 0);
    await takeOutbox();
    // The changes of before.
    while ((await ledger.lookAtPlans(NOW + HOUR_MS)) > 0) await takeOutbox();
    await takeOutbox();
    await apply({ plans: [{ name: 'open', days: 7, speed: slow }] }, NOW + HOUR_MS);
    expect(await takeOutbox()).toEqual(['reference']);
    expect((await ledger.dueTerms(NOW + HOUR_MS)).plans).toBe(false);
    expect(await ledger.lookAtPlans(NOW + HOUR_MS)).toBe(0);
    const later = NOW + HOUR_MS + 5 * SECOND_MS;
    expect((await ledger.dueTerms(later)).plans).toBe(true);
    const pages = [];
    for (let page = 0; page < 4; page += 1) pages.push(await ledger.lookAtPlans(later));
    expect(pages).toEqual([100, 100, 40, 0]);
    expect(await takeOutbox()).toEqual(events.map((_, index) => `line p${index}`));
    expect((await ledger.dueTerms(later)).plans).toBe(false);
  });
}

function givesPeriods(): void {
  const grantsAt = async (now: number) => (await place.ledger.lineProjection('d1', now))!.grants;

  it('gives the packet path the grants of the next 40 days, and of the last 40', async () => {
    const all = (await place.ledger.line('d1'))!.grants;
    expect(all).toHaveLength(2 * 366);
    for (const now of [NOW, NOW + 100 * DAY_MS, NOW + 360 * DAY_MS]) {
      const grants = await grantsAt(now);
      const inside = ({ from, until }: (typeof all)[number]) =>
        until! > now - 40 * DAY_MS && from < now + 40 * DAY_MS;
      expect(grants).toEqual(all.filter(inside));
      const closed = { stopped: now, givenUp: now };
      const sunk = await place.ledger.sunkLines(0, 1_000, closed, now);
      expect(sunk.find(({ profile }) => profile.username === 'd1')!.grants).toEqual(grants);
    }
    expect((await grantsAt(NOW)).map(({ tier }) => tier)).toContain(1);
  });

  it('tells it of further ones once a day, in pages, and only of lines that have them', async () => {
    const { ledger } = place;
    await apply({ lines: [2, 3].map((number) => ({ username: `d${number}`, plan: 'daily' })) }, NOW);
    await takeOutbox();
    while ((await ledger.dueTerms(NOW)).grants) await ledger.bringGrants(NOW, 2);
    expect(new Set(await takeOutbox())).toEqual(new Set(['line d1', 'line d2', 'line d3']));
    expect((await ledger.dueTerms(NOW + DAY_MS - 1)).grants).toBe(false);
    expect(await ledger.bringGrants(NOW + DAY_MS - 1, 2)).toBe(0);
    const tomorrow = NOW + DAY_MS;
    expect((await ledger.dueTerms(tomorrow)).grants).toBe(true);
    expect(await ledger.bringGrants(tomorrow, 2)).toBe(2);
    expect(await takeOutbox()).toEqual(['line d1', 'line d2']);
    expect(await ledger.bringGrants(tomorrow, 2)).toBe(1);
    expect(await takeOutbox()).toEqual(['line d3']);
    expect(await ledger.bringGrants(tomorrow, 2)).toBe(0);
    // However long nobody did it, nothing is left out.
    const late = NOW + 500 * DAY_MS;
    while ((await ledger.dueTerms(late)).grants) await ledger.bringGrants(late, 400);
    expect(new Set(await takeOutbox())).toEqual(new Set(['line d1', 'line d2', 'line d3']));
    expect(await ledger.bringGrants(NOW + 600 * DAY_MS, 2)).toBe(0);
  });

  it('removes the volumes of periods that will not come', async () => {
    await apply({ lines: [{ username: 'd1', plan: 'daily', expiresAt: iso(NOW + 2 * DAY_MS) }] }, NOW);
    expect((await place.ledger.line('d1'))!.grants.filter(({ tier }) => tier === 0)).toHaveLength(3);
    await apply({ lines: [{ username: 'd2', plan: 'open' }] }, NOW + HOUR_MS);
    const grants = (await place.ledger.line('d2'))!.grants;
    expect(grants.map(({ until }) => until)).toEqual([NOW + HOUR_MS, NOW + HOUR_MS]);
    await takeOutbox();
  });
}

function beginsReserves(): void {
  it('makes a reserved term the running one when it begins, once', async () => {
    const { ledger } = place;
    const lines = ['t1', 't2'].map((username) => ({ username, plan: 'term', reserve: { plan: 'daily' } }));
    expect(await apply({ lines }, NOW + DAY_MS)).toMatchObject({ lines: 2 });
    expect(await apply({ lines }, NOW + 2 * DAY_MS)).toMatchObject({ lines: 0, grants: 0 });
    await takeOutbox();
    const end = NOW + 30 * DAY_MS;
    const before = (await ledger.lineProjection('t1', end))!;
    expect(before.profile.reserve).toEqual({ planName: 'daily', from: end, expiresAt: end + 365 * DAY_MS });
    expect((await ledger.dueTerms(end - 1)).reserves).toBe(false);
    expect(await ledger.beginReserves(end - 1, 10)).toBe(0);
    expect((await ledger.dueTerms(end)).reserves).toBe(true);
    expect([await ledger.beginReserves(end, 1), await ledger.beginReserves(end, 10)]).toEqual([1, 1]);
    expect(await ledger.beginReserves(end, 10)).toBe(0);
    expect((await takeOutbox()).toSorted()).toEqual(['line t1', 'line t2']);
    const after = (await ledger.lineProjection('t1', end))!;
    expect(after.grants).toEqual(before.grants);
    expect(after.profile).toEqual({
      ...before.profile,
      revision: before.profile.revision + 1,
      planName: 'daily',
      expiresAt: end + 365 * DAY_MS,
      reserve: undefined,
    });
  });

  it('takes a reserve back, and refuses one that follows nothing', async () => {
    const t3 = { username: 't3', plan: 'term' };
    await apply({ lines: [{ ...t3, reserve: { plan: 'daily' } }] }, NOW + DAY_MS);
    expect((await place.ledger.line('t3'))!.grants.length).toBeGreaterThan(700);
    await apply({ lines: [{ ...t3, reserve: null }] }, NOW + DAY_MS);
    const { grants, profile } = (await place.ledger.line('t3'))!;
    expect([grants.length, profile.reserve]).toEqual([1, undefined]);
    const early = { plan: 'open', from: iso(NOW + 29 * DAY_MS) };
    expect(await errorsOf({ lines: [{ ...t3, reserve: early }] }, NOW)).toEqual(['lines[0].reserve.from']);
    const late = NOW + 31 * DAY_MS;
    expect(await errorsOf({ lines: [{ ...t3, reserve: { plan: 'open' } }] }, late)).toEqual([
      'lines[0].reserve',
    ]);
    expect(await errorsOf({ lines: [{ ...t3, reserve: { plan: 'none' } }] }, NOW)).toEqual([
      'lines[0].reserve.plan',
    ]);
  });
}
