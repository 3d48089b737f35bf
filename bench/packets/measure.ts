import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { LoadOrder, LoadResult, LoadWord } from '../load/generator.ts';
import type { RequestKind } from '../load/requests.ts';
import type { Peer } from './peer.ts';
import { machineSeconds, readProcesses, treeSeconds } from './process-cpu.ts';

/** How hard and how long the peers are loaded. */
export interface LoadSettings {
  readonly secret: string;
  readonly lines: number;
  readonly sessionsBeganAt: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly inFlight: number;
  /** Generator processes that share the load. */
  readonly generators: number;
  /** Share of the lines that is passed over when the turn begins, 0 unless given: they come at its end. */
  readonly beginAt?: number;
}

/** One measured load of one peer. */
export interface Figure {
  readonly packetsPerSecond: number;
  /** Processor microseconds per answered packet in the window, by program. */
  readonly cpuMicros: Readonly<Record<string, number>>;
  readonly cpuMicrosTotal: number;
  /**
   * The same from the first packet until the peer was idle again, over all packets: work that is put off (history, log
   * writers, vacuum) is in it.
   */
  readonly cpuMicrosSettled: number;
  /**
   * Answers per second of all the time that the peer worked, put-off work included: what it can keep up for hours.
   */
  readonly sustainedPerSecond: number;
  /** How long the peer went on working after the last answer. */
  readonly settleSeconds: number;
  /** Share of one core used by the busiest generator: near 1 it, and not the peer, is what was measured. */
  readonly generatorBusy: number;
  /** Cores that everything else, kernel threads too, used in the window: a run with much of it is worth little. */
  readonly othersBusy: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly repeated: number;
  readonly refused: number;
}

const GENERATOR = join(import.meta.dirname, '../load/generator.js');
/** A peer that uses less than this share of a core is idle. */
const IDLE_SHARE = 0.05;
const IDLE_LOOK_MS = 500;
const SETTLE_WITHIN_MS = 60_000;
/** Loading a million sessions leaves minutes of work behind. */
const SETTLE_AFTER_LOADING_WITHIN_MS = 900_000;

/** Loads `peer` and tells what it did. Rejects when a generator dies. */
export async function measure(peer: Peer, kind: RequestKind, settings: LoadSettings): Promise<Figure> {
  const started = cpuOf(peer);
  const loads = orders(peer, kind, settings).map((order) => new Load(order));
  await Promise.all(loads.map((load) => load.began));
  const [before, machineBefore] = [cpuOf(peer), machineSeconds()];
  const results = await Promise.all(loads.map((load) => load.result));
  const [after, machineAfter] = [cpuOf(peer), machineSeconds()];
  const ended = performance.now();
  const settled = await settle(peer);
  const settleSeconds = (performance.now() - ended - IDLE_LOOK_MS) / 1000;
  return summarize(results, {
    peer: subtract(after, before),
    machine: machineAfter - machineBefore,
    settled: total(subtract(settled, started)),
    settleSeconds,
    workedSeconds: settings.warmUpMs / 1000 + (results[0]?.seconds ?? 0) + settleSeconds,
  });
}

/** Sends one request of every line and resolves when all are answered and the peer is idle again. */
export async function sendOnce(peer: Peer, kind: RequestKind, settings: LoadSettings): Promise<LoadResult[]> {
  const loads = orders(peer, kind, { ...settings, measureMs: 0 }).map((order) => new Load(order));
  const results = await Promise.all(loads.map((load) => load.result));
  await settle(peer, SETTLE_AFTER_LOADING_WITHIN_MS);
  return results;
}

/** A generator process at work. */
class Load {
  readonly began: Promise<void>;
  readonly result: Promise<LoadResult>;

