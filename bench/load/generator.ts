import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { verifyResponseAuthenticator } from '../../engine/radius/authenticator.ts';
import { Code } from '../../engine/radius/code.ts';
import { prepareSecret, type Secret } from '../../engine/radius/secret.ts';
import { LoadRequest, type RequestKind } from './requests.ts';

/** What a generator process is told to do. */
export interface LoadOrder {
  readonly kind: RequestKind;
  readonly port: number;
  /** The requests come back unchanged instead of being answered. */
  readonly isEcho: boolean;
  readonly secret: string;
  /** Lines from number `firstLine` on, `lines` of them, in turn. */
  readonly firstLine: number;
  readonly lines: number;
  /** How many of these lines are passed over when the turn begins; they come at its end. */
  readonly beginAfter: number;
  /** When the sessions began, epoch ms. */
  readonly sessionsBeganAt: number;
  readonly warmUpMs: number;
  /** Length of the measured window; 0 sends one request per line and ends when all are answered. */
  readonly measureMs: number;
  /** Requests that wait for an answer at the same time. */
  readonly inFlight: number;
}

/** What it saw in the measured time. */
export interface LoadResult {
  readonly answers: number;
  readonly seconds: number;
  /** Processor seconds that the generator itself used. */
  readonly cpuSeconds: number;
  /** Answers since the process began, warm-up included. */
  readonly answersInAll: number;
  /** Requests sent again because no answer came within half a second. */
  readonly repeated: number;
  /** Answers with another code than that of success, and, of every sixteenth, wrong authenticators. */
  readonly refused: number;
  /** Answer times of every sixteenth request. */
  readonly latencies: readonly number[];
}

/** Word from a generator: the measured window begins, or the result after its end. */
export type LoadWord = { readonly began: true } | { readonly result: LoadResult };

/** One request on its way. */
interface Slot {
  readonly request: LoadRequest;
  readonly socket: Socket;
  sentAt: number;
  identifier: number;
  turn: number;
}

const SOCKETS = 8;
const IDENTIFIERS = 256;
const REPEAT_AFTER_MS = 500;
const SAMPLE_EVERY = 16;

/** Keeps a fixed number of requests in flight and counts the answers; run in a process of its own. */
class Generator {
  private readonly order: LoadOrder;
  private readonly secret: Secret;
  private readonly success: number;
  private readonly slots: Slot[] = [];
  private readonly sockets: Socket[] = [];
  private readonly latencies: number[] = [];
  private readonly perSocket: number;
  private serial = 0;
  private answers = 0;
  private repeated = 0;
  private refused = 0;
  private measuring = false;
  private onAnswered: () => void = () => {};

  constructor(order: LoadOrder) {
    this.order = order;
    this.secret = prepareSecret(Buffer.from(order.secret));
    this.success = successCode(order);
    this.perSocket = Math.min(IDENTIFIERS, Math.max(1, Math.floor(order.inFlight / SOCKETS)));
  }

  async run(began: () => void): Promise<LoadResult> {
    for (let index = 0; index < SOCKETS; index++) await this.openSocket();
    const watch = setInterval(() => this.repeatLost(), REPEAT_AFTER_MS / 2);
    const result = this.order.measureMs === 0 ? await this.sendOnce() : await this.sendSteadily(began);
    clearInterval(watch);
    for (const socket of this.sockets) socket.close();
    return result;
  }

  private async sendSteadily(began: () => void): Promise<LoadResult> {
    for (const slot of this.slots) this.sendNext(slot);
    await sleep(this.order.warmUpMs);
    began();
    this.measuring = true;
    const before = this.answers;
    const cpu = process.cpuUsage();
    const from = performance.now();
    await sleep(this.order.measureMs);
    return this.result(before, from, process.cpuUsage(cpu));
  }

