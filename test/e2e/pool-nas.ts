import { randomBytes } from 'node:crypto';
import { writeAccessRequest, writeAccountingRequest } from '../../engine/demo/nas-packets.ts';
import { prepareSecret, type Secret } from '../../engine/radius/secret.ts';
import { rawAttributes, type UdpNas } from './udp-nas.ts';

const ACCEPT = 2;
const FRAMED_IP_ADDRESS = 8;
const CLASS = 25;
const FRAMED_POOL = 88;

/** A login as the NAS saw it answered. */
export interface Dialled {
  readonly accepted: boolean;
  /** Framed-IP-Address, '' when there was none. */
  readonly address: string;
  /** Framed-Pool, '' when there was none. */
  readonly pool: string;
  readonly classes: readonly Uint8Array[];
}

/** Lines that dial in at one NAS, each on a port of its own, and give the address that they were told. */
export class PoolNas {
  readonly #nas: UdpNas;
  readonly #ports: { auth: number; acct: number };
  readonly #secret: Secret;
  #identifier = 0;

  constructor(nas: UdpNas, ports: { auth: number; acct: number }) {
    this.#nas = nas;
    this.#ports = ports;
    this.#secret = prepareSecret(Buffer.from(nas.secret));
  }

  /** Dials; rejects when there is no answer. */
  async dial(username: string): Promise<Dialled> {
    const packet = writeAccessRequest(
      {
        ...this.#fields(username),
        authenticator: randomBytes(16),
        password: 'pw',
        method: 'pap',
        messageAuthenticator: true,
      },
      this.#secret,
    );
    const reply = await this.#nas.exchange(packet, this.#ports.auth, 5_000);
    if (reply === undefined) throw new Error(`no answer to ${username}`);
    const attributes = rawAttributes(reply);
    const values = (type: number) => attributes.filter((one) => one.type === type).map(({ value }) => value);
    const [address] = values(FRAMED_IP_ADDRESS);
    return {
      accepted: reply[0] === ACCEPT,
      address: address === undefined ? '' : [...address].join('.'),
      pool: values(FRAMED_POOL)[0]?.toString() ?? '',
      classes: values(CLASS),
    };
  }

  /** Reports a session by its status type (1 Start, 2 Stop, 3 Interim-Update); true when it was acknowledged. */
  async report(
    username: string,
    statusType: number,
    { classes, address }: Dialled,
    at: number,
  ): Promise<boolean> {
    const packet = writeAccountingRequest(
      {
        ...this.#fields(username),
        statusType,
        acctSessionId: `S-${username}-${classes[0] === undefined ? '' : Buffer.from(classes[0]).toString('hex').slice(-6)}`,
        framedIp: address,
        classes,
        inputOctets: 1_000,
        outputOctets: 2_000,
        gigawords: 'always',
        eventTimestampSeconds: Math.floor(at / 1000),
      },
      this.#secret,
    );
    return (await this.#nas.exchange(packet, this.#ports.acct, 5_000)) !== undefined;
  }

  #fields(username: string) {
    this.#identifier = (this.#identifier + 1) % 256;
    const nasPort = [...username].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_536, 7);
    return {
      identifier: this.#identifier,
      username,
      nasIdentifier: 'bras',
      nasPort,
      callingStationId: `station-of-${username}`,
    };
  }
}
