import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;
const STOP_WITHIN_MS = 120_000;
/** Linux counts processor time in hundredths of a second. */
const MS_PER_TICK = 10;

/** Ports that the engine keeps over its restarts. */
export interface EnginePorts {
  readonly auth: number;
  readonly acct: number;
  readonly http: number;
}

/** Three ports that nobody used a moment ago. */
export async function freePorts(): Promise<EnginePorts> {
  return { auth: await freeUdpPort(), acct: await freeUdpPort(), http: await freeTcpPort() };
}

/** The real engine as a child process that can be killed and started again on the same data. */
export class EngineProcess {
  readonly #script: string;
  readonly #dataDir: string;
  readonly #ports: EnginePorts;
  readonly #environment: Readonly<Record<string, string>>;
  /** What each start took until the engine was ready, in real time and in processor time. */
  readonly starts: { readonly realMs: number; readonly processorMs: number }[] = [];
  #child: ChildProcess | undefined;
  #token = '';

  /**
   * @param script the engine's main file, compiled
   * @param environment settings of the engine beyond folder and ports, for example where its servers are
   */
  constructor(
    script: string,
    dataDir: string,
    ports: EnginePorts,
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.#script = script;
    this.#dataDir = dataDir;
    this.#ports = ports;
    this.#environment = environment;
  }

  /**
   * Starts it with its clock standing at second `now`, on the machine's clock when that is `undefined`. Resolves when it
   * is ready, rejects when it is not in 60 s.
   */
  async start(now: number | undefined): Promise<void> {
    const env = {
      ...process.env,
      DATA_DIR: this.#dataDir,
      MIZAN_DEMO: '0',
      RADIUS_HOST: '127.0.0.1',
      RADIUS_AUTH_PORT: String(this.#ports.auth),
      RADIUS_ACCT_PORT: String(this.#ports.acct),
      HTTP_PORT: String(this.#ports.http),
      LOG_LEVEL: 'warn',
      MIZAN_TEST_CLOCK: now === undefined ? '' : new Date(now * 1000).toISOString(),
      ...this.#environment,
    };
    // The child's output goes to our stderr: our stdout carries the result alone.
    const child = spawn(process.execPath, [this.#script], { env, stdio: ['ignore', 2, 2] });
    this.#child = child;
    const orphan = () => child.kill('SIGKILL');
    process.once('exit', orphan);
    child.once('exit', () => process.off('exit', orphan));
    const began = performance.now();
    const deadline = began + READY_WITHIN_MS;
    while (!(await this.#isReady())) {
      if (child.exitCode !== null) throw new Error(`engine ended with code ${child.exitCode}`);
      if (performance.now() > deadline) throw new Error('engine is not ready after 60 s');
      await sleep(LOOK_EVERY_MS);
    }
    this.starts.push({ realMs: Math.round(performance.now() - began), processorMs: this.processorMs() });
    const file = join(this.#dataDir, 'api-token');
    this.#token = this.#environment.MIZAN_TOKEN ?? (await readFile(file, 'utf8')).trim();
  }

  /** Process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Moves its clock to second `now`. */
  async moveClock(now: number): Promise<void> {
    await this.#put('/api/v1/test-clock', { now: new Date(now * 1000).toISOString() });
  }

  /** Applies a provisioning document. */
  async apply(document: object): Promise<void> {
    await this.#put('/api/v1/apply', document);
  }

  /** Sum of a metric's samples whose labels hold `label`; NaN where there is none, or no figure. */
  async metric(name: string, label = ''): Promise<number> {
    const text = await (await fetch(this.#url('/metrics'))).text();
    const samples = text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => line.includes(label))
      .map((line) => Number(line.slice(line.lastIndexOf(' '))));
    return samples.length === 0 ? Number.NaN : samples.reduce((sum, sample) => sum + sample, 0);
  }

  /** Events that history or ledger do not have yet, and journalled records that the counters do not; NaN if unknown. */
  async backlog(): Promise<number> {
    const [events, journalled] = await Promise.all([
      this.metric('mizan_event_log_entries'),
      this.metric('mizan_journal_entries'),
    ]).catch(() => [Number.NaN, Number.NaN] as const);
    return events + (Number.isNaN(journalled) ? 0 : journalled);
  }

  /** Resolves when counters, history and ledger have all that was recorded; rejects after `withinMs`. */
  async drained(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const waiting = await this.backlog();
      if (waiting === 0) return;
      if (performance.now() > deadline) throw new Error(`${waiting} records are not carried over`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Processor time that it has used since its start, user and system, in milliseconds (proc(5), stat). */
  processorMs(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM; resolves when it has drained and ended, rejects when it needs more than 2 minutes. */
  async stop(): Promise<void> {
    const ended = await Promise.race([
      this.#end('SIGTERM').then(() => true),
      sleep(STOP_WITHIN_MS, false, { ref: false }),
    ]);
    if (ended) return;
    await this.#end('SIGKILL');
    throw new Error('engine did not end within 2 minutes of SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  async #isReady(): Promise<boolean> {
    const answer = await fetch(this.#url('/readyz')).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status === 200;
  }

  async #put(path: string, body: object): Promise<void> {
    const answer = await fetch(this.#url(path), {
      method: 'PUT',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${text}`);
  }

  #url(path: string): string {
    return `http://127.0.0.1:${this.#ports.http}${path}`;
  }
}

/** A UDP port that nobody used a moment ago at `address`. */
export async function freeUdpPort(address = '127.0.0.1'): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}
