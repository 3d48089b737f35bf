import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const READY_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 20;

/** Small, and durable as in the field: fsync stays on. */
const SETTINGS = ['max_connections=40', 'shared_buffers=16MB', 'listen_addresses=127.0.0.1', 'fsync=on'];

/** Where Debian keeps the server's programs, newest version last; '' where PostgreSQL is not installed. */
const PROGRAMS =
  globSync('/usr/lib/postgresql/*/bin/postgres')
    .sort()
    .at(-1)
    ?.replace(/\/postgres$/, '') ?? '';

/** Whether this machine has a PostgreSQL server that this user can start. */
export function hasPostgres(): boolean {
  return PROGRAMS !== '' && (process.getuid?.() !== 0 || postgresUser() !== undefined);
}

/** A real PostgreSQL server in a folder and on a port of its own, to be stopped and started again on the same data. */
export class PostgresServer {
  readonly port: number;
  readonly #folder: string;
  readonly #settings: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string, settings: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#settings = settings;
  }

  /** Makes an empty cluster, starts it, and resolves when it answers; `settings` (`name=value`) go over the small ones. */
  static async start(settings: readonly string[] = []): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'mizan-postgres-'));
    const user = runAs();
    chmodSync(folder, 0o700);
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const made = spawnSync(
      join(PROGRAMS, 'initdb'),
      ['-D', join(folder, 'data'), '-U', 'mizan', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      { ...user, cwd: folder, encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
    const server = new PostgresServer(await freePort(), folder, settings);
    await server.restart();
    return server;
  }

  /** Process id of the parent of all its processes while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Folder of its Unix socket, readable by the user that it runs as and by root. */
  get socketFolder(): string {
    return this.#folder;
  }

  /** URL of a database, by default the one that is always there. */
  url(database = 'postgres'): string {
    return `postgres://mizan@127.0.0.1:${this.port}/${database}`;
  }

  /** Makes an empty database and gives its URL. */
  async createDatabase(name: string): Promise<string> {
    await this.query(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  /** Runs SQL on a connection of its own and gives the rows. */
  async query<T>(text: string, database?: string): Promise<readonly T[]> {
    const client = new Client({ connectionString: this.url(database) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text)).rows as T[];
    } finally {
      await client.end();
    }
  }

  /** Starts it on its data, after a `stop`. */
  async restart(): Promise<void> {
    const settings = [
      `port=${this.port}`,
      `unix_socket_directories=${this.#folder}`,
      ...SETTINGS,
      ...this.#settings,
    ];
    const child = spawn(
      join(PROGRAMS, 'postgres'),
      ['-D', join(this.#folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
      { ...runAs(), cwd: this.#folder, stdio: 'ignore' },
    );
    const orphan = () => child.kill('SIGQUIT');
    process.once('exit', orphan);
    child.once('exit', () => process.off('exit', orphan));
    this.#child = child;
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await this.#answers())) {
      if (child.exitCode !== null) throw new Error(`postgres ended with code ${child.exitCode}`);
      if (performance.now() > deadline) throw new Error('postgres does not answer');
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Stops it: SIGINT ends connections and writes a checkpoint, SIGQUIT leaves as in a crash. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Ends it and removes its data. */
  async remove(): Promise<void> {
    await this.stop('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #answers(): Promise<boolean> {
    return this.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }
}

/** PostgreSQL refuses to run as root; root starts it as the user that the Debian package made. */
function runAs(): { readonly uid: number; readonly gid: number } | undefined {
  return process.getuid?.() === 0 ? postgresUser() : undefined;
}

function postgresUser(): { readonly uid: number; readonly gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map((what) => spawnSync('id', [what, 'postgres'], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
