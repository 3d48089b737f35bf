import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importCsv } from '../../../engine/import/csv-import.ts';
import { decodeText } from '../../../engine/import/decode-text.ts';
import { defaultOptions, type ImportOptions } from '../../../engine/import/import-plan.ts';
import { chunksOf } from './chunks.ts';

/** 2026-11-21 11:00 in Tehran, 1405/08/30. */
const AS_OF = Date.UTC(2026, 10, 21, 7, 30);
const GB = 1024 ** 3;
const FILE = new URL('../../vectors/import/subscribers-fa.csv', import.meta.url);

const read = (text: string, options: Partial<ImportOptions> = {}) =>
  importCsv(chunksOf(text, 13), { ...defaultOptions(AS_OF), ...options }, 'users.csv');

const plan5 = { name: 'p5', days: 30, quota: { octets: 5 * GB, charge: 'both' } } as const;

describe('a Persian file of lines', () => {
  const options = { ...defaultOptions(AS_OF), money: 'toman' } as const;
  const imported = () => importCsv(chunksOf(readFileSync(FILE, 'utf8'), 100), options, 'subscribers-fa.csv');

  it('gives plans, lines and customers', async () => {
    const { plans, lines, customers } = await imported();
    expect(plans).toEqual([
      {
        name: '2M-5G',
        days: 30,
        quota: { octets: 5 * GB, charge: 'both', per: 'term' },
        speed: { downKbps: 2048, upKbps: 512 },
      },
      {
        name: '2M-5G (carried over)',
        days: 30,
        quota: { octets: 1, charge: 'both' },
        speed: { downKbps: 2048, upKbps: 512 },
      },
      { name: 'نامحدود', days: 30, speed: { downKbps: 1024, upKbps: 1024 } },
    ]);
    expect(lines.map(({ declaration }) => declaration)).toEqual([
      {
        username: '1132455123',
        password: 'p,1;"x"',
        plan: '2M-5G (carried over)',
        name: 'سارا محمدی کیان',
        staticIp: '85.9.70.25',
        concurrentSessions: 2,
        // To the end of 1405/09/30.
        expiresAt: '2026-12-21T20:30:00.000Z',
        extraGrants: [
          {
            id: 'import:1132455123',
            kind: 'extra',
            octets: Math.floor(4.24 * GB),
            until: '2026-12-21T20:30:00.000Z',
          },
        ],
      },
      {
        username: 'ali2',
        password: 'رمز',
        plan: 'نامحدود',
        name: 'شرکت نمونه',
        status: 'suspended',
        macLock: 'AA:BB:CC:DD:EE:FF',
        expiresAt: '2026-12-01T20:30:00.000Z',
      },
      { username: 'ali3', password: 'p3', plan: '2M-5G', name: 'سارا محمدی کیان' },
    ]);
    expect(lines[0]?.contract).toEqual({ phone: '1132455123', exchange: 'دانشگاه', county: 'ساری' });
    expect(customers).toMatchObject([
      { key: 'id:0013542419', mobile: '+989123456789', bornOn: '1990-05-01', openingCredit: 30_000 },
      { key: 'id:10380284790', kind: 'company', openingCredit: 0 },
    ]);
    expect(lines.map(({ customer }) => customer)).toEqual([
      'id:0013542419',
      'id:10380284790',
      'id:0013542419',
    ]);
  });

  it('rejects wrong rows with all their faults and without their passwords', async () => {
    const { rejected, warnings } = await imported();
    expect(rejected.map(({ source, reason }) => `${source} ${reason}`)).toEqual([
      'subscribers-fa.csv:5 1404/12/30 is no date; چند is no volume; the national id is wrong (wrong check digit)',
      'subscribers-fa.csv:6 username ali2 is at subscribers-fa.csv:3 already; address 85.9.70.25 belongs to line 1132455123',
      'subscribers-fa.csv:7 it has 2 cells for 21 columns',
      'subscribers-fa.csv:8 there is no plan ناشناس; declare it or map it to one',
    ]);
    expect(JSON.stringify(rejected)).not.toContain('secret');
    expect(warnings.map(({ message, count }) => `${count} ${message}`)).toEqual([
      '1 nobody knows column رنگ',
      '1 a debt is not carried over: bill it by hand',
    ]);
  });
});

