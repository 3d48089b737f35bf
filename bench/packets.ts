import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EngineProcess, freePorts } from './fleet/engine-process.ts';
import { type CodecFigures, measureCodecs } from './load/codec.ts';
import type { LoadOrder, LoadResult } from './load/generator.ts';

const SECRET = 'a-long-secret-for-the-bench';
const WARM_UP_MS = 2_000;
const TICKS_PER_SECOND = 100;

/** One measured load: what was answered, and the processor time of the process that answered. */
interface Figure extends LoadResult {
  readonly packetsPerSecond: number;
  readonly serverCpuMicros: number;
  readonly generatorBusy: number;
}

/**
 * First figures of the packet path: PAP and Interim against the running program on its embedded stores, a bare UDP
 * echo as the floor, and the codec beside the `radius` package, interleaved in one run. One line of JSON per figure.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      lines: { type: 'string', default: '10000' },
      'in-flight': { type: 'string', default: '512' },
      rounds: { type: 'string', default: '2' },
    },
  });
  const load = {
    lines: Number(values.lines),
    measureMs: Number(values.seconds) * 1000,
    inFlight: Number(values['in-flight']),
    warmUpMs: WARM_UP_MS,
    secret: SECRET,
  };
  print({
    machine: cpus()[0]?.model,
    cores: cpus().length,
    node: process.version,
    ...load,
    secret: undefined,
  });
  print({ codec: describeCodecs(measureCodecs()) });
  const dataDir = mkdtempSync(join(tmpdir(), 'mizan-bench-'));
  const ports = await freePorts();
  const engine = new EngineProcess(join(import.meta.dirname, '../engine/main.js'), dataDir, ports);
  await engine.start(undefined);
  await engine.apply(benchDocument(load.lines));
  const echo = fork(join(import.meta.dirname, 'load/echo.js'));
  const echoPort = await new Promise<number>((resolve) =>
    echo.once('message', (message) => resolve((message as { port: number }).port)),
  );
  for (let round = 0; round < Number(values.rounds); round++) {
    const runs: readonly [LoadOrder['kind'], number, number | undefined][] = [
      ['echo', echoPort, echo.pid],
      ['pap', ports.auth, engine.pid],
      ['interim', ports.acct, engine.pid],
    ];
    for (const [kind, port, pid] of runs) {
      const figure = await measure({ ...load, kind, port }, pid ?? 0);
      print({ round, kind, ...figure });
    }
  }
  echo.kill();
  await engine.stop();
  rmSync(dataDir, { recursive: true });
}

async function measure(order: LoadOrder, serverPid: number): Promise<Figure> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'load/generator.js'));
  const result = new Promise<LoadResult>((resolve, reject) => {
    child.once('message', (message) => resolve(message as LoadResult));
    child.once('exit', (code) => reject(new Error(`the generator ended with code ${code}`)));
  });
  child.send(order);
  await new Promise((resolve) => setTimeout(resolve, order.warmUpMs + 200));
  const before = cpuSeconds(serverPid);
  const from = performance.now();
  await new Promise((resolve) => setTimeout(resolve, order.measureMs - 400));
  const used = cpuSeconds(serverPid) - before;
  const window = (performance.now() - from) / 1000;
  const seen = await result;
  const packetsPerSecond = Math.round(seen.answers / seen.seconds);
  return {
    ...seen,
    packetsPerSecond,
    serverCpuMicros: round1((used / window / packetsPerSecond) * 1e6),
    generatorBusy: round1((seen.cpuSeconds / seen.seconds) * 100) / 100,
  };
}

/** User and system time of a process with all its threads, from /proc. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function benchDocument(lines: number): object {
  return {
    nas: [{ name: 'bench', address: '127.0.0.1', secret: SECRET, vendor: 'mikrotik' }],
    plans: [
      {
        name: 'bench',
        days: 30,
        quota: { octets: 1024 ** 4, charge: 'download' },
        speed: { downKbps: 1_000_000, upKbps: 1_000_000 },
      },
    ],
    lines: Array.from({ length: lines }, (_, index) => ({
      username: `bench${index}`,
      password: `bench${index}`,
      plan: 'bench',
    })),
  };
}

function describeCodecs({ decodeMicros, replyMicros }: CodecFigures): object {
  const row = ([mizan, radius]: readonly [number, number]) => ({
    mizanMicros: round2(mizan),
    radiusPackageMicros: round2(radius),
    ratio: round1(radius / mizan),
  });
  return { decodeAndCheck: row(decodeMicros), reply: row(replyMicros) };
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main();
