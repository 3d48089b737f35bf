import { type AcceptedService, readAccept, type SessionSpeed } from '../../engine/demo/nas-service.ts';
import { TerminateCause } from '../../engine/radius/attribute-type.ts';
import { Code } from '../../engine/radius/code.ts';
import type { Packet } from '../../engine/radius/packet.ts';
import type { EventQueue } from './event-queue.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import type { SimSession } from './session.ts';
import type { Transmission } from './wire.ts';

const LOGIN_TRIES = 4;
const LOGIN_RETRY_SECONDS = 10;
const MEDIAN_SESSION_SECONDS = 2.5 * 3600;
const MEDIAN_PAUSE_SECONDS = 900;
const DEFAULT_INTERIM_SECONDS = 300;

/** Real milliseconds to wait for an accept; a reject is held back by the engine for about a second and not waited for. */
const ACCEPT_PATIENCE_MS = 60;
const REJECT_PATIENCE_MS = 0;

/** A subscriber's equipment at one port of a NAS. */
export interface TerminalPlace {
  readonly username: string;
  readonly password: string;
  readonly port: number;
  readonly speed: SessionSpeed;
}

/** What a terminal needs of its NAS. */
export interface TerminalNas {
  readonly queue: EventQueue;
  readonly network: Network;
  readonly counts: { retransmissions: number };
  /** An Access-Request to be sent, again and again if need be; `answered` runs for each reply that arrives. */
  prepareLogin(place: TerminalPlace, patienceMs: number, answered: (reply: Packet) => void): Transmission;
  /** A session begins with a Start. */
  start(terminal: Terminal, service: AcceptedService, share: number): SimSession;
  /** The session reports; `intervalSeconds` is when it will do so next. */
  interim(session: SimSession, intervalSeconds: number): void;
  /** The session ends with a Stop. */
  stop(session: SimSession, terminateCause: number): void;
}

/** Logs in, stays online for a while, goes, comes back. */
export class Terminal {
  readonly place: TerminalPlace;
  readonly #nas: TerminalNas;
  readonly #random: Random;
  readonly #usualShare: number;
  /** Grows with every login and end, so that what was planned for an earlier session finds that it is over. */
  #turn = 0;
  #session: SimSession | undefined;
  #refused = false;

  /** @param share usual part of its speed that it uses, by chance where it is not given */
  constructor(place: TerminalPlace, nas: TerminalNas, random: Random, share?: number) {
    this.place = place;
    this.#nas = nas;
    this.#random = random;
    const usual = Math.min(0.6, random.logNormal(0.12, 0.8));
    this.#usualShare = share ?? usual;
  }

  /** Asks to go online in that many seconds. */
  loginIn(seconds: number): void {
    this.#turn += 1;
    const turn = this.#turn;
    this.#nas.queue.in(seconds, () => this.#login(turn));
  }

  /** The NAS has forgotten everything: the line comes back soon. */
  forget(): void {
    this.#session = undefined;
    this.loginIn(this.#random.integer(20, 180));
  }

  /** Ends the session with a Stop. */
  end(terminateCause: number): void {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    this.#nas.stop(session, terminateCause);
    this.loginIn(60 + this.#random.logNormal(MEDIAN_PAUSE_SECONDS, 1));
  }

  /** Closing phase: ends the session if any, and nothing follows. */
  finish(): void {
    const session = this.#session;
    this.#session = undefined;
    this.#turn += 1;
    if (session) this.#nas.stop(session, TerminateCause.UserRequest);
  }

  #login(turn: number): void {
    if (turn !== this.#turn) return;
    const patienceMs = this.#refused ? REJECT_PATIENCE_MS : ACCEPT_PATIENCE_MS;
    const transmission = this.#nas.prepareLogin(this.place, patienceMs, (reply) => {
      if (turn === this.#turn) this.#answered(reply);
    });
    this.#repeat(turn, transmission, 1);
  }

  #repeat(turn: number, transmission: Transmission, tries: number): void {
    if (turn !== this.#turn) {
      this.#nas.network.release(transmission);
      return;
    }
    if (tries > LOGIN_TRIES) {
      this.#nas.network.release(transmission);
      this.#giveUp();
      return;
    }
    this.#nas.network.send(transmission);
    if (tries > 1) this.#nas.counts.retransmissions += 1;
    this.#nas.queue.in(LOGIN_RETRY_SECONDS * tries, () => this.#repeat(turn, transmission, tries + 1));
  }

  #giveUp(): void {
    this.#refused = true;
    this.loginIn(this.#random.integer(600, 1800));
  }

  #answered(reply: Packet): void {
    if (reply.code !== Code.AccessAccept) {
      this.#giveUp();
      return;
    }
    this.#refused = false;
    const service = readAccept(reply);
    this.#session = this.#nas.start(this, service, this.#usualShare);
    this.#turn += 1;
    const turn = this.#turn;
    this.#interims(turn, service.interimSeconds ?? DEFAULT_INTERIM_SECONDS);
    this.#nas.queue.in(this.#length(service), () => {
      if (turn === this.#turn) this.end(TerminateCause.UserRequest);
    });
  }

  #length({ sessionTimeoutSeconds }: AcceptedService): number {
    const wanted = Math.max(30, this.#random.logNormal(MEDIAN_SESSION_SECONDS, 1.2));
    return Math.min(wanted, sessionTimeoutSeconds ?? Number.POSITIVE_INFINITY);
  }

  #interims(turn: number, intervalSeconds: number): void {
    this.#nas.queue.in(intervalSeconds, () => {
      if (turn !== this.#turn || !this.#session) return;
      this.#nas.interim(this.#session, intervalSeconds);
      this.#interims(turn, intervalSeconds);
    });
  }
}
