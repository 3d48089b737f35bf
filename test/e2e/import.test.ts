import { execFile, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommand } from '../../api/cli/commands.ts';
import { runImport } from '../../api/cli/import/run-import.ts';
import { hasPostgres, PostgresServer } from '../../bench/servers/postgres-server.ts';
import { passwordContext, SecretBox } from '../../engine/runtime/secret-box.ts';
import type { LineView } from '../../engine/subscribers/ledger-store.ts';
import { type ServedApp, serveApp } from '../api/serve-app.ts';
import { openWorld, TOKEN, type World } from '../api/world.ts';
import { personNamed } from '../person-sample.ts';

const PROGRAM = fileURLToPath(new URL('../../api/cli/main.ts', import.meta.url));
const VECTORS = fileURLToPath(new URL('../vectors/import', import.meta.url));
/** The schema as Debian installs it. */
const SCHEMA = '/etc/freeradius/3.0/mods-config/sql/main/postgresql/schema.sql';
const GB = 1024 ** 3;

let folder: string;
let world: World;
let server: ServedApp;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mizan-import-'));
  world = await openWorld();
  server = await serveApp(world.app);
  url = server.url;
});
afterAll(async () => {
  server.close();
  await world.close();
  rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly exit: string;
  readonly out: string;
  readonly err: string;
}

/** Runs `mizan import` in this process. */
async function mizan(args: readonly string[], serverUrl = url): Promise<Outcome> {
  const command = readCommand(['import', ...args]);
  if (command.kind !== 'import') {
    return { exit: 'wrongUsage', out: '', err: 'message' in command ? command.message : '' };
  }
  const told: string[] = [];
  const env = { MIZAN_URL: serverUrl, MIZAN_TOKEN: TOKEN };
  const { exit, out, err } = await runImport(command, env, (sentence) => told.push(sentence));
  return { exit, out, err: [...told, ...err].join('\n') };
}

/** Runs `mizan import` as a process of its own. */
function mizanProcess(args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const { PATH = '' } = process.env;
  const env = { PATH, MIZAN_URL: url, MIZAN_TOKEN: TOKEN };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, 'import', ...args], { cwd: folder, env }, (error, out) => {
      resolve({ code: error === null ? 0 : Number(error.code), out });
    });
  });
}

