import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setPrincipal } from '../../api/auth.ts';
import { showApplied } from '../../api/cli/show.ts';
import { showOffer, showOffers } from '../../api/cli/show-offers.ts';
import { showSetting, showSettings } from '../../api/cli/show-settings.ts';
import { offerRoutes } from '../../api/routes/offers.ts';
import { demoCatalogue } from '../../engine/demo/demo-catalogue.ts';
import { demoPlans } from '../../engine/demo/demo-plans.ts';
import { USUAL_SETTINGS } from '../../engine/orders/house-settings.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { ask, openWorld, type World } from './world.ts';

type Json = Record<string, unknown>;

let world: World;
let now: number;
const iso = (at: number) => new Date(at).toISOString();

beforeAll(async () => {
  world = await openWorld();
  now = world.clock.now();
  const applied = await ask(world.app, '/api/v1/apply', {
    method: 'PUT',
    body: { plans: demoPlans(), ...demoCatalogue() },
  });
  expect(applied.status).toBe(200);
  expect(showApplied(await applied.json())).toBe(
    'Applied. New or changed: 0 NAS, 23 plans, 0 lines, 0 grants, 32 offers, 1 promotions, 5 settings.',
  );
}, 60_000);
afterAll(() => world.close());

async function answerOf(path: string, init?: { method?: string; body?: unknown }): Promise<Json> {
  const answer = await ask(world.app, `/api/v1${path}`, init);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Json;
}

async function listed(query: string): Promise<Map<string, Json>> {
  const { offers } = (await answerOf(`/offers${query}`)) as { offers: (Json & { offer: Json })[] };
  return new Map(offers.map((each) => [String(each.offer.code), each]));
}

describe('offers', () => {
  it('are those that a buyer sees, each with the reason why it cannot be bought', async () => {
    const staff = await listed('');
    expect(staff.size).toBe(32);
    expect(staff.get('welcome-2048k-8g')!.refusal).toBeNull();
    const subscriber = await listed('?role=subscriber&paidBefore=1');
    expect(subscriber.has('campaign-2m-5g')).toBe(false);
    expect(subscriber.get('welcome-2048k-8g')!.refusal).toBe('first-purchase-only');
    expect(subscriber.get('2048k-5g')).toEqual({
      offer: {
        kind: 'prepaid',
        code: '2048k-5g',
        name: '۲۰۴۸ کیلوبیت، یک ماهه، ۵ گیگابایت، استاندارد پیش پرداخت',
        audience: {
          seenBy: ['subscriber', 'agent', 'reseller', 'staff'],
          boughtBy: ['subscriber', 'agent', 'reseller', 'staff'],
          counties: [],
          purchase: 'any',
        },
        planName: '2048k-5g',
        term: { unit: 'month', count: 1 },
        lineRental: 0,
        price: 215_000,
      },
      until: null,
      refusal: null,
      promotion: null,
    });
    expect(subscriber.get('extra-5g')!.promotion).toMatchObject({ extraPercent: 10 });
  });

  it('are told with what was and will be', async () => {
    const from = iso(now + 5 * DAY_MS);
    const dearer = { kind: 'static-ip', code: 'static-ip', name: 'IP', pricePerMonth: 60_000 };
    const end = iso(now + 9 * DAY_MS);
    for (const offer of [
      { ...dearer, effectiveFrom: from },
      { ...dearer, effectiveFrom: end, withdrawn: true },
    ]) {
      await answerOf('/apply', { method: 'PUT', body: { offers: [offer] } });
    }
    const history = await answerOf('/offers/static-ip');
    expect(history.versions).toMatchObject([
      { state: 'present', until: from, offer: { pricePerMonth: 50_000 } },
      { state: 'future', from, until: end, offer: { pricePerMonth: 60_000 } },
      { state: 'future', from: end, until: null, offer: null },
    ]);
    expect((await listed('')).get('static-ip')!.until).toBe(from);
    expect((await ask(world.app, '/api/v1/offers/none')).status).toBe(404);
    expect(showOffer(history)).toContain('60,000 Rial without tax');
    expect(showOffer(history)).toContain('Not sold.');
  });

  it('of staff are not for agents to look at', async () => {
    const app = new Hono()
      .use((c, next) => {
        setPrincipal(c, { kind: 'agent', actor: 'agent:7', agentId: 7, role: 'reseller', scope: 'own' });
        return next();
      })
      .route('/', offerRoutes(world.deps));
    expect((await app.request('/offers?role=staff')).status).toBe(422);
    expect((await app.request('/offers/static-ip')).status).toBe(403);
    const { offers } = (await (await app.request('/offers')).json()) as { offers: unknown[] };
    // The two that are billed afterwards are not for resellers.
    expect(offers).toHaveLength(30);
  });

  it('are shown on a terminal', async () => {
    const text = showOffers(await answerOf('/offers?role=subscriber&paidBefore=1'));
    expect(text).toMatch(/2048k-5g +prepaid +215,000 +1 month/);
    expect(text).toMatch(/extra-5g +extra +150,000 +5\.00 GB +\+10 %/);
    expect(text).toMatch(/welcome-2048k-8g .* first purchase only/);
    expect(showOffers({ offers: [] })).toContain('Nothing is sold');
  });
});