  private async sendOnce(): Promise<LoadResult> {
    const cpu = process.cpuUsage();
    const from = performance.now();
    const done = new Promise<void>((resolve) => {
      this.onAnswered = () => {
        if (this.answers === this.order.lines) resolve();
      };
    });
    for (const slot of this.slots) this.sendNext(slot);
    await done;
    return this.result(0, from, process.cpuUsage(cpu));
  }

  private result(before: number, from: number, used: NodeJS.CpuUsage): LoadResult {
    return {
      answers: this.answers - before,
      seconds: (performance.now() - from) / 1000,
      cpuSeconds: (used.user + used.system) / 1e6,
      answersInAll: this.answers,
      repeated: this.repeated,
      refused: this.refused,
      latencies: this.latencies,
    };
  }

  private async openSocket(): Promise<void> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
    const first = this.slots.length;
    const nonce = randomBytes(12);
    this.sockets.push(socket);
    for (let slot = 0; slot < this.perSocket; slot++) {
      const request = new LoadRequest(this.order.kind, this.secret, nonce);
      this.slots.push({ request, socket, sentAt: 0, identifier: slot, turn: 0 });
    }
    socket.on('message', (reply) => {
      const identifier = reply[1] as number;
      const slot = this.slots[first + (identifier % this.perSocket)] as Slot;
      // An answer to a request that was answered before: it was repeated too early.
      if (slot.identifier !== identifier || slot.sentAt === 0) return;
      this.count(slot, reply);
      this.sendNext(slot);
    });
    // Without a server the port is closed; repeating goes on until there is one, or the whole run is given up.
    socket.on('error', () => {});
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
    // A connected socket spares the look-up of the address in every send.
    await new Promise<void>((resolve) => socket.connect(this.order.port, '127.0.0.1', () => resolve()));
  }

  private count(slot: Slot, reply: Buffer): void {
    this.answers++;
    if (reply[0] !== this.success) this.refused++;
    else if (this.answers % SAMPLE_EVERY === 0) {
      if (this.measuring) this.latencies.push(performance.now() - slot.sentAt);
      if (!this.isGenuine(slot, reply)) this.refused++;
    }
    slot.sentAt = 0;
    this.onAnswered();
  }

  private isGenuine(slot: Slot, reply: Buffer): boolean {
    return this.order.isEcho || verifyResponseAuthenticator(reply, slot.request.authenticator, this.secret);
  }

  /** Identifiers take turns, so that an answer that comes too late is not taken for another's. */
  private sendNext(slot: Slot): void {
    const { lines, firstLine, beginAfter, measureMs, sessionsBeganAt } = this.order;
    if (measureMs === 0 && this.serial >= lines) return;
    const serial = this.serial++;
    const turns = Math.floor(IDENTIFIERS / this.perSocket);
    slot.turn = (slot.turn + 1) % turns;
    slot.identifier = (slot.identifier % this.perSocket) + slot.turn * this.perSocket;
    slot.request.renew({
      identifier: slot.identifier,
      line: firstLine + ((beginAfter + serial) % lines),
      serial: serial >>> 0,
      elapsedMs: Date.now() - sessionsBeganAt,
    });
    slot.sentAt = performance.now();
    slot.socket.send(slot.request.packet);
  }

  private repeatLost(): void {
    const limit = performance.now() - REPEAT_AFTER_MS;
    for (const slot of this.slots) {
      if (slot.sentAt === 0 || slot.sentAt > limit) continue;
      this.repeated++;
      slot.sentAt = performance.now();
      slot.socket.send(slot.request.packet);
    }
  }
}

function successCode({ kind, isEcho }: LoadOrder): number {
  if (kind === 'pap') return isEcho ? Code.AccessRequest : Code.AccessAccept;
  return isEcho ? Code.AccountingRequest : Code.AccountingResponse;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function say(word: LoadWord, then: () => void = () => {}): void {
  process.send?.(word, then);
}

process.on('message', (order) => {
  void new Generator(order as LoadOrder)
    .run(() => say({ began: true }))
    .then((result) => say({ result }, () => process.exit(0)));
});
