import type { Logger } from 'pino';
import { DelayedSends } from './delayed-sends.ts';
import { applyProjection, kickLine, releaseLine } from './line-desk.ts';
import { linePasswords } from './line-passwords.ts';
import { NasRegistry } from './nas/nas-registry.ts';
import { PacketAddresses } from './packet-addresses.ts';
import { PacketOutage } from './packet-outage.ts';
import { PacketReference } from './packet-reference.ts';
import { backlogOf, PacketTasks } from './packet-tasks.ts';
import { AccessLog } from './pipeline/access-log.ts';
import type { CounterStore, StoreChange } from './pipeline/counter-store.ts';
import { type DatagramContext, handleDatagram, type Port } from './pipeline/handle-datagram.ts';
import type { LineContext } from './pipeline/line-change.ts';
import { LineEngine } from './pipeline/line-engine.ts';
import { lineFacts } from './pipeline/line-facts.ts';
import { replayEntry } from './pipeline/replay-entry.ts';
import { ReplyCache } from './pipeline/reply-cache.ts';
import type { Dictionary } from './radius/dictionary.ts';
import { prepareHmacKey } from './radius/hmac-md5.ts';
import { type Clock, monotonicMs } from './runtime/clock.ts';
import { kernelDrops } from './runtime/kernel-drops.ts';
import { LoopDelay } from './runtime/loop-delay.ts';
import { PacketMetrics } from './runtime/packet-metrics.ts';
import { randomOctets } from './runtime/random.ts';
import { deriveKey, SecretBox } from './runtime/secret-box.ts';
import type { LineProjection } from './subscribers/ledger-store.ts';
import { DynamicClient } from './transport/dynamic-client.ts';
import { bindUdp, type DatagramListener, type UdpServer } from './transport/udp-server.ts';
import { SECOND_MS } from './values/instant.ts';
import { StoreAway } from './values/store-away.ts';

/** What the packet path is started with. */
export interface PacketPathOptions {
  readonly counters: CounterStore;
  readonly masterKey: Buffer;
  readonly clock: Clock;
  readonly host: string;
  readonly authPort: number;
  readonly acctPort: number;
  /** Several processes may bind the same ports. */
  readonly reusePort: boolean;
  readonly log: Logger;
  /** What the attributes of NAS entries are called. */
  readonly dictionary: Dictionary;
  /**
   * Folder of this process alone for what helps it to go on while the counters are away; `undefined` where they cannot
   * be: then a packet whose change cannot be stored gets no answer.
   */
  readonly journalFolder: string | undefined;
}

/** The running packet path. */
export interface PacketPath {
  readonly authPort: number;
  readonly acctPort: number;
  /** Merges a line as the ledger knows it into its counters; resolves when durable. */
  applyLine(username: string, projection: LineProjection | undefined): Promise<void>;
  /** Reads plans and NAS entries again. */
  reloadReference(): Promise<void>;
  /** Orders a Disconnect for every online session of the line; resolves to their number. */
  kick(username: string): Promise<number>;
  /** Frees the line from the device that it is bound to; resolves to false when it was bound to none. */
  releaseMac(username: string): Promise<boolean>;
  /** Metrics of this thread as prom-client's JSON. */
  metrics(): Promise<object>;
  /** Answers nothing more, finishes what is in work and resolves when all of it is durable. */
  stop(): Promise<void>;
}

const HOUSEKEEPING_INTERVAL_MS = SECOND_MS;
const STOP_WITHIN_MS = 5_000;

/** Binds the RADIUS sockets and runs everything that a packet touches: one thread, one event loop. */
export async function startPacketPath(options: PacketPathOptions): Promise<PacketPath> {
  const path = new RunningPath(options);
  await path.start();
  return path;
}