it('promotions are told with their time', async () => {
  expect(await answerOf('/promotions')).toMatchObject({
    promotions: [{ extraPercent: 10, kinds: ['extra', 'timed'], state: 'present' }],
  });
});

describe('settings', () => {
  it('are set from a date on, by somebody', async () => {
    expect(await answerOf('/settings/orderHours')).toEqual({ name: 'orderHours', usual: 24, versions: [] });
    const effectiveFrom = iso(now + DAY_MS);
    const body = { value: 48, effectiveFrom };
    const set = await answerOf('/settings/orderHours', { method: 'PUT', body });
    const version = { from: effectiveFrom, until: null, state: 'future', value: 48 };
    expect(set.versions).toEqual([{ ...version, actor: 'staff', setAt: iso(now) }]);
    expect(await answerOf('/settings/orderHours', { method: 'PUT', body })).toEqual(set);
    const { settings } = (await answerOf('/settings')) as { settings: Json[] };
    const present = { name: 'orderHours', value: 24, from: null, until: effectiveFrom };
    expect(settings.find(({ name }) => name === 'orderHours')).toEqual(present);
    expect(settings.map(({ name }) => name)).toEqual(Object.keys(USUAL_SETTINGS));
    expect(showSettings({ settings })).toMatch(/orderHours +as usual +2026-11-22 11:00:00 +24/);
    expect(showSetting(set)).toContain('2026-11-21 11:00:00 by staff');
  });

  it.each([
    ['a value that is none', 'orderHours', { value: 0 }, 'value: must be a whole number from 1 to 8784'],
    ['no value', 'orderHours', {}, 'value: is missing'],
    ['half a value', 'pause', { value: {} }, 'value.daysMax: must be a whole number from 0 to 366'],
    ['another field', 'pause', { value: { daysMax: 1 }, from: 1 }, 'from: is not a known field'],
    [
      'what held already',
      'supportPhones',
      { value: [], effectiveFrom: '2026-10-01T00:00:00Z' },
      'effectiveFrom: 2026-10-01T00:00:00Z is over: what held then cannot change',
    ],
  ])('are not set to %s', async (_, name, body, fault) => {
    const answer = await ask(world.app, `/api/v1/settings/${name}`, { method: 'PUT', body });
    expect(answer.status).toBe(422);
    const { errors } = (await answer.json()) as { errors: { path: string; message: string }[] };
    expect(errors.map(({ path, message }) => `${path}: ${message}`)).toEqual([fault]);
  });

  it('that nobody knows are not there', async () => {
    expect((await ask(world.app, '/api/v1/settings/colour')).status).toBe(404);
    const body = { value: 'red' };
    expect((await ask(world.app, '/api/v1/settings/colour', { method: 'PUT', body })).status).toBe(404);
  });
});
