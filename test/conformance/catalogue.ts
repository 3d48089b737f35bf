import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offerAt } from '../../engine/catalog/offer.ts';
import type { OfferDeclaration } from '../../engine/orders/catalogue-document.ts';
import type { Catalogue } from '../../engine/orders/catalogue-store.ts';
import { settingsAt, USUAL_SETTINGS } from '../../engine/orders/house-settings.ts';
import { DAY_MS, type Instant } from '../../engine/values/instant.ts';
import { anyOffer, anySetting, offerOf } from '../engine/orders/catalogue-samples.ts';
import { NOW } from '../engine/store/ledger/sample.ts';
import { type CataloguePlace, CatalogueWorld, extraOf } from './catalogue-world.ts';

type GetWorld = () => CatalogueWorld;

const iso = (at: Instant) => new Date(at).toISOString();

/** What every ledger promises about what is sold. The tests follow one ledger through its life, in order. */
export function catalogueSuite(name: string, makePlace: () => Promise<CataloguePlace>): void {
  describe(`catalogue on ${name}`, () => {
    let world: CatalogueWorld;
    beforeAll(async () => {
      world = await CatalogueWorld.open(await makePlace());
      await world.apply({ plans: [{ name: 'gold', days: 30 }] }, NOW - DAY_MS);
    }, 60_000);
    afterAll(() => world.close());
    empty(() => world);
    offers(() => world);
    faults(() => world);
    promotions(() => world);
    settings(() => world);
    together(() => world);
    randomLife(() => world);
  });
}

function empty(world: GetWorld): void {
  it('is empty at first, and everything is as usual', async () => {
    const { catalogue } = world();
    const nothing: Catalogue = { offers: [], promotions: [], settings: [] };
    expect(await catalogue.catalogue()).toEqual(nothing);
    expect(await catalogue.offerAt('5gb', NOW)).toBeUndefined();
    expect(settingsAt((await catalogue.catalogue()).settings, NOW)).toEqual(USUAL_SETTINGS);
  });
}

const later = NOW + 10 * DAY_MS;

function offers(world: GetWorld): void {
  it('keeps versions by date and withdraws', async () => {
    const { catalogue } = world();
    expect(await world().apply({ offers: [extraOf('5gb')] }, NOW)).toMatchObject({ offers: 1 });
    const dearer = extraOf('5gb', { price: 400_000, effectiveFrom: iso(later) });
    expect(await world().apply({ offers: [dearer] }, NOW)).toMatchObject({ offers: 1 });
    const end = later + DAY_MS;
    const gone = extraOf('5gb', { withdrawn: true, effectiveFrom: iso(end) });
    expect(await world().apply({ offers: [gone] }, NOW + 1)).toMatchObject({ offers: 1 });
    const priceAt = async (at: Instant) => (await catalogue.offerAt('5gb', at)) ?? 'none';
    expect(await priceAt(NOW - 1)).toBe('none');
    expect(await priceAt(NOW)).toMatchObject({ code: '5gb', kind: 'extra', price: 350_000 });
    expect(await priceAt(later - 1)).toMatchObject({ price: 350_000 });
    expect(await priceAt(later)).toMatchObject({ price: 400_000 });
    expect(await priceAt(end)).toBe('none');
    const again = extraOf('5gb', { effectiveFrom: iso(end + DAY_MS) });
    await world().apply({ offers: [again] }, NOW + 1);
    expect(await priceAt(end + DAY_MS)).toMatchObject({ price: 350_000 });
    const [history] = (await catalogue.catalogue()).offers;
    expect(history!.versions.map(({ from }) => from)).toEqual([NOW, later, end, end + DAY_MS]);
  });

  it('is the same when it is declared again, months later too', async () => {
    const { catalogue } = world();
    const document = {
      offers: [extraOf('old', { effectiveFrom: '2020-03-20T00:00:00+03:30' }), extraOf('new')],
      promotions: [{ name: 'summer', extraPercent: 10, kinds: ['extra'], until: iso(later) }],
      settings: [{ name: 'orderHours', value: 48, effectiveFrom: '2020-03-20T00:00:00+03:30' }],
    } as const;
    expect(await world().apply(document, NOW)).toMatchObject({ offers: 2, promotions: 1, settings: 1 });
    const before = await catalogue.catalogue();
    const nothing = { nas: 0, plans: 0, lines: 0, grants: 0 };
    expect(await world().apply(document, NOW)).toEqual(nothing);
    expect(await world().apply(document, NOW + 400 * DAY_MS)).toEqual(nothing);
    expect(await catalogue.catalogue()).toBe(before);
  });
}

