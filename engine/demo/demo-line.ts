import { AcctStatusType, TerminateCause } from '../radius/attribute-type.ts';
import { Code } from '../radius/code.ts';
import type { Packet } from '../radius/packet.ts';
import type { Secret } from '../radius/secret.ts';
import { writeAccessRequest, writeAccountingRequest } from './nas-packets.ts';
import { type AcceptedService, readAccept, type SessionSpeed } from './nas-service.ts';
import type { RequestSender } from './request-sender.ts';

const RETRY_LOGIN_SECONDS = 30;
const PAUSE_SECONDS = 8;
const INTERIM_SECONDS = 3;
const OCTETS_PER_KILOBIT = 125;
const USUAL_SPEED: SessionSpeed = { downKbps: 8_000, upKbps: 1_000 };

/** A subscriber of the demo. */
export interface DemoSubscriber {
  readonly username: string;
  readonly password: string;
}

/** What all lines of the demo NAS share. */
export interface DemoShared {
  readonly nasName: string;
  readonly secret: Secret;
  readonly authPort: number;
  readonly acctPort: number;
  readonly sender: RequestSender;
  /** That many unpredictable octets. */
  readonly randomOctets: (count: number) => Uint8Array;
  readonly onLog: (line: string) => void;
}

/** One subscriber's equipment: logs in, moves traffic, reports it, and comes back after it was cut off. */
export class DemoLine {
  readonly username: string;
  acctSessionId = '';
  #password: string;
  #shared: DemoShared;
  #port: number;
  #phase: 'waiting' | 'asking' | 'online' = 'waiting';
  #waitSeconds: number;
  #service: AcceptedService | undefined;
  #speed = USUAL_SPEED;
  #seconds = 0;
  #input = 0;
  #output = 0;

  constructor(subscriber: DemoSubscriber, port: number, shared: DemoShared) {
    this.username = subscriber.username;
    this.#password = subscriber.password;
    this.#shared = shared;
    this.#port = port;
    this.#waitSeconds = port % 5;
  }

  /** True while a session runs. */
  get online(): boolean {
    return this.#phase === 'online';
  }

  /** One second passes. */
  tick(): void {
    if (this.#phase === 'waiting') {
      this.#waitSeconds -= 1;
      if (this.#waitSeconds < 0) this.#login();
    } else if (this.#phase === 'online') {
      this.#move();
      if (this.#seconds >= (this.#service?.sessionTimeoutSeconds ?? Number.POSITIVE_INFINITY)) {
        this.end(TerminateCause.SessionTimeout);
      } else if (this.#seconds % INTERIM_SECONDS === 0) {
        this.#report(AcctStatusType.InterimUpdate, undefined);
      }
    }
  }

  /** CoA: the new speed holds from the next second on. */
  changeSpeed(speed: SessionSpeed): void {
    this.#speed = speed;
    this.#shared.onLog(`${this.username}: speed is now ${speed.downKbps}/${speed.upKbps} kbit/s`);
  }

  /** Ends the session with a Stop and that Acct-Terminate-Cause; the line logs in again after a pause. */
  end(terminateCause: number): void {
    if (this.#phase !== 'online') return;
    this.#report(AcctStatusType.Stop, terminateCause);
    this.#shared.onLog(`${this.username}: offline, cause ${terminateCause}`);
    this.#wait(PAUSE_SECONDS);
  }

  #wait(seconds: number): void {
    this.#phase = 'waiting';
    this.#waitSeconds = seconds;
  }

  #login(): void {
    const { sender, authPort, secret, randomOctets } = this.#shared;
    const authenticator = randomOctets(16);
    const write = (identifier: number) =>
      writeAccessRequest(
        {
          ...this.#fields(),
          identifier,
          authenticator,
          password: this.#password,
          method: 'pap',
          messageAuthenticator: true,
        },
        secret,
      );
    if (sender.send(authPort, write, (reply) => this.#answered(reply))) this.#phase = 'asking';
    else this.#wait(RETRY_LOGIN_SECONDS);
  }

  #answered(reply: Packet | undefined): void {
    if (this.#phase !== 'asking') return;
    if (reply?.code !== Code.AccessAccept) {
      this.#shared.onLog(`${this.username}: ${reply ? 'rejected' : 'no answer'}`);
      this.#wait(RETRY_LOGIN_SECONDS);
      return;
    }
    this.#service = readAccept(reply);
    this.#speed = this.#service.speed ?? USUAL_SPEED;
    this.acctSessionId = Buffer.from(this.#shared.randomOctets(8)).toString('hex');
    this.#seconds = 0;
    this.#input = 0;
    this.#output = 0;
    this.#phase = 'online';
    this.#shared.onLog(`${this.username}: online`);
    this.#report(AcctStatusType.Start, undefined);
  }

  /** A second of traffic at 30 to 80 % of the speed, upload a tenth of the download at most. */
  #move(): void {
    const share = 0.3 + this.#shared.randomOctets(1)[0]! / 512;
    const { downKbps, upKbps } = this.#speed;
    this.#seconds += 1;
    this.#output += Math.floor(downKbps * OCTETS_PER_KILOBIT * share);
    this.#input += Math.floor(Math.min(upKbps, downKbps / 10) * OCTETS_PER_KILOBIT * share);
  }

  #report(statusType: number, terminateCause: number | undefined): void {
    const { sender, acctPort, secret } = this.#shared;
    const counted = statusType !== AcctStatusType.Start;
    const fields = {
      ...this.#fields(),
      statusType,
      acctSessionId: this.acctSessionId,
      framedIp: this.#service?.framedIp ?? '',
      classes: this.#service?.classes ?? [],
      sessionTimeSeconds: counted ? this.#seconds : undefined,
      inputOctets: counted ? this.#input : undefined,
      outputOctets: counted ? this.#output : undefined,
      gigawords: 'always',
      terminateCause,
    } as const;
    // Without a free identifier this report is left out; the next one carries its octets too.
    sender.send(
      acctPort,
      (identifier) => writeAccountingRequest({ ...fields, identifier }, secret),
      () => undefined,
    );
  }

  #fields() {
    return {
      username: this.username,
      nasIdentifier: this.#shared.nasName,
      nasPort: this.#port,
      callingStationId: `02-00-00-00-00-${this.#port.toString(16).padStart(2, '0').toUpperCase()}`,
    };
  }
}