/** A file of the vectors where the import may write beside it. */
function vector(name: string): string {
  const path = join(folder, name);
  copyFileSync(join(VECTORS, name), path);
  return path;
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The internet password, which the test's own key opens. */
function passwordOf(line: LineView | undefined): string | undefined {
  const secrets = new SecretBox(Buffer.alloc(32, 7));
  return line && secrets.open(line.profile.sealedPassword, passwordContext(line.username));
}

const map = () => file('map.json', JSON.stringify({ money: 'toman', asOf: '1405/08/30' }));

describe('mizan import csv', () => {
  it('shows what would come of it, and changes nothing', async () => {
    const path = vector('subscribers-fa.csv');
    const { code, out } = await mizanProcess(['csv', path, '--map', map()]);
    expect(code).toBe(0);
    expect(out).toContain('Nothing is applied yet');
    expect(out).toMatch(/Suspended at once +1 lines: ali2/);
    expect(out).toContain('subscribers-fa.csv:8: there is no plan ناشناس');
    expect(out).not.toContain('secret');
    expect(await world.ledger.line('1132455123')).toBeUndefined();
    const rejected = readFileSync(`${path}.rejected.csv`, 'utf8');
    expect(rejected.charCodeAt(0)).toBe(0xfeff);
    expect(rejected.trim().split('\n')).toHaveLength(5);
  });

  it('applies lines, customers, contracts and credit, once', async () => {
    const path = vector('subscribers-fa.csv');
    const first = await mizan(['csv', path, '--map', map(), '--apply']);
    expect(first.err).toContain('3 of 3 lines');
    expect(first.exit).toBe('done');
    expect(first.out).toContain(
      'Applied: 3 lines; 2 new customers, 0 known ones, 3 contracts, 1 opening credits, 3 services.',
    );
    const line = await world.ledger.line('1132455123');
    expect(line?.profile).toMatchObject({ planName: '2M-5G (carried over)', staticIp: '85.9.70.25' });
    expect(passwordOf(line)).toBe('p,1;"x"');
    expect(line?.grants.map(({ id, octets }) => [id.split(':')[0], octets]).sort()).toEqual([
      ['import', Math.floor(4.24 * GB)],
      ['service', 1],
    ]);
    const owned = await world.ledger.people.customerLine('1132455123');
    expect(owned).toMatchObject({ phone: '1132455123', county: 'ساری', exchange: 'دانشگاه' });
    const wallet = await world.ledger.money.balance(`wallet:${owned?.customerId ?? 0}`);
    expect(wallet?.balance).toBe(30_000);
    expect((await world.ledger.people.customerLine('ali3'))?.customerId).toBe(owned?.customerId);
    expect(await world.ledger.orders.purchases('1132455123')).toMatchObject([
      {
        ...{ name: '2M-5G (carried over)', purchaseType: 'admin', note: 'کانورت اطلاعات اولیه' },
        until: line?.profile.expiresAt,
      },
    ]);

    const again = await mizan(['csv', path, '--map', map(), '--apply']);
    expect(again.out).toContain(
      'Applied: 0 lines; 0 new customers, 2 known ones, 0 contracts, 0 opening credits, 0 services.',
    );
    expect(await world.ledger.line('1132455123')).toEqual(line);

    const update = file(
      'update.json',
      JSON.stringify({ asOf: '1405/08/30', money: 'toman', existing: 'update' }),
    );
    const updated = await mizan(['csv', path, '--map', update, '--apply']);
    expect(updated.out).toContain('Applied: 3 lines; 0 new customers, 2 known ones, 0 contracts');
    expect(await world.ledger.line('1132455123')).toEqual(line);
  });

  it('leaves a line alone that has got another plan since, unless it is told otherwise', async () => {
    const path = file('renewed.csv', 'username,plan,volume left\nren1,2M-5G,1 GB\n');
    await mizan(['csv', path, '--apply']);
    const lines = [{ username: 'ren1', plan: '2M-5G' }];
    await world.ledger.apply({ lines }, world.clock.now());
    const { out } = await mizan(['csv', path, '--apply']);
    expect(out).toMatch(/There already +1 lines/);
    expect((await world.ledger.line('ren1'))?.profile.planName).toBe('2M-5G');
    const update = file('update.json', JSON.stringify({ existing: 'update' }));
    await mizan(['csv', path, '--apply', '--map', update]);
    expect((await world.ledger.line('ren1'))?.profile.planName).toBe('2M-5G (carried over)');
  });

  it('leaves out what the server refuses, and guards a spreadsheet against formulas', async () => {
    const path = file(
      'clash.csv',
      'username,plan,static ip,name\nnew1,2M-5G,85.9.70.25,=cmd()\nnew2,2M-5G,,"=1+1"\n',
    );
    const { exit, out } = await mizan(['csv', path, '--apply']);
    expect(exit).toBe('done');
    expect(out).toContain('clash.csv:2: staticIp 85.9.70.25 belongs to line 1132455123');
    expect(await world.ledger.line('new1')).toBeUndefined();
    expect(await world.ledger.line('new2')).toMatchObject({ profile: { planName: '2M-5G' } });
    expect(readFileSync(`${path}.rejected.csv`, 'utf8')).toContain("'=cmd()");
  });

  it('unpacks a file, and rejects lines of a plan that cannot be', async () => {
    const path = join(folder, 'packed.csv.gz');
    writeFileSync(path, gzipSync('username,plan,days\nz1,2M-5G,\nz2,for ever,99999\n'));
    const { out } = await mizan(['csv', path, '--json']);
    expect(JSON.parse(out).preview).toMatchObject({ lines: 1, rejected: 1, plans: [] });
    expect(readFileSync(`${path}.rejected.csv`, 'utf8')).toContain('plan for ever: days must be');
  });

  it('rejects a line that is another customer of the same username, and credits nobody', async () => {
    const { ledger, clock } = world;
    const by = { actor: 'staff', reason: '' };
    await ledger.apply({ plans: [{ name: 'own', days: 30 }] }, clock.now());
    await ledger.apply({ lines: [{ username: 'demo05', plan: 'own' }] }, clock.now());
    const owner = await ledger.people.createCustomer(personNamed('Owner'), by, clock.now());
    if (!owner.ok) throw new Error(owner.error.kind);
    const customerId = owner.value.id;
    await ledger.people.changeLineContract('demo05', { customerId }, by, clock.now());
    const path = file(
      'strangers.csv',
      'username,plan,volume,credit,name\ndemo05,own,1024,777000,Stranger\ndemo06,own,,5,Other\n',
    );
    const preview = await mizan(['csv', path]);
    expect(preview.out).toContain("strangers.csv:2: username is another customer's");
    expect(preview.out).toMatch(/Opening credit +5 Rial of 1 customers/);
    const applied = await mizan(['csv', path, '--apply']);
    expect(applied.out).toContain('Applied: 1 lines; 1 new customers');
    expect(await ledger.money.balance(`wallet:${customerId}`)).toBeUndefined();
    // With all that is needed to put it right and bring it again.
    expect(readFileSync(`${path}.rejected.csv`, 'utf8')).toContain('demo05,own,1024,777000,Stranger');
  });

  it.each([
    ['taken.csv', 'EISDIR'],
    [`${'long'.repeat(62)}.csv`, 'ENAMETOOLONG'],
  ])('applies nothing where rejected rows cannot be written: %s', async (name, code) => {
    const path = file(name, 'username,plan,days\nunwritten,2M-5G,30\n');
    if (code === 'EISDIR') mkdirSync(`${path}.rejected.csv`);
    const { exit, out, err } = await mizan(['csv', path, '--apply']);
    expect({ exit, out }).toEqual({ exit: 'refused', out: '' });
    expect(err).toMatch(new RegExp(`^rejected rows cannot be written: ${code}.*; move or rename the file`));
    expect(await world.ledger.line('unwritten')).toBeUndefined();
  });

  it('reads a pipe whole, and writes its rejected rows into the working directory', async () => {
    const path = file('piped.csv', 'username,plan,days\npiped,own,\n,own,\n');
    const pipe = join(folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    execFile('sh', ['-c', `cat "${path}" > "${pipe}"`]);
    const { code, out } = await mizanProcess(['csv', pipe]);
    expect(code).toBe(0);
    expect(out).toMatch(/Rejected +1 rows, all in import.rejected.csv/);
    expect(out).toMatch(/pipe:2 +piped +own/);
    expect(readFileSync(join(folder, 'import.rejected.csv'), 'utf8')).toContain('there is no username');
  });

  it.each([
    [['csv'], 'import csv needs FILE'],
    [['xls', 'f'], 'import needs csv, radius-sql, ibsng'],
    [['csv', 'missing.csv'], 'ENOENT'],
    [['csv', 'bad.csv'], 'the first row names no column for the username'],
    [['csv', 'bad.csv', '--map', 'bad.csv'], 'bad.csv: it is not JSON'],
    [['csv', 'bad.csv', '--map', 'wrong.json'], 'wrong.json: money: must be "rial" or "toman"'],
    [['csv', 'latin.csv'], 'latin.csv: the file is not utf-8; if it is Windows-1256'],
    [['ibsng', 'custom.dump'], 'custom.dump: it is a dump in custom format'],
    [['csv', 'broken.gz'], 'broken.gz: '],
  ])('says what is wrong: %j', async ([format = '', ...names], message) => {
    file('bad.csv', 'a,b\n1,2\n');
    file('wrong.json', '{"money":"dollar"}');
    file('custom.dump', 'PGDMP\u0001');
    writeFileSync(join(folder, 'broken.gz'), gzipSync('username,plan\n').subarray(0, 15));
    writeFileSync(join(folder, 'latin.csv'), Buffer.from([0x61, 0x0a, 0xe3, 0xe4]));
    const args = names.map((name) => (name.startsWith('--') ? name : join(folder, name)));
    const outcome = await mizan([format, ...args]);
    expect(outcome.err).toContain(message);
    expect(outcome.exit).toBe('wrongUsage');
  });

  it('previews without a server, and says so', async () => {
    const nowhere = 'http://127.0.0.1:9';
    const { exit, out, err } = await mizan(['csv', vector('subscribers-fa.csv'), '--json'], nowhere);
    expect(exit).toBe('done');
    expect(err).toContain('no server answers');
    expect(JSON.parse(out)).toMatchObject({ preview: { lines: 3, rejected: 4 } });
    expect(out).not.toContain('p,1;');
    const applied = await mizan(['csv', vector('subscribers-fa.csv'), '--apply'], nowhere);
    expect(applied.exit).toBe('unreachable');
  });
});

describe('mizan import', () => {
  it.each([
    ['radius-sql', 'daloradius-mysql.sql', '5 lines'],
    ['ibsng', 'ibsng.sql', '3 lines'],
  ])('%s applies a dump, and again without a change', async (format, name, lines) => {
    const path = vector(name);
    // Both have users ali and sara; the latter stays as the first import had her.
    if (format === 'ibsng')
      writeFileSync(
        path,
        readFileSync(path, 'utf8')
          .replace(/\tali\t/, '\tali-ibs\t')
          .replace('85.9.70.25', '85.9.70.27'),
      );
    else writeFileSync(path, readFileSync(path, 'utf8').replaceAll('85.9.70.25', '85.9.70.26'));
    const first = await mizan([format, path, '--apply', '--map', map()]);
    expect(first.out).toContain(`Applied: ${lines}`);
    const before = await world.ledger.line('ali');
    const again = await mizan([format, path, '--apply', '--map', map()]);
    expect(again.out).toMatch(/0 new customers, \d known ones, 0 contracts, 0 opening credits/);
    expect(await world.ledger.line('ali')).toEqual(before);
  });
});

describe.runIf(hasPostgres() && existsSync(SCHEMA))('a real dump of the real schema', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await PostgresServer.start();
  });
  afterAll(() => postgres.remove());

  it.each([[[]], [['--inserts']], [['--column-inserts', '--rows-per-insert=50']]])(
    'by pg_dump %j comes over whole',
    async (options) => {
      const database = `radius${options.length}`;
      await postgres.createDatabase(database);
      await postgres.query(readFileSync(SCHEMA, 'utf8'), database);
      await postgres.query(FILL.replaceAll("'pg'", `'${database}-'`), database);
      const dump = join(folder, `${database}.sql`);
      const made = spawnSync('pg_dump', [...options, '-f', dump, postgres.url(database)], {
        encoding: 'utf8',
      });
      expect(made.stderr).toBe('');
      const { exit, out } = await mizan(['radius-sql', dump, '--apply', '--map', map()]);
      expect(exit).toBe('done');
      expect(out).toContain('Applied: 300 lines');
      const line = await world.ledger.line(`${database}-7`);
      expect(line?.profile.planName).toBe('pg-plan (carried over)');
      expect(passwordOf(line)).toBe("p'\\7;");
      const carried = line?.grants.find(({ id }) => id === `import:${database}-7`);
      // Ten sessions of 7 MB down and as much up.
      expect(carried?.octets).toBe(5 * GB - 10 * 2 * 7 * 1024 ** 2);
    },
    120_000,
  );
});

