import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { answerDynamicRequest } from '../../engine/demo/dynamic-authorization.ts';
import { writeAccountingRequest } from '../../engine/demo/nas-packets.ts';
import { AcctStatusType, TerminateCause } from '../../engine/radius/attribute-type.ts';
import { verifyResponseAuthenticator } from '../../engine/radius/authenticator.ts';
import { prepareSecret, type Secret } from '../../engine/radius/secret.ts';
import type { FleetTruth } from '../fleet/compare.ts';
import { freeUdpPort } from '../fleet/engine-process.ts';
import type { PlanDocument } from '../fleet/plans.ts';
import { type SessionIdentity, type SimRecord, SimSession } from '../fleet/session.ts';

const ADDRESS = '127.0.2.1';
const SECRET = 'secret-of-the-steady-nas';
const NAS = 'steady';
const SHARE = 0.5;
const TICK_MS = 10;
const LINES_PER_SOCKET = 16;
const IDENTIFIERS_PER_LINE = 16;
const MS = 1000;

/** How a steady load is made. */
export interface SteadyOptions {
  readonly lines: number;
  /** Accounting ports in turn: a retry goes to the next one; every third record goes to all of them at once. */
  readonly acctPorts: readonly number[];
  /** Plan of the line with that index. */
  readonly planOf: (index: number) => PlanDocument;
  readonly retryMs?: number;
  /** A retry gets a new Identifier, Acct-Delay-Time and source port instead of being the same datagram. */
  readonly freshRetries?: boolean;
  /** Answers that the NAS behaves as if it had never got, from 0 to 1. */
  readonly deaf?: () => boolean;
}

/** What was counted since the load began or since `takeCounts`. */
export interface SteadyCounts {
  acknowledged: number;
  sent: number;
  retries: number;
  disconnects: number;
  /** Milliseconds from a record's first datagram to its first answer. */
  latencies: number[];
}

interface SteadyLine {
  readonly index: number;
  readonly username: string;
  readonly plan: PlanDocument;
  /** Begins with its first record. */
  session: SimSession | undefined;
  readonly packets: (Buffer | undefined)[];
  record: SimRecord | undefined;
  madeAt: number;
  dueAt: number;
  tries: number;
  identifier: number;
  /** The engine has ordered its end. */
  isEnding: boolean;
  isOver: boolean;
}

/**
 * One NAS in real time: every line reports once a second, tries each record until it is acknowledged, and its session
 * keeps the truth. Time and counters go by whole seconds.
 */
export class SteadyLoad {
  readonly nasDocument: object;
  readonly #options: SteadyOptions;
  readonly #lines: readonly SteadyLine[];
  readonly #sockets: readonly (readonly Socket[])[];
  readonly #coa: Socket;
  readonly #secret: Secret = prepareSecret(Buffer.from(SECRET));
  #counts: SteadyCounts = noCounts();
  #timer: NodeJS.Timeout | undefined;
  #finishing = false;
  #allOver: (() => void) | undefined;

