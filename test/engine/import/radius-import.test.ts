import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultOptions, type ImportOptions } from '../../../engine/import/import-plan.ts';
import { importRadiusSql } from '../../../engine/import/radius-import.ts';
import { chunksOf } from './chunks.ts';

const AS_OF = Date.UTC(2026, 10, 21, 7, 30);
const GB = 1024 ** 3;
const DUMP = readFileSync(new URL('../../vectors/import/daloradius-mysql.sql', import.meta.url), 'utf8');

const read = (text: string, options: Partial<ImportOptions> = {}) =>
  importRadiusSql(chunksOf(text, 1_000), { ...defaultOptions(AS_OF), ...options }, 'radius.sql');

const columns = '(username, attribute, op, value)';
const dump = (check: string, reply = '', groups = '') =>
  [
    `INSERT INTO radcheck ${columns} VALUES ('u', 'Cleartext-Password', ':=', 'p')${check};`,
    ...(reply === '' ? [] : [`INSERT INTO radreply ${columns} VALUES ${reply};`]),
    groups,
  ].join('\n');

describe('a dump of FreeRADIUS and daloRADIUS', () => {
  it('gives a plan for each group and for figures of a user alone', async () => {
    const { plans } = await read(DUMP);
    const speed = { downKbps: 2048, upKbps: 512 };
    const fiveGb = { octets: 5 * GB, charge: 'both', per: 'term' };
    const more = { pool: 'dsl', interimSeconds: 600 };
    expect(plans).toEqual([
      { name: '2M-5G', days: 30, quota: fiveGb, speed, ...more },
      { name: '2M-5G (carried over)', days: 30, quota: { octets: 1, charge: 'both' }, speed, ...more },
      { name: 'night', days: 30, speed: { downKbps: 4096, upKbps: 1024 } },
      { name: 'سه ماهه', days: 90, speed: { downKbps: 4096, upKbps: 1024 } },
      {
        name: '2M-5G 8000/1000k burst 5120MB dsl',
        days: 30,
        quota: fiveGb,
        speed: {
          downKbps: 8000,
          upKbps: 1000,
          burst: {
            downKbps: 16000,
            upKbps: 2000,
            thresholdDownKbps: 7000,
            thresholdUpKbps: 900,
            seconds: 10,
          },
        },
        ...more,
      },
    ]);
  });

  it('gives lines with what is left of their volumes', async () => {
    const { lines } = await read(DUMP);
    const byName = new Map(lines.map((line) => [line.declaration.username, line]));
    expect([...byName.keys()]).toEqual(['ali', 'sara', 'blocked', 'timer', 'own']);
    expect(byName.get('ali')).toEqual({
      source: 'radius.sql:radcheck#1',
      declaration: {
        username: 'ali',
        plan: '2M-5G (carried over)',
        password: 'it\'s "a" \\secret',
        staticIp: '85.9.70.25',
        macLock: 'AA-BB-CC-DD-EE-FF',
        concurrentSessions: 2,
        name: 'علی رضایی',
        framedRoutes: ['10.1.0.0/24 85.9.70.25 1', '10.2.0.0/24'],
        // The beginning of the day, as rlm_expiration has it.
        expiresAt: '2026-12-30T20:30:00.000Z',
        extraGrants: [
          {
            id: 'import:ali',
            kind: 'extra',
            octets: 5 * GB - 1_173_741_824,
            until: '2026-12-30T20:30:00.000Z',
          },
        ],
      },
      customer: 'line:ali',
      contract: { phone: '1132455123', county: 'ساری' },
      openingCredit: 0,
      raw: {
        username: 'ali',
        groups: '2M-5G, night',
        'Calling-Station-Id': '== AA-BB-CC-DD-EE-FF',
        Expiration: ':= 31 Dec 2026',
        'Framed-IP-Address': ':= 85.9.70.25',
        'Framed-Route': '+= 10.2.0.0/24',
        'Simultaneous-Use': ':= 2',
      },
      remainingOctets: 5 * GB - 1_173_741_824,
    });
    expect(byName.get('sara')?.declaration).toMatchObject({
      plan: '2M-5G (carried over)',
      status: 'suspended',
    });
    expect(byName.get('sara')?.declaration).not.toHaveProperty('extraGrants');
    expect(byName.get('sara')?.declaration).not.toHaveProperty('staticIp');
    expect(byName.get('blocked')?.declaration.status).toBe('suspended');
    // 30 days after 2026-11-10 10:00 in Tehran.
    expect(byName.get('timer')?.declaration.expiresAt).toBe('2026-12-10T06:30:00.000Z');
  });

  it('gives customers, without particulars that are wrong', async () => {
    const { customers, warnings } = await read(DUMP);
    expect(customers).toMatchObject([
      { key: 'line:ali', name: 'علی رضایی', mobile: '+989123456789', email: 'ali@example.ir' },
      { key: 'line:sara', name: 'سارا محمدی', email: '' },
      { key: 'line:timer', kind: 'company', name: 'شرکت نمونه', postalCode: '' },
    ]);
    expect(warnings.map(({ message, count }) => `${count} ${message}`)).toEqual([
      '1 1 rows of table nas are left out: declare NAS with mizan apply',
      '1 a user of several groups is on the plan of the first',
      '1 attribute Huntgroup-Name is left out',
      '1 the email is wrong (not an email) and left out',
      '5 attribute idle-timeout is left out',
      '1 attribute max-all-session is left out',
      '1 the postal code is wrong (not a postal code) and left out',
    ]);
  });

  it('rejects users whose password is not there in clear', async () => {
    const { rejected } = await read(DUMP);
    expect(rejected.map(({ raw, reason }) => `${raw.username}: ${reason}`)).toEqual([
      'hash: there is only a hash of the password (md5-password): CHAP and MS-CHAP need the clear text; give a new one',
      'crypt: there is only a hash of the password (crypt-password): CHAP and MS-CHAP need the clear text; give a new one',
      'baddate: Expiration tomorrow is no date',
      'open: the user is let in with any password (Auth-Type Accept); give one',
      'ghost: radcheck has nothing of this user',
    ]);
    const told = JSON.stringify(rejected);
    expect(told).not.toContain('5f4dcc3b');
    expect(told).not.toContain('$1$');
  });

  it('counts sessions from a day on, if it is told one', async () => {
    const { lines } = await read(DUMP, { usageSince: Date.UTC(2026, 10, 1) });
    expect(lines[0]?.remainingOctets).toBe(5 * GB - 73_741_824);
  });

  it('maps groups to plans that are here already', async () => {
    const gold = { name: 'gold', days: 30, quota: { octets: 5 * GB, charge: 'download' } } as const;
    const { plans, lines } = await read(DUMP, { planNames: { '2M-5G': 'gold' }, knownPlans: [gold] });
    expect(lines[0]?.declaration.plan).toBe('gold (carried over)');
    expect(plans.map(({ name }) => name)).not.toContain('2M-5G');
    expect(plans.map(({ name }) => name)).not.toContain('gold');
  });
});

