import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** True when the system has a program of this name; tests that need one are skipped without it. */
export function has(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What radclient printed about one run. */
export interface RadclientRun {
  readonly code: number | null;
  readonly output: string;
  /** Names of the replies in order: `Access-Accept`, ... */
  readonly replies: readonly string[];
  /** First attribute of each reply. */
  readonly firstAttributes: readonly string[];
  readonly elapsedMs: number;
}

/** Where radclient sends what, and how patiently. */
export interface RadclientOptions {
  readonly kind: 'auth' | 'acct' | 'status';
  readonly port: number;
  readonly secret: string;
  readonly address?: string;
  /** Source address, for tests with several NAS on one machine. */
  readonly from?: string;
  /** Seconds and tries without an answer; without them 5 s and one try. */
  readonly timeoutSeconds?: number;
  readonly tries?: number;
}

const scratch = mkdtempSync(join(tmpdir(), 'mizan-radclient-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
let files = 0;

/** Sends requests (one list of `Name = value` each) with Debian's radclient, the secret in a file. */
export async function radclient(
  options: RadclientOptions,
  ...requests: readonly (readonly string[])[]
): Promise<RadclientRun> {
  const secretFile = join(scratch, `secret-${files++}`);
  writeFileSync(secretFile, `${options.secret}\n`, { mode: 0o600 });
  const { address = '127.0.0.1', from } = options;
  const host = address.includes(':') ? `[${address}]` : address;
  const sourceName = address.includes(':') ? 'Packet-Src-IPv6-Address' : 'Packet-Src-IP-Address';
  const source = from === undefined ? [] : [`${sourceName} = ${from}`];
  const input = requests.map((lines) => [...source, ...lines].join('\n')).join('\n\n');
  const patience = ['-t', String(options.timeoutSeconds ?? 5), '-r', String(options.tries ?? 1)];
  const args = ['-x', '-S', secretFile, ...patience, `${host}:${options.port}`, options.kind];
  return readRun(await runProgram('radclient', args, `${input}\n`));
}

/** Reads what radclient or radtest wrote with `-x`. */
export function readRun({ code, output, elapsedMs }: ProgramRun): RadclientRun {
  const lines = output.split('\n');
  const at = lines.flatMap((line, index) => (line.startsWith('Received ') ? [index] : []));
  return {
    code,
    output,
    elapsedMs,
    replies: at.map((index) => lines[index]?.split(' ')[1] ?? ''),
    firstAttributes: at.map((index) => /^\t(\S+) =/.exec(lines[index + 1] ?? '')?.[1] ?? ''),
  };
}

/** A program that ended: exit code, all it wrote, and how long it took. */
export interface ProgramRun {
  readonly code: number | null;
  readonly output: string;
  readonly elapsedMs: number;
}

/** Runs a program to its end with `input` on its standard input. */
export function runProgram(program: string, args: readonly string[], input = ''): Promise<ProgramRun> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args);
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, elapsedMs: performance.now() - startedAt }));
    child.stdin.end(input);
  });
}