function faults(world: GetWorld): void {
  it('takes nothing of a document with a fault, each of which it names', async () => {
    const { catalogue } = world();
    const before = await catalogue.catalogue();
    const service = { kind: 'prepaid', name: 'x', price: 1, term: { unit: 'month', count: 1 } } as const;
    const found = await world().faults(
      {
        plans: [{ name: 'silver', days: 30 }],
        offers: [
          extraOf('fine'),
          { ...service, code: 'no-plan', plan: 'none' },
          { ...service, code: 'silver', plan: 'silver' },
          extraOf('half', { price: 0.5 }),
          extraOf('minus', { price: -1 }),
          extraOf('fine'),
          { ...service, code: '5gb', plan: 'gold' },
          extraOf('old', { price: 1, effectiveFrom: '2021-01-01T00:00:00Z' }),
          extraOf('when', { effectiveFrom: 'soon' }),
        ],
        promotions: [
          { name: 'back', extraPercent: 1, kinds: ['extra'], from: iso(later), until: iso(NOW) },
          { name: 'summer', extraPercent: 20, kinds: ['extra'], until: iso(later) },
        ],
        settings: [
          { name: 'vatRates', value: [{ fromYear: 1406, toYear: 1405, percent: 10 }] },
          { name: 'orderHours', value: 2, effectiveFrom: '2021-01-01T00:00:00Z' },
          { name: 'depositAccounts', value: [{ ...account, cardNumber: '6219861034529008', sheba: 'IR00' }] },
        ],
      },
      NOW + 1,
    );
    expect(found).toEqual([
      'offers[5].code',
      'offers[1].plan',
      'offers[3].price',
      'offers[4].price',
      'offers[6].kind',
      'offers[7].effectiveFrom',
      'offers[8].effectiveFrom',
      'promotions[0].until',
      'promotions[1]',
      'settings[0].value[0].toYear',
      'settings[1].effectiveFrom',
      'settings[2].value[0].cardNumber',
      'settings[2].value[0].sheba',
    ]);
    expect(await catalogue.catalogue()).toBe(before);
    expect((await world().store.reference()).plans.map(({ name }) => name)).toEqual(['gold']);
  });
}

const account = {
  bank: 'بانک ملت',
  owner: 'شرکت نمونه',
  cardNumber: '6219 8610 3452 9007',
  accountNumber: '1234567',
  sheba: 'ir82 0540 1026 8002 0817 9090 02',
};

function promotions(world: GetWorld): void {
  const promotion = { name: 'autumn', extraPercent: 10, kinds: ['timed', 'extra'] } as const;
  const stored = async () =>
    (await world().catalogue.catalogue()).promotions.find(({ name }) => name === 'autumn');

  it('may be anything until it begins, then only be made shorter or longer', async () => {
    const from = NOW + DAY_MS;
    const until = iso(NOW + 9 * DAY_MS);
    await world().apply({ promotions: [{ ...promotion, from: iso(from), until }] }, NOW);
    await world().apply({ promotions: [{ ...promotion, extraPercent: 15, until }] }, NOW);
    const kinds = ['extra', 'timed'];
    expect(await stored()).toEqual({
      name: 'autumn',
      extraPercent: 15,
      kinds,
      from,
      until: Date.parse(until),
    });
    expect(await world().faults({ promotions: [{ ...promotion, until }] }, from)).toEqual(['promotions[0]']);
    const shorter = { ...promotion, extraPercent: 15, until: iso(from + DAY_MS) };
    const now = from + 60_000;
    expect(await world().apply({ promotions: [shorter] }, now)).toMatchObject({ promotions: 1 });
    expect(await stored()).toMatchObject({ from, until: from + DAY_MS });
    const past = { ...shorter, until: iso(from + 1_000) };
    expect(await world().faults({ promotions: [past] }, from + DAY_MS - 1)).toEqual(['promotions[0].until']);
    expect(await world().faults({ promotions: [{ ...shorter, until }] }, from + DAY_MS)).toEqual([
      'promotions[0]',
    ]);
  });
}

