import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createApi } from '../api/app.ts';
import type { StatusDeps } from '../api/deps.ts';
import { InvoicePdfs } from '../api/invoice-paper.ts';
import { createStatusApp } from '../api/status.ts';
import { invoicePages } from '../panel/invoice-pages.tsx';
import { createPanel } from '../panel/pages.tsx';
import { payRoutes } from '../panel/pay-pages.tsx';
import { sandboxBankRoutes } from '../panel/sandbox-bank.tsx';
import { BackgroundJobs } from './background-jobs.ts';
import { Closers } from './closers.ts';
import type { Config } from './config.ts';
import { startDemo } from './demo.ts';
import { serveHttp } from './http-server.ts';
import { InvoiceLinks } from './invoices/invoice-link.ts';
import type { Reconciler } from './jobs/reconcile.ts';
import { type LineDesk, startLineDesk } from './line-desk.ts';
import { configuredSms } from './message-jobs.ts';
import type { SmsProvider } from './messaging/sms-provider.ts';
import { countersPlace, openStores, type Stores, seenCountersFile } from './open-stores.ts';
import type { PacketPath } from './packet-path.ts';
import { createPacketWorker, type PacketWorker } from './packet-worker.ts';
import type { PaymentGateway } from './payments/gateway.ts';
import { configuredGateways, openPayments, type Payments } from './payments-wiring.ts';
import { metricsText } from './process-metrics.ts';
import type { Dictionary } from './radius/dictionary.ts';
import { readiness } from './readiness.ts';
import { startReconciliation } from './reconciliation.ts';
import { type Clock, systemClock, TestClock } from './runtime/clock.ts';
import { lockFolder } from './runtime/folder-lock.ts';
import { inTime } from './runtime/in-time.ts';
import { deriveKey, SecretBox } from './runtime/secret-box.ts';
import { secretFile } from './runtime/secret-file.ts';
import { startDictionaries } from './runtime/start-dictionaries.ts';
import { fail, ok, type Result } from './values/result.ts';
import { StoreAway } from './values/store-away.ts';

/** The running program. */
export interface Mizan {
  readonly httpUrl: string;
  /** What the operator is told at start. */
  readonly banner: string;
  /** Stops taking work, stores all that was acknowledged, closes the stores and frees the data folder. */
  stop(): Promise<void>;
}

/** How long packets wait for counters in Redis that are to be begun; those that are away or to be rebuilt take longer. */
const COUNTERS_WITHIN_MS = 3_000;

/** Whom payers of the sandbox bank pay. */
const MERCHANT = 'Mizan';

/** What every part of the program is started with. */
interface Foundation {
  readonly config: Config;
  readonly log: Logger;
  readonly dictionary: Dictionary;
  readonly closers: Closers;
  readonly masterKey: Buffer;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly testClock: TestClock | undefined;
  readonly token: string;
  readonly gateways: readonly PaymentGateway[];
  readonly sms: SmsProvider;
}

/**
 * Starts what the roles of this process ask for: stores, jobs and pages on this thread, the packet path on its own.
 * Fails with a text for the operator when a dictionary is wrong or the data folder is in use; rejects when an embedded
 * store or a port cannot be opened. A database server that is away is no reason to reject.
 */
export async function startMizan(config: Config, log: Logger): Promise<Result<Mizan, string>> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const dictionary = startDictionaries(config.dataDir);
  if (!dictionary.ok) return dictionary;
  const testClock = config.testClockStart === undefined ? undefined : new TestClock(config.testClockStart);
  const gateways = configuredGateways(config, testClock ?? systemClock);
  if (!gateways.ok) return gateways;
  const sms = configuredSms(config, log);
  if (!sms.ok) return sms;
  const lock = lockFolder(config.dataDir);
  if (!lock.ok) return fail(lock.error);
  const closers = new Closers();
  closers.add(() => lock.value.release());
  try {
    const ground = {
      config,
      log,
      dictionary: dictionary.value,
      closers,
      testClock,
      gateways: gateways.value,
      sms: sms.value,
    };
    return ok(await startRoles(layFoundation(ground)));
  } catch (error) {
    await closers.run().catch(() => {});
    throw error;
  }
}

