import { randomBytes } from 'node:crypto';
import { writeAccessRequest, writeAccountingRequest } from '../../engine/demo/nas-packets.ts';
import { prepareSecret } from '../../engine/radius/secret.ts';
import { linesOf } from '../engine/nas/vendors/examples/written.ts';
import { eventually, type MizanProcess } from './mizan-process.ts';
import { answers, type UdpNas } from './udp-nas.ts';

const START = 1;
const STOP = 2;
const INTERIM = 3;
const ACCEPT = 2;

let identifier = 0;

/** One subscriber at a simulated NAS, as a test plays it: what is dialled, reported and ordered, in words. */
export class PlayedLine {
  readonly username: string;
  readonly #mizan: MizanProcess;
  readonly #nas: UdpNas;
  readonly #now: () => number;
  #startedAt = 0;
  #seen = 0;
  #dials = 0;

  /** @param now the test clock, ms. */
  constructor(username: string, mizan: MizanProcess, nas: UdpNas, now: () => number) {
    this.username = username;
    this.#mizan = mizan;
    this.#nas = nas;
    this.#now = now;
  }

  /** Dials and starts a session; what the Access-Accept holds, by name. @throws Error when it is refused. */
  async dial(): Promise<readonly string[]> {
    const packet = writeAccessRequest(
      {
        ...this.#fields(),
        authenticator: randomBytes(16),
        password: 'pw',
        method: 'pap',
        messageAuthenticator: true,
      },
      prepareSecret(Buffer.from(this.#nas.secret)),
    );
    const reply = await this.#nas.exchange(packet, this.#mizan.authPort);
    if (reply === undefined || !answers(reply, packet, this.#nas.secret)) throw new Error('no answer');
    if (reply[0] !== ACCEPT) throw new Error(`refused: ${linesOf(reply).join(', ')}`);
    this.#startedAt = this.#now();
    this.#dials++;
    await this.#account(START, undefined);
    return linesOf(reply);
  }

  /** Reports so many octets received in all. */
  report(octets: number): Promise<void> {
    return this.#account(INTERIM, octets);
  }

  stop(octets: number): Promise<void> {
    return this.#account(STOP, octets);
  }

  /** What the orders say that came since the last call, once there are `count`: a speed, a service or `disconnect`. */
  async orders(count: number): Promise<readonly string[]> {
    const texts = await eventually(() => {
      const all = this.#orders();
      return all.length >= this.#seen + count ? all.slice(this.#seen) : undefined;
    }, 15_000);
    this.#seen += texts.length;
    return texts;
  }

  /** Orders not yet asked for. */
  get unread(): number {
    return this.#orders().length - this.#seen;
  }

  /** Reasons and results of all orders that have ended, oldest first, once there are `count`. */
  history(count: number): Promise<readonly string[]> {
    return eventually(async () => {
      const { effects } = await this.#mizan.cli<{ effects: readonly { reason: string; result: string }[] }>(
        'effects',
        this.username,
      );
      const words = effects.map(({ reason, result }) => (result === 'ack' ? reason : `${reason}: ${result}`));
      return words.length >= count ? words.reverse() : undefined;
    }, 20_000);
  }

  #orders(): readonly string[] {
    const mine = this.#nas.requests.filter(({ octets }) =>
      linesOf(octets).some((line) => line.startsWith(`Acct-Session-Id = ${this.username}-`)),
    );
    const once = mine.filter(
      ({ octets }, index) => mine.findIndex((other) => other.octets.equals(octets)) === index,
    );
    return once.map(({ code, octets }) => (code === 40 ? 'disconnect' : (linesOf(octets).at(-1) ?? '')));
  }

  async #account(statusType: number, outputOctets: number | undefined): Promise<void> {
    const packet = writeAccountingRequest(
      {
        ...this.#fields(),
        acctSessionId: `${this.username}-${this.#dials}`,
        framedIp: '10.0.0.9',
        classes: [],
        gigawords: 'always',
        statusType,
        sessionTimeSeconds: Math.floor((this.#now() - this.#startedAt) / 1_000),
        ...(outputOctets === undefined ? {} : { inputOctets: 0, outputOctets }),
      },
      prepareSecret(Buffer.from(this.#nas.secret)),
    );
    const reply = await this.#nas.exchange(packet, this.#mizan.acctPort);
    if (reply === undefined || !answers(reply, packet, this.#nas.secret)) throw new Error('not recorded');
  }

  #fields() {
    identifier = (identifier + 1) % 256;
    const { username } = this;
    return {
      username,
      identifier,
      nasIdentifier: 'bras',
      nasPort: 1,
      callingStationId: '02:00:00:00:00:01',
    };
  }
}