function settings(world: GetWorld): void {
  it('keeps who set a value and when, from its date on', async () => {
    const { catalogue } = world();
    const from = NOW + 5 * DAY_MS;
    const setting = { name: 'documentGraceDays', value: 10, effectiveFrom: iso(from) } as const;
    const declared = await catalogue.declare({ settings: [setting] }, 'zahra', NOW);
    expect(declared).toEqual({ ok: true, value: { offers: 0, promotions: 0, settings: 1 } });
    const { settings: all } = await catalogue.catalogue();
    expect(all.filter(({ name }) => name === 'documentGraceDays')).toEqual([
      { name: 'documentGraceDays', from, value: 10, actor: 'zahra', setAt: NOW },
    ]);
    expect(settingsAt(all, from - 1).documentGraceDays).toBe(7);
    expect(settingsAt(all, from).documentGraceDays).toBe(10);
  });

  it('holds null, which is another thing than nothing', async () => {
    await world().apply({ settings: [{ name: 'freeCharge', value: null }] }, NOW);
    const { settings: all } = await world().catalogue.catalogue();
    expect(settingsAt(all, NOW).freeCharge).toBeNull();
    expect(settingsAt(all, NOW - 1).freeCharge).toEqual(USUAL_SETTINGS.freeCharge);
  });

  it('keeps bank numbers in one spelling', async () => {
    await world().apply({ settings: [{ name: 'depositAccounts', value: [account] }] }, NOW);
    const { settings: all } = await world().catalogue.catalogue();
    expect(settingsAt(all, NOW).depositAccounts).toEqual([
      { ...account, cardNumber: '6219861034529007', sheba: 'IR820540102680020817909002' },
    ]);
  });
}

function together(world: GetWorld): void {
  it('lets one of many that declare at the same time have its way, and the others find it done', async () => {
    const document = {
      offers: [extraOf('raced')],
      settings: [{ name: 'pause', value: { daysMax: 9 } }],
    } as const;
    const tries = Array.from({ length: 12 }, (_, index) =>
      index % 2 === 0
        ? world().apply(document, NOW)
        : world()
            .catalogue.declare(document, 'zahra', NOW)
            .then((done) => (done.ok ? done.value : { offers: -1 })),
    );
    const counts = (await Promise.all(tries)).map(({ offers: count = 0 }) => count);
    expect(counts.toSorted()).toEqual([...Array<number>(11).fill(0), 1]);
    const history = (await world().catalogue.catalogue()).offers.find(({ code }) => code === 'raced');
    expect(history!.versions).toHaveLength(1);
  });
}

/** A declaration, and how long after the one before it is made. */
const anyStep = fc.record({
  offers: fc.uniqueArray(anyOffer, { selector: ({ code }) => code, maxLength: 4 }),
  settings: fc.uniqueArray(anySetting, { selector: ({ name }) => name, maxLength: 4 }),
  afterDays: fc.nat(20),
  aheadDays: fc.nat(20),
});

function randomLife(world: GetWorld): void {
  it('gives back what was declared, and leaves what was before', async () => {
    let now = NOW + 100 * DAY_MS;
    const play = async (steps: readonly (typeof anyStep extends fc.Arbitrary<infer S> ? S : never)[]) => {
      for (const { offers: declared, settings: values, afterDays, aheadDays } of steps) {
        now += afterDays * DAY_MS + 120_000;
        const from = now + aheadDays * DAY_MS;
        const effectiveFrom = iso(from);
        const before = await world().catalogue.catalogue();
        const document = {
          offers: declared.map((offer): OfferDeclaration => ({ ...offer, effectiveFrom })),
          settings: values.map((setting) => ({ ...setting, effectiveFrom })),
        };
        await world().apply(document, now);
        const after = await world().catalogue.catalogue();
        const soldAt = (catalogue: Catalogue, code: string, at: Instant) => {
          const history = catalogue.offers.find((offer) => offer.code === code);
          return history && offerAt(history, at);
        };
        for (const offer of declared) {
          expect(soldAt(after, offer.code, from)).toEqual(offer.withdrawn ? undefined : offerOf(offer));
          expect(soldAt(after, offer.code, now - 1)).toEqual(soldAt(before, offer.code, now - 1));
        }
        for (const { name, value } of values) {
          expect(settingsAt(after.settings, from)[name]).toEqual(value);
        }
        expect(settingsAt(after.settings, now - 1)).toEqual(settingsAt(before.settings, now - 1));
        const repeated = await world().apply(document, now + 1);
        expect(repeated).toEqual({ nas: 0, plans: 0, lines: 0, grants: 0 });
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 6 }), play), {
      numRuns: 12,
      endOnFailure: true,
    });
  }, 120_000);
}