type Ground = Pick<
  Foundation,
  'config' | 'log' | 'dictionary' | 'closers' | 'testClock' | 'gateways' | 'sms'
>;

function layFoundation(ground: Ground): Foundation {
  const { config, testClock } = ground;
  const file = (name: string) => join(config.dataDir, name);
  const masterKey = Buffer.from(config.key ?? secretFile(file('mizan-key'), 32), 'hex');
  return {
    ...{ ...ground, masterKey },
    secrets: new SecretBox(masterKey),
    clock: testClock ?? systemClock,
    token: config.token ?? secretFile(file('api-token'), 24),
  };
}

async function startRoles(foundation: Foundation): Promise<Mizan> {
  const { config, log, closers, clock, secrets, gateways, sms } = foundation;
  const { roles } = config;
  let httpUrl = '';
  // Its program is loaded by the time the stores are open.
  const worker = roles.has('radius') ? createWorker(foundation) : undefined;
  closers.add(() => worker?.terminate());
  const usesStores = roles.has('api') || roles.has('worker');
  const stores = usesStores ? await openStores(config, secrets, log, closers) : undefined;
  const onApplied = (): Promise<void> => carryOver(stores, jobs, desk);
  const payments =
    stores &&
    openPayments({
      ...{ config, gateways, ledger: stores.ledger, clock, log, onApplied },
      httpUrl: () => httpUrl,
    });
  const jobs =
    payments && roles.has('worker')
      ? new BackgroundJobs({ stores, secrets, clock, log, desk: payments.desk, sms })
      : undefined;
  const isEmbedded = config.redisUrl === undefined;
  await prepareCounters(jobs, isEmbedded);
  const packets = await worker?.start(endWith(log));
  const desk = packets ?? (stores && (await startLineDesk(stores.counters, clock, log)));
  closers.add(async () => {
    await desk?.stop();
    await jobs?.drain();
  });
  if (jobs !== undefined && desk !== undefined) {
    jobs.start(desk, !isEmbedded);
    closers.add(() => jobs.stop());
  }
  const reconciler = stores && startReconciliation(stores, clock, log, roles.has('worker'));
  if (reconciler !== undefined) closers.add(() => reconciler.stop());
  const app = createApp(foundation, { stores, packets, desk, jobs, reconciler, onApplied, payments });
  const http = await serveHttp(app.fetch, config.http);
  httpUrl = http.url;
  closers.add(() => http.close());
  const isDemo = config.demo && stores !== undefined && packets !== undefined;
  const demo = isDemo
    ? await startDemo({ config, ledger: stores.ledger, clock, ports: packets, onApplied, log })
    : undefined;
  if (demo !== undefined) closers.add(demo.stop);
  return {
    httpUrl: http.url,
    banner: banner(config, http.url, packets, demo?.hint),
    stop: () => closers.run(),
  };
}

/** Embedded counters are used by nobody before they are known to be whole; Redis itself keeps others out of lost ones. */
async function prepareCounters(jobs: BackgroundJobs | undefined, isEmbedded: boolean): Promise<void> {
  if (jobs === undefined) return;
  if (isEmbedded) await jobs.makeSureOfCounters(Number.POSITIVE_INFINITY);
  else await inTime(jobs.makeSureOfCounters(COUNTERS_WITHIN_MS), COUNTERS_WITHIN_MS).catch(() => undefined);
}

/** What was applied is in the ledger; counters that are away get it as soon as they are back. */
async function carryOver(
  stores: Stores | undefined,
  jobs: BackgroundJobs | undefined,
  desk: LineDesk | undefined,
): Promise<void> {
  try {
    await stores?.counters.tellLedgerChanged();
    await jobs?.project();
    await desk?.reloadReference();
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
  }
}

