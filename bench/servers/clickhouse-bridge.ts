import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Under the sources the process runs the TypeScript file itself, under dist/ the compiled one. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROCESS = fileURLToPath(new URL(`./clickhouse-bridge-process.${EXTENSION}`, import.meta.url));

/** What goes wrong with the next requests. */
export type BridgeFault = {
  /** How many requests it strikes. */
  readonly requests: number;
  readonly only?: 'inserts';
  /** So many requests pass unharmed after each that was struck. */
  readonly spare?: number;
} & (
  | { /** 500 before anything is done. */ readonly kind: 'refuse' }
  | { /** Everything is done, then the connection is cut instead of an answer. */ readonly kind: 'cut' }
  | { /** Everything is done, the answer comes late. */ readonly kind: 'slow'; readonly ms: number }
  | {
      /** Nothing is done or answered; then the connection is cut. */ readonly kind: 'silence';
      readonly ms: number;
    }
);

/**
 * ClickHouse's HTTP interface in front of the embedded engine, in a process of its own: real SQL and real tables
 * behind the real client, with faults on command. It can be stopped and started again on the same data.
 */
export class ClickHouseBridge {
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #port = 0;

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'mizan-bridge-'));
  }

  /** Starts one with no tables and resolves when it answers. */
  static async start(): Promise<ClickHouseBridge> {
    const bridge = new ClickHouseBridge();
    await bridge.restart();
    return bridge;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts it on its data and its port, after a `stop`. */
  async restart(): Promise<void> {
    const child = fork(PROCESS, [this.#folder, String(this.#port)], { execArgv: [] });
    this.#child = child;
    const [port] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`the bridge ended with code ${code}`);
      }),
    ]);
    this.#port = port as number;
  }

  /** Resolves when the fault is in force, to the number of requests struck so far; `undefined` ends it. */
  async fault(fault: BridgeFault | undefined): Promise<number> {
    const child = this.#child!;
    const taken = once(child, 'message');
    child.send({ fault });
    return (await taken)[0] as number;
  }

  /** One statement, its answer as text; rejects with the engine's message. */
  async query(sql: string): Promise<string> {
    const answer = await fetch(this.url, { method: 'POST', body: sql });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text.trim();
  }

  /** Takes its life at once. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Ends it and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
