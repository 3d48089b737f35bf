import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineProcess, freePorts } from '../fleet/engine-process.ts';
import { FreeradiusServer, hasFreeradius, hasFreeradiusPostgres } from '../freeradius/freeradius-server.ts';
import { createRadiusDatabase, recordedSessions, tidyDatabase, writeUsersFile } from '../freeradius/lines.ts';
import { loginName, sessionName } from '../load/requests.ts';
import { hasPostgres, PostgresServer } from '../servers/postgres-server.ts';
import { hasRedis, RedisServer } from '../servers/redis-server.ts';
import { mizanDocument } from './mizan-document.ts';
import type { Peer } from './peer.ts';

/** How the peers are set up. */
export interface PeerSettings {
  readonly secret: string;
  readonly lines: number;
  /** Worker threads of FreeRADIUS with the users file. */
  readonly fileThreads: number;
  /** Worker threads of FreeRADIUS with PostgreSQL, and connections. */
  readonly sqlThreads: number;
}

/** A peer that can be started, and why it cannot be where it cannot. */
export interface PeerKind {
  readonly name: PeerName;
  /** What this machine lacks, '' when nothing. */
  missing(): string;
  start(settings: PeerSettings): Promise<Peer>;
}

/** Names of the peers, as in the options and results. */
export type PeerName = 'echo' | 'mizan-lmdb' | 'mizan-redis' | 'freeradius-files' | 'freeradius-sql';

const ENGINE = join(import.meta.dirname, '../../engine/main.js');

/**
 * PostgreSQL as it ships, durable, with memory for the tables and without checkpoints in a short run, which only helps it.
 * Connections: FreeRADIUS's and our own.
 */
const POSTGRES_SETTINGS = [
  'shared_buffers=512MB',
  'max_wal_size=8GB',
  'synchronous_commit=on',
  'max_connections=100',
];

/** All peers, in the order in which they are measured. */
export const PEER_KINDS: readonly PeerKind[] = [
  { name: 'echo', missing: () => '', start: startEcho },
  { name: 'mizan-lmdb', missing: () => '', start: (settings) => startMizan(settings, undefined) },
  {
    name: 'mizan-redis',
    missing: () => (hasRedis() ? '' : 'redis-server'),
    start: async (settings) => startMizan(settings, await RedisServer.start()),
  },
  {
    name: 'freeradius-files',
    missing: () => (hasFreeradius() ? '' : 'freeradius'),
    start: startFreeradiusFiles,
  },
  {
    name: 'freeradius-sql',
    missing: () => (hasFreeradiusPostgres() && hasPostgres() ? '' : 'freeradius-postgresql or postgresql'),
    start: startFreeradiusSql,
  },
];

async function startEcho(): Promise<Peer> {
  const child = fork(join(import.meta.dirname, '../load/echo.js'));
  process.once('exit', () => child.kill());
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`the echo ended with code ${code}`)));
  });
  return {
    name: 'echo',
    authPort: port,
    acctPort: port,
    isEcho: true,
    roots: { echo: child.pid! },
    prepared: async () => {},
    recorded: async () => undefined,
    stop: async () => void child.kill(),
  };
}

async function startMizan({ secret, lines }: PeerSettings, redis: RedisServer | undefined): Promise<Peer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mizan-bench-'));
  const ports = await freePorts();
  const engine = new EngineProcess(ENGINE, dataDir, ports, { REDIS_URL: redis?.url ?? '' });
  await engine.start(undefined);
  await engine.apply(mizanDocument(secret, names(lines)));
  return {
    name: redis === undefined ? 'mizan-lmdb' : 'mizan-redis',
    authPort: ports.auth,
    acctPort: ports.acct,
    isEcho: false,
    roots: { mizan: engine.pid!, ...(redis && { redis: redis.pid! }) },
    prepared: async () => {},
    recorded: async () => undefined,
    stop: async () => {
      await engine.kill();
      await redis?.remove();
      rmSync(dataDir, { recursive: true });
    },
  };
}

async function startFreeradiusFiles({ secret, lines, fileThreads }: PeerSettings): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-users-'));
  const usersFile = join(folder, 'users');
  writeUsersFile(usersFile, names(lines));
  const server = await FreeradiusServer.start(secret, fileThreads, { kind: 'files', usersFile });
  return {
    name: 'freeradius-files',
    authPort: server.authPort,
    acctPort: server.acctPort,
    isEcho: false,
    roots: { freeradius: server.pid },
    prepared: async () => {},
    recorded: async () => undefined,
    stop: async () => {
      await server.remove();
      rmSync(folder, { recursive: true });
    },
  };
}

async function startFreeradiusSql({ secret, lines, sqlThreads }: PeerSettings): Promise<Peer> {
  const postgres = await PostgresServer.start(POSTGRES_SETTINGS);
  await createRadiusDatabase(postgres, names(lines));
  const server = await FreeradiusServer.start(secret, sqlThreads, {
    kind: 'sql',
    socketFolder: postgres.socketFolder,
    port: postgres.port,
    connections: sqlThreads,
  });
  return {
    name: 'freeradius-sql',
    authPort: server.authPort,
    acctPort: server.acctPort,
    isEcho: false,
    roots: { freeradius: server.pid, postgres: postgres.pid! },
    prepared: () => tidyDatabase(postgres),
    recorded: () => recordedSessions(postgres),
    stop: async () => {
      await server.remove();
      await postgres.remove();
    },
  };
}

function names(lines: number): string[] {
  return [loginName, sessionName].flatMap((nameOf) =>
    Array.from({ length: lines }, (_, line) => nameOf(line)),
  );
}