  constructor(order: LoadOrder) {
    const child = fork(GENERATOR);
    const begun = Promise.withResolvers<void>();
    const done = Promise.withResolvers<LoadResult>();
    child.on('message', (word: LoadWord) => {
      if ('began' in word) begun.resolve();
      else done.resolve(word.result);
    });
    const orphan = () => child.kill();
    process.once('exit', orphan);
    child.once('exit', (code) => {
      process.off('exit', orphan);
      const reason = new Error(`the generator ended with code ${code}`);
      begun.reject(reason);
      done.reject(reason);
    });
    begun.promise.catch(() => {});
    done.promise.catch(() => {});
    child.send(order);
    this.began = begun.promise;
    this.result = done.promise;
  }
}

function orders(peer: Peer, kind: RequestKind, settings: LoadSettings): LoadOrder[] {
  const port = kind === 'pap' ? peer.authPort : peer.acctPort;
  const { generators, lines, inFlight, beginAt = 0, ...rest } = settings;
  const share = Math.floor(lines / generators);
  return Array.from({ length: generators }, (_, index) => ({
    ...rest,
    kind,
    port,
    isEcho: peer.isEcho,
    firstLine: index * share,
    lines: index === generators - 1 ? lines - index * share : share,
    beginAfter: Math.floor(beginAt * share),
    inFlight: Math.floor(inFlight / generators),
  }));
}

/** Waits until the peer is idle, but not for ever, and gives its processor time by then. */
async function settle(peer: Peer, withinMs = SETTLE_WITHIN_MS): Promise<Cpu> {
  const deadline = performance.now() + withinMs;
  for (let before = cpuOf(peer); ; ) {
    const from = performance.now();
    await new Promise((resolve) => setTimeout(resolve, IDLE_LOOK_MS));
    const now = cpuOf(peer);
    const share = (total(subtract(now, before)) * 1000) / (performance.now() - from);
    if (share < IDLE_SHARE || performance.now() > deadline) return now;
    before = now;
  }
}

type Cpu = Readonly<Record<string, number>>;

function cpuOf(peer: Peer): Cpu {
  const processes = readProcesses();
  return mapValues(peer.roots, (pid) => treeSeconds(processes, pid));
}

function subtract(after: Cpu, before: Cpu): Cpu {
  return Object.fromEntries(
    Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]),
  );
}

function total(cpu: Cpu): number {
  return Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0);
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** Processor seconds of one measurement. */
interface Used {
  readonly peer: Cpu;
  readonly machine: number;
  readonly settled: number;
  readonly settleSeconds: number;
  /** From the first packet until idle. */
  readonly workedSeconds: number;
}

function summarize(results: readonly LoadResult[], used: Used): Figure {
  const sum = (of: (result: LoadResult) => number) => results.reduce((all, result) => all + of(result), 0);
  const latencies = results.flatMap((result) => result.latencies).sort((left, right) => left - right);
  const at = (share: number) => round(latencies[Math.floor(latencies.length * share)] ?? Number.NaN, 2);
  const micros = (cpu: number) => round((cpu / sum((result) => result.answers)) * 1e6, 2);
  const seconds = Math.max(...results.map((result) => result.seconds));
  const others = used.machine - total(used.peer) - sum((result) => result.cpuSeconds);
  return {
    packetsPerSecond: Math.round(sum((result) => result.answers / result.seconds)),
    cpuMicros: mapValues(used.peer, micros),
    cpuMicrosTotal: micros(total(used.peer)),
    cpuMicrosSettled: round((used.settled / sum((result) => result.answersInAll)) * 1e6, 2),
    sustainedPerSecond: Math.round(sum((result) => result.answersInAll) / used.workedSeconds),
    settleSeconds: round(used.settleSeconds, 1),
    generatorBusy: round(Math.max(...results.map((result) => result.cpuSeconds / result.seconds)), 2),
    othersBusy: round(Math.max(0, others / seconds), 2),
    latencyMs: { p50: at(0.5), p99: at(0.99) },
    repeated: sum((result) => result.repeated),
    refused: sum((result) => result.refused),
  };
}

function round(value: number, places: number): number {
  return Number(value.toFixed(places));
}
