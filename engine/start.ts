import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';
import { createApi } from '../api/app.ts';
import type { Readiness } from '../api/deps.ts';
import { createPanel } from '../panel/pages.tsx';
import type { Config } from './config.ts';
import { startDemo } from './demo.ts';
import { createProjector } from './jobs/project.ts';
import { createSink, type Sink } from './jobs/sink.ts';
import { startPacketWorker } from './packet-worker.ts';
import { metricsText } from './process-metrics.ts';
import type { Dictionary } from './radius/dictionary.ts';
import { type Clock, systemClock, TestClock } from './runtime/clock.ts';
import { lockFolder } from './runtime/folder-lock.ts';
import { inTime } from './runtime/in-time.ts';
import { SecretBox } from './runtime/secret-box.ts';
import { secretFile } from './runtime/secret-file.ts';
import { startDictionaries } from './runtime/start-dictionaries.ts';
import { type CountersPlace, openCounters } from './store/counters/open-counters.ts';
import { openLedger } from './store/ledger/open-ledger.ts';
import { openUsage } from './store/usage/open-usage.ts';
import { fail, ok, type Result } from './values/result.ts';

/** The running program. */
export interface Mizan {
  readonly httpUrl: string;
  readonly authPort: number;
  readonly acctPort: number;
  /** What the operator is told at start. */
  readonly banner: string;
  /** Stops taking work, stores all that was acknowledged, closes the stores and frees the data folder. */
  stop(): Promise<void>;
}

const SINK_INTERVAL_MS = 500;
const PROJECTION_INTERVAL_MS = 1_000;
/** A store that is away must not keep the program from ending: what is not carried over by then stays in the log. */
const STOP_JOBS_WITHIN_MS = 3_000;
const DRAIN_WITHIN_MS = 10_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Closes things in the reverse order of their opening, whatever was opened by then. One that fails does not keep the
 * others open; the first failure is thrown at the end.
 */
class Closers {
  private readonly closers: (() => Promise<void> | void)[] = [];

  add(close: () => Promise<void> | void): void {
    this.closers.unshift(close);
  }

  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.closers.splice(0)) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/**
 * Starts everything in one process: stores, jobs and pages on this thread, the packet path on its own. Fails with a
 * text for the operator when a dictionary is wrong or the data folder is in use; rejects when a store or a port cannot
 * be opened.
 */
export async function startMizan(config: Config, log: Logger): Promise<Result<Mizan, string>> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const dictionary = startDictionaries(config.dataDir);
  if (!dictionary.ok) return dictionary;
  const lock = lockFolder(config.dataDir);
  if (!lock.ok) return fail(lock.error);
  const closers = new Closers();
  closers.add(() => lock.value.release());
  try {
    return ok(await startAll(config, log, dictionary.value, closers));
  } catch (error) {
    await closers.run().catch(() => {});
    throw error;
  }
}

async function startAll(
  config: Config,
  log: Logger,
  dictionary: Dictionary,
  closers: Closers,
): Promise<Mizan> {
  const folder = (name: string) => join(config.dataDir, name);
  const masterKey = Buffer.from(config.key ?? secretFile(folder('mizan-key'), 32), 'hex');
  const token = secretFile(folder('api-token'), 24);
  const secrets = new SecretBox(masterKey);
  const testClock = config.testClockStart === undefined ? undefined : new TestClock(config.testClockStart);
  const clock: Clock = testClock ?? systemClock;
  const stores = await openStores(config, secrets, log, closers);
  const { ledger, usage, counters } = stores;
  const failed = (error: Error) => {
    log.fatal({ error: error.message }, 'the packet path is gone');
    process.exit(70);
  };
  const packets = await startPacketWorker(
    {
      counters: countersPlace(config),
      masterKey,
      sharedClock: testClock?.shared,
      logLevel: config.logLevel,
      dictionary,
      ...config.radius,
    },
    failed,
  );
  const sink = createSink({ source: counters.partitions[0]!, history: usage, ledger, log });
  const projector = createProjector({ ledger, lines: packets, counters, secrets, log });
  closers.add(async () => {
    await packets.stop();
    await drainInTime(sink, log);
  });
  const onApplied = async () => {
    await projector.runOnce();
    await packets.reloadReference();
  };
  await onApplied();
  sink.start(SINK_INTERVAL_MS);
  projector.start(PROJECTION_INTERVAL_MS);
  closers.add(async () => {
    await inTime(Promise.all([projector.stop(), sink.stop()]), STOP_JOBS_WITHIN_MS).catch(() => undefined);
  });
  const deps = {
    ...stores,
    clock,
    dictionary,
    token,
    control: { kick: packets.kick },
    metricsText: () => metricsText(packets, { ...stores, now: () => clock.now() }),
    readiness: () => readiness(stores),
    demo: config.demo,
    testClock,
    onApplied,
    onError: (error: unknown) => log.error({ error: String(error) }, 'a request failed'),
  };
  const app = createApi(deps).route('/', createPanel(deps));
  const httpUrl = await listen(getRequestListener(app.fetch), config.http, closers);
  const ports = { authPort: packets.authPort, acctPort: packets.acctPort };
  const demo = config.demo ? await startDemo({ config, ledger, clock, ports, onApplied, log }) : undefined;
  if (demo !== undefined) closers.add(demo.stop);
  const stop = () => closers.run();
  return { httpUrl, ...ports, banner: banner(config, httpUrl, ports, demo?.hint), stop };
}

