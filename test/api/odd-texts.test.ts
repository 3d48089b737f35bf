import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PayAnswer } from '../../api/orders.ts';
import { openShop, type Shop } from './shop.ts';

/** A text that no column of PostgreSQL takes, as it stands in an address. */
const NUL = '%00';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
  await shop.orders.customer('s1');
});
afterAll(() => shop.world.close());

const page = async (path: string, init: RequestInit = {}) => (await shop.app.request(path, init)).status;

describe('a secret that is none of ours', () => {
  it('is nobody’s, and counted', async () => {
    const statuses = new Set<number>();
    for (let count = 0; count < 20; count += 1) {
      for (const path of ['/pay/go/', '/pay/done/', '/pay/callback/sandbox/'])
        statuses.add(await page(path + NUL));
    }
    expect([...statuses]).toEqual([404]);
    expect(await page(`/pay/go/${NUL}`)).toBe(429);
    expect(shop.world.faults).toEqual([]);
  });

  it('is no token of the sandbox bank either', async () => {
    expect(await page(`/sandbox-bank/${NUL}`)).toBe(404);
    expect(
      await page(`/sandbox-bank/${NUL}`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) }),
    ).toBe(404);
    expect(shop.world.faults).toEqual([]);
  });
});

describe('the sandbox bank', () => {
  it('asks again after what is no form', async () => {
    const customer = await shop.orders.customer('s2');
    const body = { gateway: 'sandbox', amount: 1_000 };
    const started = await shop.call<PayAnswer>('POST', `/customers/${customer}/top-up`, body);
    const { location } = await shop.browse(started.body.goUrl!);
    const broken = { method: 'POST', headers: { 'content-type': 'multipart/form-data' }, body: '--broken' };
    expect(await page(new URL(location).pathname, broken)).toBe(422);
    expect(await page(`/sandbox-bank/${'0'.repeat(32)}`, broken)).toBe(404);
  });
});

describe('a reason', () => {
  it('may hold what no column can, as far as it can be kept', async () => {
    for (const reason of ['a\u0000b', '\ud800', 'plain']) {
      for (const action of ['suspend', 'resume']) {
        expect(await shop.call('POST', `/lines/s1/${action}`, { reason }), reason).toMatchObject({
          status: 200,
        });
      }
    }
    const { body } = await shop.call<{ entries: { reason: string }[] }>(
      'GET',
      '/audit?subject=line:s1&limit=6',
    );
    expect(body.entries.map(({ reason }) => reason)).toEqual([
      'plain',
      'plain',
      '\ufffd',
      '\ufffd',
      'a\ufffdb',
      'a\ufffdb',
    ]);
    expect(shop.world.faults).toEqual([]);
  });
});

describe('the trail', () => {
  it.each([`subject=${NUL}`, `actor=${NUL}`, `actor=a${NUL}b&subject=${NUL}`])(
    'has nothing of %s',
    async (query) => {
      expect(await shop.call('GET', `/audit?${query}`)).toMatchObject({ status: 200, body: { entries: [] } });
    },
  );
});

describe('an instant', () => {
  const AGENT_REPORT = '/agents/1/report';

  it.each([
    ['/lines/s1/explain?at=0000-01-01T00:00:00Z', 'at'],
    ['/lines/s1/explain?at=0001-01-01', 'at'],
    ['/lines/s1/explain?at=1899-12-31T23:59:59Z', 'at'],
    [`${AGENT_REPORT}?from=0000-01-01T00:00:00Z`, 'from'],
    [`${AGENT_REPORT}?to=0000-02-01`, 'to'],
    [`${AGENT_REPORT}?to=9999-12-31T23:59:59-12:00`, 'to'],
    ['/usage/s1?from=0000-01-01T00:00:00Z', 'from'],
  ])('of no year of ours is refused: %s', async (path, field) => {
    const { status, body } = await shop.call<{ errors: { path: string }[] }>('GET', path);
    expect([status, body.errors?.map((fault) => fault.path)]).toEqual([422, [field]]);
  });

  it('may be of the first and the last year', async () => {
    const made = await shop.call('POST', '/agents', { name: 'A' });
    expect(made.status).toBe(201);
    const years = `${AGENT_REPORT}?from=1900-01-02&to=9999-12-31`;
    expect(await shop.call('GET', years)).toMatchObject({ status: 200 });
    expect((await shop.call('GET', '/lines/s1/explain?at=1900-01-01T00:00:00Z')).status).not.toBe(422);
    expect(shop.world.faults).toEqual([]);
  });

  it('is refused in a document, too', async () => {
    const body = { lines: [{ username: 's9', plan: 'p', expiresAt: '0000-01-01T00:00:00Z' }] };
    const { status, body: told } = await shop.call<{ errors: unknown[] }>('PUT', '/apply', body);
    expect([status, told.errors]).toMatchObject([422, [{ path: 'lines[0].expiresAt' }, {}]]);
  });
});
