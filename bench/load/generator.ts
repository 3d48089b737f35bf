import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { writeAccessRequest, writeAccountingRequest } from '../../engine/demo/nas-packets.ts';
import { AcctStatusType } from '../../engine/radius/attribute-type.ts';
import { prepareSecret } from '../../engine/radius/secret.ts';

/** What a generator process is told to do. */
export interface LoadOrder {
  readonly kind: 'pap' | 'interim' | 'echo';
  readonly port: number;
  readonly secret: string;
  /** Lines are called `bench0`, `bench1`, …, their passwords are their names. */
  readonly lines: number;
  readonly warmUpMs: number;
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
  /** Requests that were not answered within half a second and replaced by others. */
  readonly lost: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

const SOCKETS = 8;
const LOST_AFTER_MS = 500;
const FRESH_OCTETS = 1 << 20;

/** Keeps a fixed number of requests in flight and counts the answers; run in a process of its own. */
class Generator {
  private readonly order: LoadOrder;
  private readonly secret;
  private readonly sent: Float64Array[] = [];
  private readonly sockets: Socket[] = [];
  private readonly latencies: number[] = [];
  private readonly startedAt = performance.now();
  private random = randomBytes(FRESH_OCTETS);
  private randomAt = 0;
  private next = 0;
  private answers = 0;
  private lost = 0;
  private measuring = false;

  constructor(order: LoadOrder) {
    this.order = order;
    this.secret = prepareSecret(Buffer.from(order.secret));
  }

  async run(): Promise<LoadResult> {
    const { inFlight, warmUpMs, measureMs } = this.order;
    for (let index = 0; index < SOCKETS; index++) await this.openSocket();
    for (let index = 0; index < inFlight; index++) {
      this.send(index % SOCKETS, Math.floor(index / SOCKETS) % 256);
    }
    const watch = setInterval(() => this.replaceLost(), LOST_AFTER_MS / 2);
    await new Promise((resolve) => setTimeout(resolve, warmUpMs));
    this.measuring = true;
    const cpu = process.cpuUsage();
    const from = performance.now();
    const before = this.answers;
    await new Promise((resolve) => setTimeout(resolve, measureMs));
    const used = process.cpuUsage(cpu);
    const seconds = (performance.now() - from) / 1000;
    const answers = this.answers - before;
    clearInterval(watch);
    for (const socket of this.sockets) socket.close();
    this.latencies.sort((left, right) => left - right);
    const at = (share: number) => this.latencies[Math.floor(this.latencies.length * share)] ?? Number.NaN;
    const cpuSeconds = (used.user + used.system) / 1e6;
    return { answers, seconds, cpuSeconds, lost: this.lost, latencyMs: { p50: at(0.5), p99: at(0.99) } };
  }

  private async openSocket(): Promise<void> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
    const index = this.sockets.length;
    this.sockets.push(socket);
    this.sent.push(new Float64Array(256));
    socket.on('message', (reply) => {
      const identifier = reply[1] ?? 0;
      const sentAt = this.sent[index]?.[identifier] ?? 0;
      if (sentAt === 0) return;
      this.answers++;
      if (this.measuring && this.answers % 16 === 0) this.latencies.push(performance.now() - sentAt);
      this.send(index, identifier);
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
  }

  private send(socket: number, identifier: number): void {
    const packet = this.write(identifier);
    (this.sent[socket] as Float64Array)[identifier] = performance.now();
    (this.sockets[socket] as Socket).send(packet, this.order.port, '127.0.0.1', () => {});
  }

  private write(identifier: number): Buffer {
    const number = this.next++;
    const line = number % this.order.lines;
    const common = {
      identifier,
      username: `bench${line}`,
      nasIdentifier: 'bench',
      nasPort: line,
      callingStationId: '02:00:00:00:00:01',
    };
    if (this.order.kind !== 'interim') {
      const authenticator = this.fresh(16);
      const proof = { password: common.username, method: 'pap', messageAuthenticator: true } as const;
      return writeAccessRequest({ ...common, ...proof, authenticator }, this.secret);
    }
    const seconds = 300 + Math.floor((performance.now() - this.startedAt) / 1000);
    const counted = 1_000_000 + number * 10;
    return writeAccountingRequest(
      {
        ...common,
        statusType: AcctStatusType.InterimUpdate,
        acctSessionId: `session-${line}`,
        framedIp: '100.64.0.1',
        classes: [],
        sessionTimeSeconds: seconds,
        inputOctets: counted,
        outputOctets: counted * 8,
        gigawords: 'always',
        delaySeconds: 0,
      },
      this.secret,
    );
  }

  private replaceLost(): void {
    const limit = performance.now() - LOST_AFTER_MS;
    this.sent.forEach((times, socket) => {
      times.forEach((sentAt, identifier) => {
        if (sentAt === 0 || sentAt > limit) return;
        this.lost++;
        this.send(socket, identifier);
      });
    });
  }

  private fresh(octets: number): Buffer {
    if (this.randomAt + octets > FRESH_OCTETS) {
      this.random = randomBytes(FRESH_OCTETS);
      this.randomAt = 0;
    }
    this.randomAt += octets;
    return this.random.subarray(this.randomAt - octets, this.randomAt);
  }
}

process.on('message', (order) => {
  void new Generator(order as LoadOrder)
    .run()
    .then((result) => process.send?.(result, () => process.exit(0)));
});