function countersPlace({ redisUrl, dataDir }: Config): CountersPlace {
  return redisUrl === undefined ? { folder: join(dataDir, 'counters') } : { url: redisUrl };
}

/** Carries over what was acknowledged, if history and ledger answer; otherwise the next start does. */
async function drainInTime(sink: Sink, log: Logger): Promise<void> {
  await inTime(sink.drain(), DRAIN_WITHIN_MS).catch((error: unknown) =>
    log.warn(
      { reason: String(error) },
      'history or ledger is away; what is in the log is carried over at the next start',
    ),
  );
}

type Stores = Awaited<ReturnType<typeof openStores>>;

async function openStores(config: Config, secrets: SecretBox, log: Logger, closers: Closers) {
  const folder = (name: string) => join(config.dataDir, name);
  const counters = await openCounters(countersPlace(config), (sentence) => log.warn(sentence));
  closers.add(() => counters.close());
  const { databaseUrl, clickhouseUrl } = config;
  const ledger = await openLedger(
    databaseUrl === undefined ? { folder: folder('ledger') } : { url: databaseUrl },
    secrets,
  );
  closers.add(() => ledger.close());
  const usage = await openUsage(
    clickhouseUrl === undefined ? { folder: folder('usage') } : { url: clickhouseUrl },
  );
  closers.add(() => usage.close());
  return { counters, ledger, usage };
}

async function readiness({ ledger, usage, counters }: Stores): Promise<Readiness> {
  const checks: Readonly<Record<string, () => Promise<unknown>>> = {
    ledger: () => ledger.ping(),
    usage: () => usage.ping(),
    counters: () => counters.past(),
  };
  const states = await Promise.all(
    Object.entries(checks).map(async ([name, check]): Promise<[string, string]> => {
      const state = await check().then(
        () => 'ok',
        () => 'unavailable',
      );
      return [name, state];
    }),
  );
  return { ok: states.every(([, state]) => state === 'ok'), checks: Object.fromEntries(states) };
}

async function listen(
  listener: ReturnType<typeof getRequestListener>,
  { host, port }: Config['http'],
  closers: Closers,
): Promise<string> {
  const server: Server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => void listener(request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  closers.add(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address() as AddressInfo;
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

function banner(
  config: Config,
  httpUrl: string,
  ports: { authPort: number; acctPort: number },
  hint: string | undefined,
): string {
  const lines = [
    'Mizan is running',
    `  RADIUS   ${config.radius.host} authentication ${ports.authPort}, accounting ${ports.acctPort} (UDP)`,
    `  pages    ${httpUrl}/`,
    `  API      ${httpUrl}/api/v1 (token in ${join(config.dataDir, 'api-token')})`,
    `  metrics  ${httpUrl}/metrics`,
    `  data     ${config.dataDir}`,
    hint === undefined ? '  next     npx mizan apply FILE.json, then npx mizan nas list' : hint,
    '  stop     Ctrl-C',
  ];
  return lines.join('\n');
}