  private constructor(options: SteadyOptions, sockets: readonly (readonly Socket[])[], coa: Socket) {
    this.#options = options;
    this.#sockets = sockets;
    this.#coa = coa;
    const coaPort = coa.address().port;
    this.nasDocument = { name: NAS, address: ADDRESS, secret: SECRET, vendor: 'mikrotik', coaPort };
    this.#lines = Array.from({ length: options.lines }, (_, index) => steadyLine(index, options));
    for (const [group, pair] of sockets.entries()) {
      for (const socket of pair) socket.on('message', (reply) => this.#receive(reply, group));
    }
    coa.on('message', (datagram, { port, address }) => this.#order(datagram, port, address));
  }

  /** Opens the sockets and sends nothing yet. */
  static async open(options: SteadyOptions): Promise<SteadyLoad> {
    const groups = Math.ceil(options.lines / LINES_PER_SOCKET);
    const sockets = await Promise.all(
      Array.from({ length: groups }, async () => [await boundSocket(0), await boundSocket(0)]),
    );
    return new SteadyLoad(options, sockets, await boundSocket(await freeUdpPort(ADDRESS)));
  }

  /** The provisioning document for NAS, plans and lines. */
  document(): object {
    return {
      nas: [this.nasDocument],
      plans: [...new Map(this.#lines.map(({ plan }) => [plan.name, plan])).values()],
      lines: this.#lines.map(({ username, plan }) => ({ username, password: 'pw', plan: plan.name })),
    };
  }

  /** Lets every session begin within the next second. */
  start(): void {
    const now = performance.now();
    for (const line of this.#lines) line.dueAt = now + (line.index / this.#lines.length) * MS;
    this.#timer = setInterval(() => this.#tick(performance.now()), TICK_MS);
  }

  /** Counts since the last call. */
  takeCounts(): SteadyCounts {
    const counts = this.#counts;
    this.#counts = noCounts();
    return counts;
  }

  /** Records that are sent and not acknowledged. */
  get open(): number {
    return this.#lines.filter(({ record }) => record !== undefined).length;
  }

  /** Every session stops; resolves when all Stops are acknowledged, rejects when they are not in `withinMs`. */
  async finish(withinMs: number): Promise<void> {
    this.#finishing = true;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`${this.open} records stay unanswered`)), withinMs);
    const over = new Promise<void>((resolve) => {
      this.#allOver = resolve;
    });
    await Promise.race([over, late.promise]).finally(() => {
      clearTimeout(timer);
      clearInterval(this.#timer);
    });
  }

  /** What the stores must hold. */
  truth(): FleetTruth {
    return { lines: this.#lines, sessions: this.#lines.flatMap(({ session }) => session ?? []) };
  }

  /** Closes the sockets. */
  close(): void {
    clearInterval(this.#timer);
    this.#coa.close();
    for (const socket of this.#sockets.flat()) socket.close();
  }

  #tick(now: number): void {
    for (const line of this.#lines) {
      if (line.isOver || (line.dueAt > now && !(this.#finishing && line.record === undefined))) continue;
      if (line.record === undefined) this.#report(line, now, this.#finishing || line.isEnding);
      else this.#transmit(line, now);
    }
    if (this.#finishing && this.#lines.every(({ isOver }) => isOver)) this.#allOver?.();
  }

  #report(line: SteadyLine, now: number, isLast: boolean): void {
    const second = Math.floor(now / MS);
    const isFirst = line.session === undefined;
    if (isFirst && isLast) {
      line.isOver = true;
      return;
    }
    line.session ??= new SimSession(identityOf(line), second, line.plan.speed, SHARE);
    const { session } = line;
    session.count(second, 1);
    const status = isFirst
      ? AcctStatusType.Start
      : isLast
        ? AcctStatusType.Stop
        : AcctStatusType.InterimUpdate;
    const cause = isLast ? TerminateCause.UserRequest : undefined;
    line.record = session.record(status, second, isFirst ? 'none' : 'counted', cause);
    line.madeAt = now;
    line.tries = 0;
    line.packets.fill(undefined);
    this.#transmit(line, now);
  }

  #transmit(line: SteadyLine, now: number): void {
    const { retryMs = 3 * MS, freshRetries = false, acctPorts } = this.#options;
    if (line.tries > 0) this.#counts.retries += 1;
    this.#counts.sent += 1;
    if (line.tries === 0 || freshRetries) {
      line.identifier = (line.identifier + 1) % IDENTIFIERS_PER_LINE;
      line.packets[line.identifier] = this.#write(line, now);
    }
    const group = Math.floor(line.index / LINES_PER_SOCKET);
    const socket = this.#sockets[group]![freshRetries ? line.tries % 2 : 0]!;
    const isToAll = line.tries === 0 && line.identifier % 3 === 0;
    const ports = isToAll ? acctPorts : [acctPorts[line.tries % acctPorts.length]!];
    for (const port of ports) socket.send(line.packets[line.identifier]!, port, '127.0.0.1');
    line.tries += 1;
    line.dueAt = now + retryMs;
  }

  #write(line: SteadyLine, now: number): Buffer {
    const { status, counters, sessionTimeSeconds, terminateCause } = line.record!;
    const { freshRetries = false } = this.#options;
    const fields = {
      ...identityOf(line),
      identifier: (line.index % LINES_PER_SOCKET) * IDENTIFIERS_PER_LINE + line.identifier,
      nasIdentifier: NAS,
      statusType: status,
      sessionTimeSeconds: counters ? sessionTimeSeconds : undefined,
      inputOctets: counters?.input,
      outputOctets: counters?.output,
      gigawords: 'always',
      terminateCause,
      delaySeconds: freshRetries ? Math.floor((now - line.madeAt) / MS) : undefined,
    } as const;
    return writeAccountingRequest(fields, this.#secret);
  }

  #receive(reply: Buffer, group: number): void {
    const identifier = reply[1]!;
    const line = this.#lines[group * LINES_PER_SOCKET + Math.floor(identifier / IDENTIFIERS_PER_LINE)];
    const asked = line?.packets[identifier % IDENTIFIERS_PER_LINE];
    if (!line?.record || !asked || this.#options.deaf?.()) return;
    if (!verifyResponseAuthenticator(reply, asked.subarray(4, 20), this.#secret)) return;
    const now = performance.now();
    line.session?.deliver(line.record);
    line.record.acked = true;
    line.isOver = line.record.status === AcctStatusType.Stop;
    this.#counts.acknowledged += 1;
    this.#counts.latencies.push(now - line.madeAt);
    line.record = undefined;
    line.dueAt = Math.max(now, line.madeAt + MS);
  }

  /** A Disconnect ends the session with a Stop as soon as its last record is acknowledged; a CoA is only acknowledged. */
  #order(datagram: Buffer, port: number, address: string): void {
    const answer = answerDynamicRequest(datagram, this.#secret, {
      disconnect: ({ username }) => {
        const line = this.#lines.find((each) => each.username === username);
        if (line === undefined || line.isOver) return false;
        this.#counts.disconnects += 1;
        line.isEnding = true;
        return true;
      },
      change: () => true,
    });
    if (answer !== undefined) this.#coa.send(answer, port, address);
  }
}

function identityOf({ index, username }: SteadyLine): SessionIdentity {
  return {
    username,
    nasName: NAS,
    nasPort: index + 1,
    callingStationId: `station-${index + 1}`,
    acctSessionId: `session-${index + 1}`,
    framedIp: `10.9.${index >> 8}.${index & 255}`,
    classes: [],
  };
}

function steadyLine(index: number, { planOf }: SteadyOptions): SteadyLine {
  return {
    ...{ index, username: `steady${index + 1}`, plan: planOf(index), session: undefined, record: undefined },
    packets: Array.from({ length: IDENTIFIERS_PER_LINE }, () => undefined),
    ...{ madeAt: 0, dueAt: 0, tries: 0, identifier: 0, isEnding: false, isOver: false },
  };
}

function noCounts(): SteadyCounts {
  return { acknowledged: 0, sent: 0, retries: 0, disconnects: 0, latencies: [] };
}

/** The value below which that part of the figures lies, 0 when there are none. */
export function quantile(figures: readonly number[], part: number): number {
  const sorted = [...figures].sort((one, other) => one - other);
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * part));
  return Math.round((sorted[at] ?? 0) * 10) / 10;
}

async function boundSocket(port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 });
  socket.on('error', () => undefined);
  socket.bind(port, ADDRESS);
  await once(socket, 'listening');
  return socket;
}
