import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has } from '../radius-programs.ts';

/** A program that runs until the sandbox ends it. */
export interface Daemon {
  /** All it wrote so far. */
  log(): string;
  hasEnded(): boolean;
  /** Writes a line to its standard input. */
  type(line: string): void;
}

/** How a program ended and all it wrote. */
export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** One end of a link: which network namespace, the interface's name there and its address with a prefix length. */
export interface LinkEnd {
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
}

/** A point-to-point network between this machine and a NAS: no other host has these addresses. */
export interface NasNetwork {
  /** Where the NAS finds the RADIUS server. */
  readonly serverAddress: string;
  /** Where requests of the NAS come from. */
  readonly nasAddress: string;
  /** The interface on this machine. */
  readonly interfaceName: string;
}

const PREFIX = 'mznas';
const FINISH_WITHIN_MS = 30_000;
let links = 0;

/**
 * Why tests with these programs cannot run here, '' when they can. A package's name stands beside its program for
 * whoever reads the reason.
 */
export function whyNot(programs: Readonly<Record<string, string>>): string {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  const missing = Object.entries({ ip: 'iproute2', unshare: 'util-linux', ...programs })
    .filter(([program]) => !has(program))
    .map(([, name]) => name);
  if (missing.length > 0) return `not installed (Debian: ${[...new Set(missing)].join(', ')})`;
  const name = `${PREFIX}${process.pid.toString(36)}-probe`;
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return 'no network namespace may be made here';
  spawnSync('ip', ['netns', 'delete', name]);
  return '';
}

/**
 * Network namespaces, interfaces, daemons and a folder that end together. Names hold the id of this process; what a
 * process left behind that was killed is removed by the next one.
 */
export class Sandbox {
  readonly #id = `${PREFIX}${process.pid.toString(36)}`;
  readonly folder = mkdtempSync(join(tmpdir(), `${this.#id}-`));
  readonly #namespaces: string[] = [];
  readonly #interfaces: string[] = [];
  readonly #children: ChildProcess[] = [];
  readonly #onExit = () => this.dispose();

  constructor() {
    removeLeftovers();
    process.once('exit', this.#onExit);
  }

  /** Makes a network namespace with its loopback interface up; returns its name. */
  namespace(role: string): string {
    const name = `${this.#id}-${role}`;
    ip('netns', 'add', name);
    this.#namespaces.push(name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
    return name;
  }

  /** Joins two namespaces by a cable. */
  link(left: LinkEnd, right: LinkEnd): void {
    const peer = ['peer', 'name', right.name, 'netns', right.namespace];
    ip('-n', left.namespace, 'link', 'add', left.name, 'type', 'veth', ...peer);
    for (const { namespace, name, address } of [left, right]) {
      ip('-n', namespace, 'address', 'add', address, 'dev', name);
      ip('-n', namespace, 'link', 'set', name, 'up');
    }
  }

  /** Joins a namespace to this machine by a cable; the interface in the namespace is `radius0`. */
  networkTo(namespace: string): NasNetwork {
    const network = this.#nextNetwork();
    const { interfaceName } = network;
    const peer = ['peer', 'name', 'radius0', 'netns', namespace];
    ip('link', 'add', interfaceName, 'type', 'veth', ...peer);
    this.#interfaces.push(interfaceName);
    this.#bringUp(network);
    ip('-n', namespace, 'address', 'add', `${network.nasAddress}/30`, 'dev', 'radius0');
    ip('-n', namespace, 'link', 'set', 'radius0', 'up');
    return network;
  }

  /** A TAP interface for a guest kernel to open, which takes `nasAddress` itself. */
  networkToGuest(): NasNetwork {
    const network = this.#nextNetwork();
    ip('tuntap', 'add', 'dev', network.interfaceName, 'mode', 'tap');
    this.#interfaces.push(network.interfaceName);
    this.#bringUp(network);
    return network;
  }

  /** Writes a file for a daemon, for nobody else to read; returns its path. */
  file(path: string, text: string, mode = 0o600): string {
    const whole = join(this.folder, path);
    mkdirSync(join(whole, '..'), { recursive: true });
    writeFileSync(whole, text, { mode });
    return whole;
  }

  /** Starts a program that dies with this process at the latest, and with it whatever it has started. */
  start(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Daemon {
    // The first process of a process namespace takes all others with it.
    const inNamespace = ['unshare', '--pid', '--fork', '--kill-child', '--', program, ...args];
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...inNamespace], {
      env: { ...process.env, ...env },
      detached: true,
    });
    this.#children.push(child);
    let log = '';
    const listen = (text: Buffer) => {
      log += text;
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', (error) => {
      log += error.message;
    });
    return {
      log: () => log,
      hasEnded: () => child.exitCode !== null || child.signalCode !== null,
      type: (line) => child.stdin.write(`${line}\n`),
    };
  }

  /** Runs a program in a namespace to its end. */
  run(namespace: string, program: string, ...args: readonly string[]): Promise<Finished> {
    return finish('ip', ['netns', 'exec', namespace, program, ...args]);
  }

  /** Ends every daemon with all it has started and removes what was made; a second call does nothing. */
  dispose(): void {
    process.off('exit', this.#onExit);
    for (const { pid } of this.#children.splice(0)) if (pid !== undefined) killGroup(pid);
    for (const name of this.#interfaces.splice(0)) spawnSync('ip', ['link', 'delete', name]);
    for (const name of this.#namespaces.splice(0)) spawnSync('ip', ['netns', 'delete', name]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Addresses from the block for benchmarks (RFC 2544), four for each link of each process. */
  #nextNetwork(): NasNetwork {
    const base = ((process.pid * 2 + links) % 0x4000) * 4;
    const interfaceName = `${this.#id}-${links++}`;
    const address = (host: number) => `198.18.${base >> 8}.${(base & 0xff) + host}`;
    return { serverAddress: address(1), nasAddress: address(2), interfaceName };
  }

  #bringUp({ interfaceName, serverAddress }: NasNetwork): void {
    ip('address', 'add', `${serverAddress}/30`, 'dev', interfaceName);
    ip('link', 'set', interfaceName, 'up');
  }
}

/** Runs a program to its end without anything on its standard input. */
export function finish(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, timeout: FINISH_WITHIN_MS };
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const listen = (text: Buffer) => {
      output += text;
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** What processes that are no more have made; a cable goes with either of its ends. */
function removeLeftovers(): void {
  const interfaces = readdirSync('/sys/class/net');
  const namespaces = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout.split('\n');
  const folders = readdirSync(tmpdir());
  for (const name of interfaces.filter(isLeftover)) spawnSync('ip', ['link', 'delete', name]);
  for (const line of namespaces.filter(isLeftover)) {
    spawnSync('ip', ['netns', 'delete', line.split(' ')[0] ?? '']);
  }
  for (const name of folders.filter(isLeftover)) {
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isLeftover(name: string): boolean {
  const pid = /^mznas([0-9a-z]+)-/.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number.parseInt(pid, 36), 0);
    return false;
  } catch {
    return true;
  }
}