/** The program cannot go on without its packet path; its supervisor starts it again (70 is EX_SOFTWARE of sysexits). */
function endWith(log: Logger): (error: Error) => void {
  return (error) => {
    log.fatal({ error: error.message }, 'the packet path is gone');
    process.exit(70);
  };
}

function createWorker({ config, masterKey, testClock, dictionary }: Foundation): PacketWorker {
  const data = {
    counters: countersPlace(config),
    seenCounters: seenCountersFile(config),
    masterKey,
    sharedClock: testClock?.shared,
    logLevel: config.logLevel,
    dictionary,
    ...config.radius,
    // Several processes may serve one port when they count in one place.
    reusePort: config.redisUrl !== undefined,
    journalFolder: config.redisUrl === undefined ? undefined : join(config.dataDir, 'outage'),
  };
  return createPacketWorker(data);
}

/** Parts of the program that answer over HTTP, as far as the roles have them. */
interface Parts {
  readonly stores: Stores | undefined;
  readonly packets: PacketPath | undefined;
  readonly desk: LineDesk | undefined;
  readonly jobs: BackgroundJobs | undefined;
  readonly reconciler: Reconciler | undefined;
  readonly onApplied: () => Promise<void>;
  readonly payments: Payments | undefined;
}

function createApp(foundation: Foundation, parts: Parts) {
  const { stores, packets, desk, jobs, reconciler, onApplied, payments } = parts;
  const { config, clock, dictionary, token, testClock, log, masterKey } = foundation;
  const status: StatusDeps = {
    token,
    testClock,
    passTime: testClock && jobs && ((until) => jobs.passTime(testClock, until)),
    metricsText: () => metricsText(packets, stores, clock.now()),
    readiness: () => readiness(stores, packets),
  };
  if (!config.roles.has('api') || stores === undefined || desk === undefined || payments === undefined) {
    return createStatusApp(status);
  }
  const deps = {
    ...status,
    ...stores,
    desk: payments.desk,
    invoiceAccess: {
      links: new InvoiceLinks(deriveKey(masterKey, 'invoice links')),
      ...{ publicUrl: config.publicUrl ?? '', pdfs: new InvoicePdfs() },
    },
    clock,
    dictionary,
    control: { kick: desk.kick, releaseMac: desk.releaseMac },
    demo: config.demo,
    reconciler,
    onApplied,
    principals: {
      find: (digest: string) => stores.ledger.agents.principalOf(digest, clock.now()),
    },
    onError: (error: unknown) => log.error({ error: String(error) }, 'a request failed'),
  };
  const app = createApi(deps)
    .route('/', createPanel(deps))
    .route('/', invoicePages(deps))
    .route('/', payRoutes({ ...payments, clock }));
  const { sandbox: bank } = payments;
  return bank === undefined
    ? app
    : app.route('/', sandboxBankRoutes({ enabled: true, bank, merchant: MERCHANT }));
}

function banner(
  { roles, radius, dataDir }: Config,
  httpUrl: string,
  packets: PacketPath | undefined,
  demoHint: string | undefined,
): string {
  const lines = [roles.size === 3 ? 'Mizan is running' : `Mizan is running as ${[...roles].join(', ')}`];
  if (packets !== undefined) {
    const { authPort, acctPort } = packets;
    lines.push(`  RADIUS   ${radius.host} authentication ${authPort}, accounting ${acctPort} (UDP)`);
  }
  if (roles.has('api')) {
    lines.push(`  pages    ${httpUrl}/`);
    lines.push(`  API      ${httpUrl}/api/v1 (token in ${join(dataDir, 'api-token')})`);
  }
  lines.push(`  metrics  ${httpUrl}/metrics`, `  data     ${dataDir}`);
  if (roles.has('api')) {
    lines.push(demoHint ?? '  next     npx mizan apply FILE.json, then npx mizan nas list');
  }
  lines.push('  stop     Ctrl-C');
  return lines.join('\n');
}