describe('attributes', () => {
  const group = `INSERT INTO radusergroup (username, groupname, priority) VALUES ('u', 'g', 1), ('u', 'h', 2);
    INSERT INTO radgroupcheck (groupname, attribute, op, value) VALUES ('g', 'Simultaneous-Use', ':=', '3');
    INSERT INTO radgroupreply (groupname, attribute, op, value) VALUES ('g', 'Framed-Pool', '=', 'one'),
      ('g', 'Fall-Through', '=', 'Yes'), ('h', 'Framed-Pool', ':=', 'two'), ('h', 'Framed-Route', '+=', '10.3.0.0/24');`;

  it.each([
    [", ('u', 'Simultaneous-Use', ':=', '2')", { concurrentSessions: 3 }],
    [", ('u', 'Calling-Station-Id', '=~', '^aa')", {}],
    [", ('u', 'Expiration', ':=', 'Nov 21 2027 12:00:00')", { expiresAt: '2027-11-21T08:30:00.000Z' }],
    [", ('u', 'Expiration', ':=', '1800000000')", { expiresAt: '2027-01-15T08:00:00.000Z' }],
  ])('of users and groups follow their operators: %s', async (check, expected) => {
    const { lines } = await read(dump(check, "('u', 'Framed-Route', '=', '10.1.0.0/24')", group));
    expect(lines[0]?.declaration).toMatchObject({
      plan: 'g',
      framedRoutes: ['10.1.0.0/24', '10.3.0.0/24'],
      concurrentSessions: 3,
      ...expected,
    });
    expect(lines[0]?.declaration.macLock).toBeUndefined();
  });

  it('of a further group count where the one before falls through', async () => {
    const { plans } = await read(dump('', '', group));
    expect(plans).toEqual([{ name: 'g', days: 30, pool: 'two' }]);
    const without = await read(dump('', '', group.replace("'Yes'", "'No'")));
    expect(without.plans).toEqual([{ name: 'g', days: 30, pool: 'one' }]);
  });

  it.each([
    ["('u', 'Mikrotik-Rate-Limit', '=', '2M')", { downKbps: 2000, upKbps: 2000 }],
    ["('u', 'Mikrotik-Rate-Limit', '=', 'fast')", undefined],
    ["('u', 'WISPr-Bandwidth-Max-Down', '=', '2048000')", { downKbps: 2048, upKbps: 2048 }],
    [
      "('u', 'Ascend-Data-Rate', '=', '512000'), ('u', 'Ascend-Xmit-Rate', '=', '1024000')",
      { downKbps: 1024, upKbps: 512 },
    ],
    ["('u', 'PPPD-Downstream-Speed-Limit', '=', '4096')", { downKbps: 4096, upKbps: 4096 }],
  ])('tell a speed: %s', async (reply, speed) => {
    const { plans } = await read(dump('', reply), { defaultPlan: 'x' });
    expect(plans[0]?.speed).toEqual(speed);
  });

  it.each([
    [", ('u', 'Max-Monthly-Octets', ':=', '1000')", '', { octets: 1000, charge: 'both', per: 'month' }],
    [", ('u', 'Max-All-MB', ':=', '2')", '', { octets: 2 * 1024 ** 2, charge: 'both', per: 'term' }],
    ['', "('u', 'CoovaChilli-Max-Output-Octets', '=', '7')", { octets: 7, charge: 'download', per: 'term' }],
    [
      '',
      "('u', 'Mikrotik-Total-Limit', '=', '1'), ('u', 'Mikrotik-Total-Limit-Gigawords', '=', '2')",
      { octets: 2 ** 33 + 1, charge: 'both', per: 'term' },
    ],
    [", ('u', 'Max-Input-Octets', ':=', '9')", '', undefined],
  ])('tell a volume: %s %s', async (check, reply, quota) => {
    const { plans } = await read(dump(check, reply), { defaultPlan: 'x' });
    expect(plans[0]?.quota).toEqual(quota);
  });
});

it('refuses a file of something else', async () => {
  await expect(read('SELECT 1;')).rejects.toThrow('no row of radcheck');
});
