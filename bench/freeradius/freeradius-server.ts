import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freeUdpPort } from '../fleet/engine-process.ts';
import { DEBIAN_CONFIGURATION, type FreeradiusStore, freeradiusConfiguration } from './configuration.ts';

const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** Whether Debian's FreeRADIUS is installed and its configuration can be read. */
export function hasFreeradius(): boolean {
  return (
    spawnSync('freeradius', ['-v']).status === 0 && existsSync(`${DEBIAN_CONFIGURATION}/policy.d/accounting`)
  );
}

/** Whether its PostgreSQL driver is installed (Debian: freeradius-postgresql). */
export function hasFreeradiusPostgres(): boolean {
  return hasFreeradius() && existsSync('/usr/lib/freeradius/rlm_sql_postgresql.so');
}

/** Version as the program tells it, '' when it does not. */
export function freeradiusVersion(): string {
  const { stdout } = spawnSync('freeradius', ['-v'], { encoding: 'utf8' });
  return /Version ([\d.]+)/.exec(stdout ?? '')?.[1] ?? '';
}

/** Debian's FreeRADIUS in a folder and on ports of its own, without debugging, its threads on. */
export class FreeradiusServer {
  readonly authPort: number;
  readonly acctPort: number;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(authPort: number, acctPort: number, folder: string) {
    this.authPort = authPort;
    this.acctPort = acctPort;
    this.#folder = folder;
    this.#child = spawn('freeradius', ['-f', '-d', folder, '-n', 'radiusd'], { stdio: ['ignore', 2, 2] });
    const orphan = () => this.#child.kill('SIGKILL');
    process.once('exit', orphan);
    this.#child.once('exit', () => process.off('exit', orphan));
  }

  /** Starts it on two free ports; rejects with its log when it does not come up. */
  static async start(secret: string, threads: number, store: FreeradiusStore): Promise<FreeradiusServer> {
    const folder = mkdtempSync(join(tmpdir(), 'mizan-freeradius-'));
    const [authPort, acctPort] = [await freeUdpPort(), await freeUdpPort()];
    const text = freeradiusConfiguration({ folder, authPort, acctPort, secret, threads, store });
    writeFileSync(join(folder, 'radiusd.conf'), text, { mode: 0o600 });
    const server = new FreeradiusServer(authPort, acctPort, folder);
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!server.#log().includes('Ready to process requests')) {
      if (server.#child.exitCode !== null || performance.now() > deadline) {
        throw new Error(`freeradius is not ready: ${server.#log()}`);
      }
      await sleep(LOOK_EVERY_MS);
    }
    return server;
  }

  /** Process id. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** Ends it and removes its files. */
  async remove(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #log(): string {
    const path = join(this.#folder, 'radius.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}