describe('a CSV file', () => {
  it.each([
    ['User Name;Service;Days left\nu1;p5;1\n', { expiresAt: '2026-11-22T20:30:00.000Z' }],
    ['username\tplan\texpires\nu1\tp5\t2026-12-01 12:00\n', { expiresAt: '2026-12-01T08:30:00.000Z' }],
    ['username,group,traffic left\nu1,p5,5 GB\n', { plan: 'p5' }],
    ['username,group,traffic left\nu1,p5,0\n', { plan: 'p5 (carried over)' }],
    [
      '\ufeffusername,plan,route\r\nu1,p5,10.1.0.0/24;10.2.0.0/24\r\n',
      { framedRoutes: ['10.1.0.0/24', '10.2.0.0/24'] },
    ],
    ['username,plan\nu1,silver\n', { plan: 'p5' }],
  ])('is read: %j', async (text, expected) => {
    const { lines, rejected } = await read(text, { knownPlans: [plan5], planNames: { silver: 'p5' } });
    expect(rejected).toEqual([]);
    expect(lines[0]?.declaration).toEqual({ username: 'u1', plan: 'p5', ...expected });
  });

  it('goes on after a row whose quotes are wrong', async () => {
    const { lines, rejected } = await read('username,plan\nu1,p5\n"u2"x,p5\nu3,p5\n', {
      knownPlans: [plan5],
    });
    expect(lines.map(({ declaration }) => declaration.username)).toEqual(['u1', 'u3']);
    expect(rejected).toMatchObject([{ source: 'users.csv:3', reason: 'a cell goes on behind its quotes' }]);
  });

  it('gives a period anew where the plan has one', async () => {
    const daily = { ...plan5, quota: { ...plan5.quota, per: 'day' } } as const;
    const { lines, warnings } = await read('username,plan,volume left\nu1,p5,1 MB\n', {
      knownPlans: [daily],
    });
    expect(lines[0]?.declaration.plan).toBe('p5');
    expect(warnings[0]?.message).toContain('the period begins anew');
  });

  it('is the same when it is read again', async () => {
    const text = readFileSync(FILE, 'utf8');
    expect(await read(text)).toEqual(await read(text));
  });

  it.each([
    ['', 'the file is empty'],
    ['username,plan\nu1,p5\nu2,"p5\nu3,p5\n', 'a quote that opens in or before line 4 is never closed'],
    [`username,plan\nu2,"p5\n${'u3,p5\n'.repeat(50_000)}`, 'is never closed'],
    ['a,b\n1,2\n', 'the first row names no column for the username'],
  ])('cannot be read: %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

describe('the bytes of a file', () => {
  const bytes = async function* (octets: Uint8Array) {
    for (let at = 0; at < octets.length; at += 3) yield octets.subarray(at, at + 3);
  };
  const header = Buffer.from('username,plan,نام\nu1,p5,سارا\n');
  const arabic = Buffer.from([0x75, 0x31, 0x2c, 0xd3, 0xc7, 0xd1, 0xc7, 0x0a]);

  it('are UTF-8, UTF-16 by its mark, or Windows-1256 where that is said', async () => {
    const text = async (octets: Uint8Array, encoding?: 'windows-1256') => {
      let all = '';
      for await (const part of decodeText(bytes(octets), encoding)) all += part;
      return all;
    };
    expect(await text(header)).toBe(header.toString());
    expect(await text(Buffer.from(`\ufeff${header}`, 'utf16le'))).toBe(header.toString());
    expect(await text(arabic, 'windows-1256')).toBe('u1,سارا\n');
    await expect(text(arabic)).rejects.toThrow('say --encoding windows-1256');
  });

  it('stop an import when they are of another encoding', async () => {
    const broken = Buffer.concat([header, arabic]);
    await expect(importCsv(decodeText(bytes(broken)), defaultOptions(AS_OF), 'f')).rejects.toThrow(
      'not utf-8',
    );
  });
});

describe('what goes wrong with a row', () => {
  const rejectedOf = async (text: string) => (await read(text, { knownPlans: [plan5] })).rejected;

  it('shows of it only columns that are known to hold no password', async () => {
    const text =
      'username,plan,password,pwd,Pass,note,name\nu1,none,s3cret1,s3cret2,s3cret3,s3cret4,سارا\n' +
      'u2,p5,s3cret5,s3cret6\n"u3"s3cret7,p5,,,,,\n';
    const rejected = await rejectedOf(text);
    expect(rejected.map(({ raw }) => raw)).toEqual([{ username: 'u1', plan: 'none', name: 'سارا' }, {}, {}]);
    expect(JSON.stringify(rejected)).not.toContain('s3cret');
  });

  it('quotes no cell of a row that has shifted, which may be a password', async () => {
    const text =
      'username,password,plan,expires,static ip\nu1,p5,s3cret1,s3cret2\nu2,"p"5,s3cret3,s3cret4,s3cret5\n';
    const rejected = await rejectedOf(text);
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'it has 4 cells for 5 columns',
      'a cell goes on behind its quotes',
    ]);
    expect(JSON.stringify(rejected)).not.toContain('s3cret');
  });

  it.each([
    ['36525', []],
    ['36526', ['36526 days left are more than 100 years']],
    ['999999999999', ['999999999999 days left are more than 100 years']],
  ])('%s days left: %j', async (days, reasons) => {
    const rejected = await rejectedOf(`username,plan,days left\nu1,p5,${days}\n`);
    expect(rejected.map(({ reason }) => reason)).toEqual(reasons);
  });

  it('makes the digits of a password Latin, and says so', async () => {
    const text = 'username,plan,password\nu1,p5,رمز۱۲٣\nu2,p5,123\n';
    const { lines, warnings } = await read(text, { knownPlans: [plan5] });
    expect(lines.map(({ declaration }) => declaration.password)).toEqual(['رمز123', '123']);
    expect(warnings).toEqual([
      {
        message: 'Persian digits of a password are made Latin, as those of a username are',
        ...{ count: 1, source: 'users.csv:2' },
      },
    ]);
  });
});
