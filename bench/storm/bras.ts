import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { answerDynamicRequest, type NamedSession } from '../../engine/demo/dynamic-authorization.ts';
import {
  type AccountingFields,
  writeAccessRequest,
  writeAccountingOn,
  writeAccountingRequest,
} from '../../engine/demo/nas-packets.ts';
import { readAccept } from '../../engine/demo/nas-service.ts';
import { AcctStatusType } from '../../engine/radius/attribute-type.ts';
import { Code } from '../../engine/radius/code.ts';
import { prepareSecret, type Secret } from '../../engine/radius/secret.ts';
import type { EnginePorts } from '../fleet/engine-process.ts';
import type { Random } from '../fleet/random.ts';
import type { StormOptions } from './options.ts';
import { type Answer, RequestWindow } from './request-window.ts';
import type { Dialled, StormLine, StormSession } from './storm-line.ts';
import { portOf, type StormVariant, sessionIdOf, stationOf } from './variant.ts';

/** Where a BRAS stands and how it behaves. */
export interface BrasSetup {
  readonly name: string;
  /** Its own loopback address, by which the engine knows it. */
  readonly address: string;
  readonly secretText: string;
  readonly coaPort: number;
  readonly variant: StormVariant;
}

/** One simulated BRAS: real RADIUS over real sockets, real time, and nothing left of its sessions after a reboot. */
export class Bras {
  readonly setup: BrasSetup;
  /** Disconnect-Requests for sessions that are not there (any more). */
  staleOrders = 0;
  /** Running sessions that a Disconnect-Request named: nobody asked for that in a storm. */
  wronglyCut = 0;
  readonly #access: RequestWindow;
  readonly #accounting: RequestWindow;
  readonly #secret: Secret;
  readonly #random: Random;
  readonly #orders: Socket;
  /** Running sessions by Acct-Session-Id. */
  readonly #running = new Map<string, StormLine>();
  #boots = 0;
  #serial = 0;

