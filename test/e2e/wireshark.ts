import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './mizan-process.ts';
import { has, runProgram } from './radius-programs.ts';

/** What Wireshark says of one packet. */
export interface Dissected {
  readonly code: number;
  /** Requests of ours are told from replies by it. */
  readonly destinationPort: number;
  readonly authenticatorIsValid: boolean;
  readonly authenticatorIsInvalid: boolean;
  /** Malformed or expert notes, '' when it found nothing to say. */
  readonly complaints: string;
  /** Numbers of the attributes in their order. */
  readonly types: readonly number[];
}

const FIELDS = [
  'radius.code',
  'udp.dstport',
  'radius.authenticator.valid',
  'radius.authenticator.invalid',
  '_ws.malformed',
  '_ws.expert.message',
  'radius.avp.type',
];

/** True when Wireshark's programs are here and this user may capture on the loopback interface. */
export function canCapture(): boolean {
  return has('tshark') && spawnSync('dumpcap', ['-L', '-i', 'lo']).status === 0;
}

/** A guess from the number of a port, made for any UDP packet. */
const TRACEROUTE = /Possible traceroute: hop #\d+, attempt #\d+/;

/** A capture of the loopback interface, by Wireshark's own programs. */
export class Capture {
  readonly #ports: readonly number[];
  readonly #folder: string;
  readonly #file: string;
  readonly #child: ChildProcess;
  #log = '';

  private constructor(ports: readonly number[]) {
    this.#ports = ports;
    this.#folder = mkdtempSync(join(tmpdir(), 'mizan-capture-'));
    this.#file = join(this.#folder, 'packets.pcap');
    const filter = ports.map((port) => `udp port ${port}`).join(' or ');
    this.#child = spawn('dumpcap', ['-q', '-i', 'lo', '-f', filter, '-w', this.#file]);
    this.#child.stderr?.on('data', (text) => {
      this.#log += text;
    });
  }

  /** Starts capturing packets of these ports; rejects with what dumpcap wrote when it does not begin. */
  static async start(ports: readonly number[]): Promise<Capture> {
    const capture = new Capture(ports);
    await eventually(() => {
      if (capture.#child.exitCode !== null) throw new Error(capture.#log);
      return capture.#log.includes('File:');
    }, 20_000);
    return capture;
  }

  /** Ends the capture and has it dissected as RADIUS with this shared secret. */
  async dissect(secret: string): Promise<Dissected[]> {
    // The kernel hands packets over in blocks; the last one comes a moment later.
    await sleep(1_500);
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    await ended;
    const asRadius = this.#ports.flatMap((port) => ['-d', `udp.port==${port},radius`]);
    const preferences = ['radius.validate_authenticator:TRUE', `radius.shared_secret:${secret}`];
    const args = ['-r', this.#file, ...asRadius, ...preferences.flatMap((text) => ['-o', text])];
    const fields = FIELDS.flatMap((name) => ['-e', name]);
    const run = await runProgram('tshark', [...args, '-T', 'fields', ...fields, '-E', 'separator=|']);
    rmSync(this.#folder, { recursive: true, force: true });
    return run.output.split('\n').flatMap(readLine);
  }
}

function readLine(line: string): Dissected[] {
  const [code = '', port, valid, invalid, malformed = '', expert = '', types = ''] = line.split('|');
  if (!/^\d+$/.test(code)) return [];
  return [
    {
      code: Number(code),
      destinationPort: Number(port),
      authenticatorIsValid: /1|True/.test(valid ?? ''),
      authenticatorIsInvalid: /1|True/.test(invalid ?? ''),
      complaints: `${malformed}${expert.replace(TRACEROUTE, '')}`,
      types: types.split(',').map(Number),
    },
  ];
}
