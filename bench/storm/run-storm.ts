import { setTimeout as sleep } from 'node:timers/promises';
import { freeUdpPort } from '../fleet/engine-process.ts';
import { Random } from '../fleet/random.ts';
import { Stage } from '../fleet/stage.ts';
import { multiplyLines } from '../growth/load-lines.ts';
import { sessionName } from '../load/requests.ts';
import { Bras } from './bras.ts';
import { type DialFigures, dialFigures, judgeStorm, type StormVerdict } from './judge-storm.ts';
import type { StormOptions } from './options.ts';
import { countersPlace, readStorm } from './read-storm.ts';
import type { Answer } from './request-window.ts';
import { type Dialled, type Octets, StormLine } from './storm-line.ts';
import type { StormVariant } from './variant.ts';

/** Counters of a session are only believed when the line could have carried them since its Start. */
const FIRST_REPORT_AFTER_MS = 1_100;
const OCTETS_MAX = 60_000_000;
const DIAL_EVERY_MS = 2;
const ORDERS_QUIET_MS = 1_000;
const ORDERS_WITHIN_MS = 120_000;
const DRAIN_WITHIN_MS = 600_000;
const PLAN = 'storm';
/** More lines than this are copied into the stores while the engine is stopped: over the API they would take minutes. */
const LINES_OVER_API = 2_000;

/** What one storm was like. */
export interface StormResult extends DialFigures, Omit<StormVerdict, 'rejects'> {
  readonly variant: StormVariant['name'];
  readonly sessions: number;
  /** From the first dialling to the last acknowledged Start. */
  readonly stormSeconds: number;
  readonly loginsPerSecond: number;
  /** Interim-Updates before and after the storm that were never acknowledged. */
  readonly lostInterims: number;
  /** Disconnect-Requests for ghosts, and for sessions that run. */
  readonly staleOrders: number;
  readonly wronglyCut: number;
  /** Datagrams that the kernel dropped in front of the engine. */
  readonly kernelDrops: number;
  /** Longest time in which nobody came online, while some waited. */
  readonly longestPauseMs: number;
  /** Processor time of the engine from the first dialling to the last Start, as cores. */
  readonly engineCores: number;
  readonly isRight: boolean;
}

/** Plays one variant on fresh stores and leaves nothing behind. Rejects when the engine does not come up or drain. */
export async function runStorm(
  options: StormOptions,
  variant: StormVariant,
  progress: (line: string) => void,
): Promise<StormResult> {
  const stage = await Stage.open(options);
  const brases: Bras[] = [];
  try {
    await prepare(stage, options, variant, brases);
    const lines = Array.from({ length: options.sessions }, (_, number) => new StormLine(number));
    const storm = new Storm(options, brases, lines);
    progress(`${variant.name}: ${lines.length} lines declared`);
    await storm.goOnline();
    await stage.engine.drained(DRAIN_WITHIN_MS);
    progress(`${variant.name}: all online and carried over; the reboot`);
    const cpu = stage.engine.processorMs();
    const began = performance.now();
    const dialled = await storm.rebootAndRedial();
    const stormMs = performance.now() - began;
    const engineCores = round((stage.engine.processorMs() - cpu) / stormMs);
    progress(`${variant.name}: ${round(stormMs / 1000)} s`);
    await storm.reportAll();
    await storm.ordersSettled();
    const kernelDrops = await stage.engine.metric('mizan_kernel_drops_total');
    await stage.engine.drained(DRAIN_WITHIN_MS);
    await stage.engine.stop();
    const { rejects, ...verdict } = judgeStorm(lines, await readStorm(stage, lines));
    const figures = dialFigures(dialled, options.retries.tries);
    const sum = (of: (bras: Bras) => number) => brases.reduce((total, bras) => total + of(bras), 0);
    const result = {
      variant: variant.name,
      sessions: lines.length,
      stormSeconds: round(stormMs / 1000),
      loginsPerSecond: Math.round((figures.online / stormMs) * 1000),
      ...figures,
      rejected: Math.max(figures.rejected, rejects),
      lostInterims: storm.lostInterims,
      staleOrders: sum(({ staleOrders }) => staleOrders),
      wronglyCut: sum(({ wronglyCut }) => wronglyCut),
      kernelDrops,
      longestPauseMs: Math.round(storm.longestPauseMs),
      engineCores,
      ...verdict,
    };
    return { ...result, isRight: isRight(result) };
  } finally {
    for (const bras of brases) bras.close();
    await stage.close(options.keep);
  }
}

function isRight(result: Omit<StormResult, 'isRight'>): boolean {
  const { sessions, online, closedOnce, liveOnce } = result;
  const wrong = [
    result.rejected,
    result.unanswered,
    result.lostInterims,
    result.unknownSessions,
    result.wronglyCut,
    result.diff,
  ];
  return (
    [online, closedOnce, liveOnce].every((count) => count === sessions) && wrong.every((count) => count === 0)
  );
}