class RunningPath implements PacketPath {
  private readonly options: PacketPathOptions;
  private readonly outage: PacketOutage | undefined;
  private readonly reference: PacketReference;
  private readonly engine: LineEngine;
  private readonly metricsOf: PacketMetrics;
  private readonly client = new DynamicClient();
  private readonly tasks: PacketTasks;
  private readonly addresses: PacketAddresses;
  private readonly accessLog = new AccessLog();
  private readonly delayed = new DelayedSends();
  private readonly context: DatagramContext;
  private readonly loopDelay = new LoopDelay();
  private readonly timers: NodeJS.Timeout[] = [];
  private servers: UdpServer[] = [];
  private inWork = 0;
  private stopping = false;
  private stopListening = () => {};

  constructor(options: PacketPathOptions) {
    this.options = options;
    const { counters, log } = options;
    const secrets = new SecretBox(options.masterKey);
    this.outage = this.createOutage(options.journalFolder);
    this.reference = new PacketReference(counters, secrets, log, options.dictionary, this.outage);
    this.metricsOf = new PacketMetrics({
      logEvents: () => backlogOf(counters, 'events'),
      logEffects: () => backlogOf(counters, 'effects'),
      effectsWaiting: () => this.tasks.effectsInFlight,
      linesWaiting: () => this.engine.waiting,
      journalEntries: () => this.outage?.journalEntries ?? 0,
      storeAway: () => (this.outage?.isAway === true ? 1 : 0),
      kernelDrops: () => kernelDrops(this.servers.map((server) => server.port)),
      eventLoopDelaySeconds: () => this.loopDelay.take(),
      pools: () => this.addresses.figures(),
    });
    const onCommit = (lines: number, conflicts: number, effects: number) => {
      this.metricsOf.onCommit(lines, conflicts);
      if (effects > 0) this.tasks.wakeDeliverers();
    };
    this.addresses = new PacketAddresses({
      counters,
      engine: () => this.engine,
      lineContext: () => this.lineContext(),
      outage: this.outage,
      onConflict: (nas) => this.metricsOf.onAnomalies(nas, ['address-taken']),
      logError: (message) => this.logError(message),
    });
    const { onLine } = this.addresses;
    this.engine = new LineEngine(counters, { onCommit, onLine }, this.outage?.lines);
    this.context = this.createContext(secrets);
    this.tasks = new PacketTasks({
      counters,
      engine: this.engine,
      client: this.client,
      clock: options.clock,
      nasNamed: (name) => this.context.registry.named(name),
      lineContext: () => this.lineContext(),
      onResult: ({ nas, reason }, { kind, result }) => this.metricsOf.onEffect(nas, kind, reason, result),
      mayWake: () => this.outage?.mayWake ?? true,
      logError: (message) => this.logError(message),
    });
  }

  get authPort(): number {
    return this.servers[0]?.port ?? 0;
  }

  get acctPort(): number {
    return this.servers[1]?.port ?? 0;
  }

  async start(): Promise<void> {
    await this.reloadReference();
    this.stopListening = this.options.counters.onChange((change) => this.onChange(change));
    await this.outage?.start();
    const { host, authPort, acctPort } = this.options;
    this.servers.push(await this.bind('auth', host, authPort));
    this.servers.push(await this.bind('acct', host, acctPort));
    this.loopDelay.start();
    this.timers.push(setInterval(() => this.keepHouse(), HOUSEKEEPING_INTERVAL_MS));
    await this.tasks.start();
    this.addresses.start();
  }

  private onChange(change: StoreChange): void {
    if (change.kind === 'line') this.engine.forgetOlder(change.username, change.version);
    if (change.kind === 'missed' || change.kind === 'rebuilt') this.engine.forgetAll();
    this.tasks.onChange(change);
    this.addresses.onChange(change);
    this.outage?.onChange(change);
    if (change.kind === 'reference' || change.kind === 'missed' || change.kind === 'rebuilt') {
      this.reloadReference().catch(this.logError('plans and NAS could not be read again'));
    }
  }

  applyLine(username: string, projection: LineProjection | undefined): Promise<void> {
    return applyProjection(this.engine, username, projection, this.lineContext());
  }

  async reloadReference(): Promise<void> {
    await this.reference.reload(this.context);
  }

  kick(username: string): Promise<number> {
    return kickLine(this.engine, username, this.lineContext());
  }