  private constructor(
    setup: BrasSetup,
    secret: Secret,
    random: Random,
    parts: { access: RequestWindow; accounting: RequestWindow; orders: Socket },
  ) {
    this.setup = setup;
    this.#secret = secret;
    this.#random = random;
    this.#access = parts.access;
    this.#accounting = parts.accounting;
    this.#orders = parts.orders;
    this.#orders.on('message', (datagram, from) => {
      const control = { disconnect: (named: NamedSession) => this.#disconnect(named), change: () => false };
      const answer = answerDynamicRequest(datagram, secret, control);
      if (answer) this.#orders.send(answer, from.port, from.address);
    });
  }

  /** Opens its sockets. */
  static async open(
    setup: BrasSetup,
    engine: EnginePorts,
    { ports, retries, loss }: StormOptions,
    random: Random,
  ): Promise<Bras> {
    const secret = prepareSecret(Buffer.from(setup.secretText));
    const network = random.fork('network');
    const loses = loss === 0 ? () => false : () => network.chance(loss);
    const window = (port: number) =>
      RequestWindow.open({ address: setup.address, port, secret, sockets: ports, retries, loses });
    const orders = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
    await new Promise<void>((resolve) => orders.bind(setup.coaPort, setup.address, resolve));
    const [access, accounting] = await Promise.all([window(engine.auth), window(engine.acct)]);
    return new Bras(setup, secret, random, { access, accounting, orders });
  }

  /** Power cut: no Stop is sent and nothing is remembered. */
  reboot(): void {
    this.#running.clear();
    this.#boots += 1;
    this.#serial = 0;
  }

  /** Accounting-On (RFC 2866 §5.1). */
  announce(): Promise<Answer> {
    const { name } = this.setup;
    return new Promise((resolve) => {
      this.#accounting.send(
        (identifier) => writeAccountingOn(identifier, AcctStatusType.AccountingOn, name, this.#secret),
        resolve,
      );
    });
  }

  /** The subscriber dials: Access-Request with PAP, and after the Accept a Start. `done` is told once. */
  dial(line: StormLine, done: (dialled: Dialled) => void): void {
    const dialledAt = performance.now();
    const nasPort = portOf(this.setup.variant, line.number, this.#boots);
    this.#access.send(
      (identifier) => this.#accessRequest(line, nasPort, identifier),
      ({ reply, tries, requestMs }) => {
        const login = { accessTries: tries, loginMs: performance.now() - dialledAt, requestMs };
        if (reply?.code !== Code.AccessAccept) {
          const outcome = reply === undefined ? 'access-unanswered' : 'rejected';
          done({ ...login, outcome, startTries: 0 });
          return;
        }
        const session = this.#begin(line, nasPort, readAccept(reply).classes);
        this.#report(line, session, AcctStatusType.Start, undefined, (answer) => {
          session.started = answer.reply !== undefined;
          const outcome = session.started ? 'online' : 'start-unanswered';
          done({ ...login, outcome, startTries: answer.tries });
        });
      },
    );
  }

  /** An Interim-Update of the running session with these counters. */
  interim(line: StormLine, reported: StormSession['reported'], done: (answer: Answer) => void): void {
    const session = line.sessions.at(-1)!;
    this.#report(line, session, AcctStatusType.InterimUpdate, reported, (answer) => {
      if (answer.reply !== undefined) session.reported = reported;
      done(answer);
    });
  }

  /** Closes the sockets. */
  close(): void {
    this.#access.close();
    this.#accounting.close();
    this.#orders.close();
  }

  #begin(line: StormLine, nasPort: number, classes: readonly Uint8Array[]): StormSession {
    const acctSessionId = sessionIdOf(this.setup.variant, this.#boots, this.#serial, this.#random);
    this.#serial += 1;
    const session: StormSession = {
      acctSessionId,
      nasPort,
      framedIp: `100.${64 + (line.number >> 16)}.${(line.number >> 8) & 255}.${line.number & 255}`,
      classes,
      startedAt: Date.now(),
      started: false,
      reported: { input: 0, output: 0 },
    };
    line.sessions.push(session);
    this.#running.set(acctSessionId, line);
    return session;
  }

  #accessRequest(line: StormLine, nasPort: number, identifier: number): Buffer {
    return writeAccessRequest(
      {
        identifier,
        authenticator: this.#random.octets(16),
        username: line.username,
        password: line.username,
        method: 'pap',
        messageAuthenticator: true,
        nasIdentifier: this.setup.name,
        nasPort,
        callingStationId: stationOf(this.setup.variant, line.number),
      },
      this.#secret,
    );
  }

  #report(
    line: StormLine,
    session: StormSession,
    statusType: number,
    counters: StormSession['reported'] | undefined,
    done: (answer: Answer) => void,
  ): void {
    // Times and counters are of the moment at which the event happened, not of that at which a place was free.
    const now = Date.now();
    const fields: Omit<AccountingFields, 'identifier'> = {
      statusType,
      username: line.username,
      nasIdentifier: this.setup.name,
      nasPort: session.nasPort,
      callingStationId: stationOf(this.setup.variant, line.number),
      acctSessionId: session.acctSessionId,
      framedIp: session.framedIp,
      classes: session.classes,
      sessionTimeSeconds: counters && Math.floor((now - session.startedAt) / 1000),
      inputOctets: counters?.input,
      outputOctets: counters?.output,
      gigawords: 'when-needed',
      delaySeconds: 0,
      eventTimestampSeconds: Math.floor(now / 1000),
    };
    this.#accounting.send(
      (identifier) => writeAccountingRequest({ ...fields, identifier }, this.#secret),
      done,
    );
  }

  #disconnect({ username, acctSessionId }: NamedSession): boolean {
    const line = this.#running.get(acctSessionId);
    if (line === undefined || (username !== '' && line.username !== username)) {
      this.staleOrders += 1;
      return false;
    }
    this.wronglyCut += 1;
    return true;
  }
}
