import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeAccountingRequest } from '../../engine/demo/nas-packets.ts';
import { prepareSecret, type Secret } from '../../engine/radius/secret.ts';
import { answers } from './udp-nas.ts';

const INTERIM = 3;
const RETRY_AFTER_MS = 300;
const PACE_MS = 50;

/** A line's session as the sender knows it. */
export interface LoadedLine {
  readonly username: string;
  /** Octets in the newest record that was acknowledged. */
  acknowledged: number;
  /** Octets in the newest record that was sent, answered or not. */
  sent: number;
  /** On the clock of `performance.now()`. */
  readonly startedAt: number;
}

/** Sends an interim per line every 50 ms, each repeated unchanged until it is acknowledged. */
export class AccountingLoad {
  readonly lines: readonly LoadedLine[];
  acknowledgements = 0;
  readonly #sessions: readonly LineSession[];

  private constructor(sessions: readonly LineSession[]) {
    this.#sessions = sessions;
    this.lines = sessions.map(({ line }) => line);
  }

  /**
   * Starts sending at once, from one socket per line.
   * @param before lines of an earlier load, whose sessions go on from where they were
   */
  static async start(
    usernames: readonly string[],
    secret: string,
    port: number,
    address: string,
    before: readonly LoadedLine[] = [],
  ): Promise<AccountingLoad> {
    const sockets = await Promise.all(usernames.map(() => boundTo(address)));
    const count = () => {
      load.acknowledgements++;
    };
    const sessions = usernames.map(
      (username, index) =>
        new LineSession(before[index], username, sockets[index] as Socket, secret, port, count),
    );
    const load = new AccountingLoad(sessions);
    for (const session of sessions) session.next();
    return load;
  }

  /** Begins nothing new and resolves when everything sent has been acknowledged. */
  async finish(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.finish()));
  }
}

class LineSession {
  readonly line: LoadedLine;
  readonly #socket: Socket;
  readonly #prepared: Secret;
  readonly #port: number;
  #packet: Buffer = Buffer.alloc(0);
  #identifier = 0;
  #retry: NodeJS.Timeout | undefined;
  #finished: (() => void) | undefined;

  constructor(
    before: LoadedLine | undefined,
    username: string,
    socket: Socket,
    secret: string,
    port: number,
    onAcknowledged: () => void,
  ) {
    this.line = { username, acknowledged: 0, sent: 0, startedAt: performance.now(), ...before };
    this.#socket = socket;
    this.#prepared = prepareSecret(Buffer.from(secret));
    this.#port = port;
    socket.on('message', (reply) => {
      if (!answers(reply, this.#packet, secret) || this.line.acknowledged === this.line.sent) return;
      clearTimeout(this.#retry);
      this.line.acknowledged = this.line.sent;
      onAcknowledged();
      if (this.#finished !== undefined) this.#end();
      else setTimeout(() => this.next(), PACE_MS);
    });
  }

  next(): void {
    if (this.#finished !== undefined) {
      this.#end();
      return;
    }
    this.line.sent += 1_000 + (this.#identifier % 7);
    this.#identifier = (this.#identifier + 1) % 256;
    const { username, sent } = this.line;
    this.#packet = writeAccountingRequest(
      {
        username,
        nasIdentifier: 'load',
        nasPort: Number(username.replace(/\D/g, '')),
        callingStationId: username,
        identifier: this.#identifier,
        statusType: INTERIM,
        acctSessionId: `session-${username}`,
        framedIp: '',
        classes: [],
        sessionTimeSeconds: Math.floor((performance.now() - this.line.startedAt) / 1_000),
        inputOctets: 0,
        outputOctets: sent,
        gigawords: 'never',
      },
      this.#prepared,
    );
    this.#transmit();
  }

  finish(): Promise<void> {
    return new Promise((resolve) => {
      this.#finished = resolve;
    });
  }

  #transmit(): void {
    this.#socket.send(this.#packet, this.#port, '127.0.0.1');
    this.#retry = setTimeout(() => this.#transmit(), RETRY_AFTER_MS);
  }

  #end(): void {
    this.#socket.close();
    this.#finished?.();
  }
}

async function boundTo(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}