/** 300 users with passwords that every escaping has to do with, and ten sessions each. */
const FILL = `
  SET timezone = 'Asia/Tehran';
  INSERT INTO radcheck (username, attribute, op, value)
    SELECT 'pg' || n, 'Cleartext-Password', ':=', 'p''\\' || n || ';' FROM generate_series(1, 300) n;
  INSERT INTO radcheck (username, attribute, op, value)
    SELECT 'pg' || n, 'Expiration', ':=', '31 Dec 2027' FROM generate_series(1, 300) n;
  INSERT INTO radusergroup (username, groupname, priority)
    SELECT 'pg' || n, 'pg-plan', 1 FROM generate_series(1, 300) n;
  INSERT INTO radgroupcheck (groupname, attribute, op, value) VALUES ('pg-plan', 'Max-Octets', ':=', '5368709120');
  INSERT INTO radgroupreply (groupname, attribute, op, value) VALUES ('pg-plan', 'Mikrotik-Rate-Limit', '=', '512k/2M');
  INSERT INTO radacct (acctsessionid, acctuniqueid, username, nasipaddress, acctstarttime, acctinputoctets, acctoutputoctets)
    SELECT 's' || n || '-' || m, 'u' || n || '-' || m, 'pg' || n, '10.0.0.1', now(), n * 1048576, n * 1048576
    FROM generate_series(1, 300) n, generate_series(1, 10) m;
`;