/** Declares BRAS, plan and lines, and leaves the engine running with all of it. */
async function prepare(
  stage: Stage,
  options: StormOptions,
  variant: StormVariant,
  brases: Bras[],
): Promise<void> {
  const random = new Random(`storm ${options.seed} ${variant.name}`);
  for (let index = 0; index < options.bras; index++) {
    const address = `127.0.2.${index + 1}`;
    const setup = {
      ...{ name: `bras-${index + 1}`, address, variant },
      secretText: `secret-of-bras-${random.uint32()}`,
      coaPort: await freeUdpPort(address),
    };
    brases.push(await Bras.open(setup, stage.ports, options, random.fork(setup.name)));
  }
  await stage.engine.start(undefined);
  const isSmall = options.sessions <= LINES_OVER_API;
  await stage.engine.apply(documentOf(brases, isSmall ? options.sessions : 1));
  if (isSmall) return;
  await stage.engine.stop();
  const { servers } = stage;
  const ledger = servers && (<T>(sql: string) => servers.postgres.query<T>(sql));
  await multiplyLines(stage.dataDir, countersPlace(stage), options.sessions, ledger);
  await stage.engine.start(undefined);
}

function documentOf(brases: readonly Bras[], lines: number): object {
  return {
    nas: brases.map(({ setup: { name, address, secretText, coaPort } }) => ({
      ...{ name, address, secret: secretText, coaPort },
      vendor: 'mikrotik',
    })),
    plans: [
      {
        name: PLAN,
        days: 30,
        quota: { octets: 1024 ** 4, charge: 'download' },
        speed: { downKbps: 1_000_000, upKbps: 1_000_000 },
        interimSeconds: 300,
      },
    ],
    lines: Array.from({ length: lines }, (_, number) => ({
      username: sessionName(number),
      password: sessionName(number),
      plan: PLAN,
      concurrentSessions: 1,
    })),
  };
}

/** The subscribers' doings. */
class Storm {
  /** Interim-Updates that no try brought through. */
  lostInterims = 0;
  /** Longest time without news while somebody's dialling was under way, since the last `rebootAndRedial`. */
  longestPauseMs = 0;
  readonly #options: StormOptions;
  readonly #brases: readonly Bras[];
  readonly #lines: readonly StormLine[];
  readonly #random: Random;

  constructor(options: StormOptions, brases: readonly Bras[], lines: readonly StormLine[]) {
    this.#options = options;
    this.#brases = brases;
    this.#lines = lines;
    this.#random = new Random(`subscribers ${options.seed}`);
  }

  /** Everybody dials, as fast as the engine answers, and reports once. Rejects when somebody does not come online. */
  async goOnline(): Promise<void> {
    const dialled = await this.#dialAt(this.#lines.map((line) => ({ line, atMs: 0 })));
    const missing = dialled.filter(({ outcome }) => outcome !== 'online');
    if (missing.length > 0) throw new Error(`${missing.length} lines did not come online before the storm`);
    await sleep(FIRST_REPORT_AFTER_MS);
    await this.#reportOnce();
  }

  /** The power cut, the announcement of those that make one, and everybody at once. */
  async rebootAndRedial(): Promise<readonly Dialled[]> {
    for (const bras of this.#brases) bras.reboot();
    const announcing = this.#brases.filter(({ setup }) => setup.variant.announcesBoot);
    await Promise.all(announcing.map((bras) => bras.announce()));
    const within = this.#options.withinSeconds * 1000;
    const calls = this.#lines.map((line) => ({ line, atMs: this.#random.unit() * within }));
    return this.#dialAt(calls.sort((left, right) => left.atMs - right.atMs));
  }

  /** The sessions of after the storm report. */
  async reportAll(): Promise<void> {
    await sleep(FIRST_REPORT_AFTER_MS);
    await this.#reportOnce();
  }

  /** Resolves when no order has come for a while. */
  async ordersSettled(): Promise<void> {
    const count = () =>
      this.#brases.reduce((sum, { staleOrders, wronglyCut }) => sum + staleOrders + wronglyCut, 0);
    const deadline = performance.now() + ORDERS_WITHIN_MS;
    for (let before = -1; count() !== before && performance.now() < deadline; ) {
      before = count();
      await sleep(ORDERS_QUIET_MS);
    }
  }

  /** @param calls the soonest first */
  #dialAt(
    calls: readonly { readonly line: StormLine; readonly atMs: number }[],
  ): Promise<readonly Dialled[]> {
    const dialled: Dialled[] = [];
    const began = performance.now();
    let [next, lastNews] = [0, began];
    this.longestPauseMs = 0;
    return new Promise((resolve) => {
      const done = (one: Dialled) => {
        dialled.push(one);
        this.#noteNews(lastNews);
        lastNews = performance.now();
        if (dialled.length === calls.length) resolve(dialled);
      };
      const timer = setInterval(() => {
        const now = performance.now() - began;
        for (; next < calls.length && calls[next]!.atMs <= now; next++) {
          const { line } = calls[next]!;
          if (dialled.length === next) lastNews = performance.now();
          this.#brasOf(line).dial(line, done);
        }
        if (next === calls.length) clearInterval(timer);
      }, DIAL_EVERY_MS);
    });
  }

  #noteNews(before: number): void {
    this.longestPauseMs = Math.max(this.longestPauseMs, performance.now() - before);
  }

  async #reportOnce(): Promise<void> {
    const online = this.#lines.filter(({ sessions }) => sessions.at(-1)?.started);
    const answers = await Promise.all(online.map((line) => this.#report(line)));
    this.lostInterims += answers.filter(({ reply }) => reply === undefined).length;
  }

  #report(line: StormLine): Promise<Answer> {
    const counters: Octets = {
      input: this.#random.integer(1, OCTETS_MAX),
      output: this.#random.integer(1, OCTETS_MAX),
    };
    return new Promise((resolve) => this.#brasOf(line).interim(line, counters, resolve));
  }

  #brasOf({ number }: StormLine): Bras {
    return this.#brases[number % this.#brases.length]!;
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
