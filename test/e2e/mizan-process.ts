import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LiveLine } from '../../api/live-line.ts';
import type { ProvisioningDocument } from '../../engine/subscribers/provisioning.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;

/** How a program ended and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test sets when it starts the program; the rest is a free port or a fresh folder. */
export interface MizanOptions {
  /** A folder of an earlier process, to go on with. */
  readonly dataDir?: string;
  /** ISO 8601 instant at which the clock stands. */
  readonly testClock?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The settings of a process that takes any free port. */
function mizanEnvironment(dataDir: string, env: Readonly<Record<string, string>> = {}) {
  return {
    ...process.env,
    DATA_DIR: dataDir,
    MIZAN_DEMO: '0',
    RADIUS_AUTH_PORT: '0',
    RADIUS_ACCT_PORT: '0',
    HTTP_PORT: '0',
    LOG_LEVEL: 'warn',
    ...env,
  };
}

/** Runs the compiled program until it ends by itself: for starts that are refused. */
export async function runMizan(dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return run([join(ROOT, 'dist/engine/main.js')], mizanEnvironment(dataDir, env));
}

/** The compiled program as a child process on a data folder of its own. */
export class MizanProcess {
  readonly dataDir: string;
  #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #httpUrl = '';
  #token = '';
  authPort = 0;
  acctPort = 0;

  private constructor(dataDir: string, env: Readonly<Record<string, string>>) {
    this.dataDir = dataDir;
    this.#child = spawn(process.execPath, [join(ROOT, 'dist/engine/main.js')], {
      cwd: ROOT,
      env: mizanEnvironment(dataDir, env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (text) => {
      this.#stdout += text;
    });
    this.#child.stderr?.on('data', (text) => {
      this.#stderr += text;
    });
    const orphan = () => this.#child.kill('SIGKILL');
    process.once('exit', orphan);
    this.#child.once('exit', () => process.off('exit', orphan));
  }

  /** Starts it and resolves when its sockets are bound; rejects with what it wrote when it ends before. */
  static async start(options: MizanOptions = {}): Promise<MizanProcess> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'mizan-e2e-'));
    const mizan = new MizanProcess(dataDir, { MIZAN_TEST_CLOCK: options.testClock ?? '', ...options.env });
    await mizan.#untilReady();
    return mizan;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Standard error so far: the log. */
  get log(): string {
    return this.#stderr;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** A call of the HTTP API below `/api/v1`; rejects when it is refused. */
  async api<T = unknown>(method: 'GET' | 'PUT' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<T> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const answer = await fetch(`${this.#httpUrl}/api/v1${path}`, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** Applies a provisioning document. */
  async apply(document: ProvisioningDocument): Promise<void> {
    await this.api('PUT', '/apply', document);
  }

  /** A line as the counters have it. */
  line(username: string): Promise<LiveLine> {
    return this.api('GET', `/lines/${encodeURIComponent(username)}`);
  }

  /** Moves the test clock. */
  async moveClock(iso: string): Promise<void> {
    await this.api('PUT', '/test-clock', { now: iso });
  }

  /** The command line's answer with `--json`. */
  async cli<T = unknown>(...words: readonly string[]): Promise<T> {
    const ended = await run([join(ROOT, 'dist/api/cli/main.js'), ...words, '--json'], {
      ...process.env,
      DATA_DIR: this.dataDir,
    });
    if (ended.code !== 0) throw new Error(`mizan ${words.join(' ')}: ${ended.code} ${ended.stderr}`);
    return JSON.parse(ended.stdout) as T;
  }

  /** Sum of all samples of a metric whose labels hold the given ones. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const text = await (await fetch(`${this.#httpUrl}/metrics`)).text();
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => wanted.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** Resident memory in octets. */
  residentOctets(): number {
    const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) * 1024;
  }

  /** Ends it and resolves with its exit code; SIGKILL leaves no time for anything. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.hasEnded) return this.#child.exitCode;
    const exit = once(this.#child, 'exit');
    this.#child.kill(signal);
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MS);
    const [code] = await exit;
    clearTimeout(late);
    return code;
  }

  /** Ends it and removes its data folder. */
  async dispose(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async #untilReady(): Promise<void> {
    const deadline = performance.now() + START_WITHIN_MS;
    while (!this.#stdout.includes('Ctrl-C')) {
      if (this.hasEnded) throw new Error(`ended with ${this.#child.exitCode}: ${this.#stderr}`);
      if (performance.now() > deadline) throw new Error(`not ready: ${this.#stdout}${this.#stderr}`);
      await sleep(LOOK_EVERY_MS);
    }
    const ports = /authentication (\d+), accounting (\d+)/.exec(this.#stdout);
    this.authPort = Number(ports?.[1]);
    this.acctPort = Number(ports?.[2]);
    const runFile = JSON.parse(readFileSync(join(this.dataDir, 'run.json'), 'utf8')) as { httpUrl: string };
    this.#httpUrl = runFile.httpUrl;
    this.#token = readFileSync(join(this.dataDir, 'api-token'), 'utf8').trim();
  }
}

/** Looks again and again until `look` gives something, and gives that; rejects after `withinMs`. */
export async function eventually<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`did not happen within ${withinMs} ms`);
    await sleep(LOOK_EVERY_MS);
  }
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      { cwd: ROOT, env, timeout: START_WITHIN_MS },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
