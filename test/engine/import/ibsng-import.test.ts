import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importIbsng } from '../../../engine/import/ibsng-import.ts';
import {
  type CreditMeaning,
  defaultOptions,
  type ImportOptions,
} from '../../../engine/import/import-plan.ts';
import { chunksOf } from './chunks.ts';

const AS_OF = Date.UTC(2026, 10, 21, 7, 30);
const MB = 1024 ** 2;
const DUMP = readFileSync(new URL('../../vectors/import/ibsng.sql', import.meta.url), 'utf8');

const read = (options: Partial<ImportOptions> = {}, dump = DUMP) =>
  importIbsng(chunksOf(dump, 100), { ...defaultOptions(AS_OF), ...options }, 'ibs.sql');

describe('a dump of IBSng', () => {
  it('gives a plan for each group with its speed and its term', async () => {
    const { plans } = await read();
    expect(plans).toEqual([
      {
        name: 'ماهانه 2 مگ',
        days: 30,
        quota: { octets: 1, charge: 'both' },
        speed: { downKbps: 2048, upKbps: 512 },
      },
      {
        name: 'unlimited',
        days: 30,
        quota: { octets: 10 * 1024 * MB, charge: 'both', per: 'month' },
        speed: { downKbps: 4000, upKbps: 1000 },
        pool: 'dsl',
      },
    ]);
  });

  it('reads credit as what its charge lets it buy', async () => {
    const { lines, customers } = await read();
    expect(lines.map(({ declaration }) => declaration)).toEqual([
      {
        username: 'ali',
        plan: 'ماهانه 2 مگ',
        password: 'p\\w1',
        name: 'علی رضایی',
        staticIp: '85.9.70.25',
        macLock: 'AA:BB:CC:DD:EE:FF',
        concurrentSessions: 1,
        // 30 days after the first login, which is nearer than abs_exp_date.
        expiresAt: new Date((1_794_800_000 + 2_592_000) * 1000).toISOString(),
        extraGrants: [
          // 1048576.00 ÷ 0.50 for a kilobyte.
          { id: 'import:ali', kind: 'extra', octets: 2048 * MB, until: expect.any(String) },
        ],
      },
      {
        username: 'sara',
        plan: 'ماهانه 2 مگ',
        password: 's2',
        status: 'suspended',
        concurrentSessions: 1,
        expiresAt: '2026-09-21T14:13:20.000Z',
      },
      { username: 'free', plan: 'unlimited', password: 's4', concurrentSessions: 3 },
      {
        username: 'fresh',
        plan: 'ماهانه 2 مگ',
        password: 's6',
        concurrentSessions: 1,
        extraGrants: [{ id: 'import:fresh', kind: 'extra', octets: 200 * 1024 }],
      },
    ]);
    expect(customers).toMatchObject([
      {
        key: 'id:0013542419',
        name: 'علی رضایی',
        mobile: '+989123456789',
        email: 'ali@example.ir',
        openingCredit: 0,
      },
    ]);
    expect(lines[0]?.contract).toEqual({ phone: '1132455123' });
  });

  it('rejects users whose credit cannot be told in octets, and those who are no internet users', async () => {
    const { rejected, warnings } = await read();
    expect(rejected.map(({ source, reason }) => `${source} ${reason}`)).toEqual([
      'ibs.sql:users#3 the charge is by the minute: say what credit means (money, megabytes or ignore)',
      'ibs.sql:users#5 the charge has several prices: say what credit means (money, megabytes or ignore)',
      'ibs.sql:users#7 it is a VoIP or LAN user; there is no username',
    ]);
    expect(JSON.stringify(rejected)).not.toContain('s3');
    expect(warnings.map(({ message, count }) => `${count} ${message}`)).toEqual([
      "3 plan ماهانه 2 مگ has no volume of its own, only its lines' credit: declare the one you sell",
      '1 assign_ip with several addresses is left out',
      '1 attribute session_timeout is left out',
      '1 credit of users whose charge costs nothing is left out',
      '1 the term of a user who never logged in begins with the import',
    ]);
  });

  it.each<[CreditMeaning, number, number | undefined]>([
    ['money', 10_485_760, undefined],
    ['megabytes', 0, 1_048_576 * MB],
    ['ignore', 0, undefined],
  ])('reads credit as %s where that is said', async (credit, openingCredit, octets) => {
    const { lines, customers, rejected } = await read({ credit, money: 'toman' });
    expect(customers[0]?.openingCredit).toBe(openingCredit);
    expect(lines[0]?.declaration.extraGrants?.[0]?.octets).toBe(octets);
    expect(rejected).toHaveLength(1);
  });

  it('rejects figures that no line can have', async () => {
    const dump = DUMP.replace('1048576.00', '1e300').replace('\t1790000000', '\t99999999999999999999');
    const { rejected } = await read({ credit: 'money' }, dump);
    expect(rejected.map(({ raw, reason }) => `${raw.username} ${reason}`)).toEqual([
      'ali the credit is no amount of money',
      'sara the end of the service is no date',
      ' it is a VoIP or LAN user; there is no username',
    ]);
  });

  it('carries credit over to a plan that is sold here', async () => {
    const gold = { name: 'gold', days: 30, quota: { octets: 5 * 1024 * MB, charge: 'both' } } as const;
    const { lines } = await read({ planNames: { 'ماهانه 2 مگ': 'gold' }, knownPlans: [gold] });
    expect(lines[0]?.declaration).toMatchObject({
      plan: 'gold (carried over)',
      extraGrants: [{ octets: 2048 * MB }],
    });
  });
});

it('refuses a file of something else', async () => {
  const other = importIbsng(chunksOf('SELECT 1;'), defaultOptions(AS_OF), 'f');
  await expect(other).rejects.toThrow('no row of users');
});