  releaseMac(username: string): Promise<boolean> {
    return releaseLine(this.engine, username, this.lineContext());
  }

  metrics(): Promise<object> {
    return this.metricsOf.registry.getMetricsAsJSON();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const timer of this.timers) clearInterval(timer);
    this.tasks.stopWaking();
    this.delayed.cancel();
    this.stopListening();
    const deadline = monotonicMs() + STOP_WITHIN_MS;
    const settle = async (isBusy: () => boolean) => {
      while (isBusy() && monotonicMs() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await settle(() => this.inWork > 0 || this.engine.waiting > 0 || this.tasks.isWaking);
    await Promise.all(this.servers.map((server) => server.close()));
    this.tasks.stopDelivering();
    this.client.close();
    await settle(() => this.tasks.effectsInFlight > 0);
    await this.flushAccessLog();
    await this.tasks.endLeases();
    await this.addresses.stop();
    await this.outage?.stop();
    this.loopDelay.stop();
  }

  private createContext(secrets: SecretBox): DatagramContext {
    return {
      engine: this.engine,
      registry: new NasRegistry([]),
      plans: new Map(),
      classKey: prepareHmacKey(deriveKey(this.options.masterKey, 'class attribute')),
      passwordOf: linePasswords(secrets, this.options.log),
      random: randomOctets,
      addresses: this.addresses.desk,
      recent: this.outage?.recent,
      logAccess: (event) => this.accessLog.add(event),
      onAnomalies: (nas, anomalies) => this.metricsOf.onAnomalies(nas, anomalies),
      learn: (nas, learned, at) => this.reference.learn(this.context, nas, learned, at),
      replies: new ReplyCache(),
      observer: { onOutcome: (nas, code, outcome) => this.metricsOf.onOutcome(nas, code, outcome) },
      sendLater: (send, delayMs) => this.delayed.add(send, delayMs),
    };
  }

  private createOutage(folder: string | undefined): PacketOutage | undefined {
    if (folder === undefined) return undefined;
    const { counters, clock, log } = this.options;
    return new PacketOutage({
      folder,
      counters,
      engine: () => this.engine,
      replay: (entry) => replayEntry(entry, clock.now(), this.context, counters),
      onJournalled: (about) => this.metricsOf.onJournalled(about),
      logError: (message) => this.logError(message),
      log,
    });
  }

  private bind(port: Port, host: string, number: number): Promise<UdpServer> {
    const onError = this.logError('a datagram was not handled');
    const listener: DatagramListener = (octets, address, sourcePort, send) => {
      if (this.stopping) return;
      const startedAt = monotonicMs();
      const receivedAt = this.options.clock.now();
      this.inWork++;
      const done = () => {
        this.inWork--;
        this.metricsOf.onHandled(port, (monotonicMs() - startedAt) / SECOND_MS);
      };
      handleDatagram({ octets, port, address, sourcePort, receivedAt, send }, this.context)
        .catch(onError)
        .then(done);
    };
    return bindUdp(host, number, listener, this.options.reusePort);
  }

  private lineContext(): LineContext {
    return lineFacts(this.context, this.options.clock.now());
  }

  /** While there is a journal, counters that are away are one line in the log and not one for each who meets it. */
  private logError(message: string): (error: unknown) => void {
    return (error) => {
      if (this.outage !== undefined && error instanceof StoreAway) return;
      this.options.log.error({ error: String(error) }, message);
    };
  }

  private keepHouse(): void {
    this.context.replies.prune(this.options.clock.now());
    this.tasks.wakeDeliverers();
    this.flushAccessLog().catch(this.logError('rejects were not stored'));
    this.outage?.recent.prune(this.options.clock.now());
    this.reference.retry(this.context).catch(this.logError('plans and NAS could not be read again'));
  }

  private async flushAccessLog(): Promise<void> {
    const events = this.accessLog.take();
    if (events.length === 0) return;
    try {
      await this.engine.record(events);
    } catch (error) {
      if (this.outage === undefined || !(error instanceof StoreAway)) throw error;
      await this.outage.lines.record(events);
    }
  }
}
