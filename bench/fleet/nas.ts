import { createSocket } from 'node:dgram';
import { answerDynamicRequest, type NamedSession } from '../../engine/demo/dynamic-authorization.ts';
import { writeAccessRequest } from '../../engine/demo/nas-packets.ts';
import type { AcceptedService, SessionSpeed } from '../../engine/demo/nas-service.ts';
import { AcctStatusType, TerminateCause } from '../../engine/radius/attribute-type.ts';
import type { Packet } from '../../engine/radius/packet.ts';
import { prepareSecret, type Secret } from '../../engine/radius/secret.ts';
import type { EventQueue } from './event-queue.ts';
import type { NasKind } from './nas-kind.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import { type FleetCounts, Report, type ReportContext } from './report.ts';
import { type SimRecord, SimSession } from './session.ts';
import type { Terminal, TerminalPlace } from './terminal.ts';
import { dayFactor } from './traffic.ts';
import { RequestPort, type Transmission, type Wire } from './wire.ts';

const FIRST_SESSION_NUMBER = 0x81_00_00_00;
const ANSWERS_KEPT = 64;

/** Probability that no try of a record ever reaches the engine; 0 in the closing phase. */
const LOST_FOR_EVER: ReadonlyMap<number, number> = new Map([
  [AcctStatusType.Start, 0.03],
  [AcctStatusType.InterimUpdate, 0.005],
  [AcctStatusType.Stop, 0.02],
]);

/** Where one NAS stands and what it shares with the fleet. */
export interface NasSetup {
  readonly kind: NasKind;
  readonly name: string;
  /** Its own loopback address, by which the engine knows it. */
  readonly address: string;
  readonly secretText: string;
  readonly coaPort: number;
  readonly authPort: number;
  readonly acctPort: number;
}

/** One simulated NAS: its sessions, its habits, and the truth of what it reported. */
export class SimNas {
  readonly setup: NasSetup;
  readonly queue: EventQueue;
  readonly network: Network;
  readonly counts: FleetCounts;
  /** Every session there ever was. */
  readonly sessions: SimSession[] = [];
  /** Reports whose fate is open. */
  readonly open = new Set<Report>();
  readonly terminals: Terminal[] = [];
  readonly #live = new Map<SimSession, Terminal>();
  readonly #random: Random;
  readonly #secret: Secret;
  readonly #port: RequestPort;
  readonly #reports: ReportContext;
  readonly #answers = new Map<string, Buffer>();
  readonly #coa = createSocket('udp4');
  #sessionNumber = FIRST_SESSION_NUMBER;
  #finishing = false;

  constructor(
    setup: NasSetup,
    shared: { queue: EventQueue; network: Network; wire: Wire; counts: FleetCounts; random: Random },
  ) {
    this.setup = setup;
    this.queue = shared.queue;
    this.network = shared.network;
    this.counts = shared.counts;
    this.#random = shared.random;
    this.#secret = prepareSecret(Buffer.from(setup.secretText));
    this.#port = new RequestPort(setup.address, this.#secret, shared.wire);
    this.#reports = {
      ...shared,
      kind: setup.kind,
      nasName: setup.name,
      acctPort: setup.acctPort,
      secret: this.#secret,
      port: this.#port,
      open: this.open,
    };
    this.#coa.on('message', (datagram, from) => this.#dynamicRequest(datagram, from.port, from.address));
    this.#coa.bind(setup.coaPort, setup.address);
  }

  /** An Access-Request ready to be sent, again and again if need be; `answered` runs for each reply that arrives. */
  prepareLogin(
    { username, password, port }: TerminalPlace,
    patienceMs: number,
    answered: (reply: Packet) => void,
  ): Transmission {
    const { kind, name, authPort } = this.setup;
    const method = this.#random.pick(kind.methods);
    const authenticator = this.#random.octets(16);
    const fields = {
      username,
      password,
      nasPort: port,
      nasIdentifier: name,
      callingStationId: this.#callingStation(port),
      authenticator,
      method: method === 'pap' ? method : 'chap',
      chapChallenge: method === 'challenge' ? this.#random.octets(16) : undefined,
      messageAuthenticator: kind.messageAuthenticator,
    } as const;
    const write = (identifier: number) => writeAccessRequest({ ...fields, identifier }, this.#secret);
    const onReply = (reply: Packet) => this.network.carryBack(() => answered(reply));
    return this.#port.prepare(authPort, write, { onReply, onSilence: () => undefined }, patienceMs);
  }

  /** A session begins with a Start. */
  start(terminal: Terminal, service: AcceptedService, share: number): SimSession {
    const { kind, name } = this.setup;
    const { username, port, speed } = terminal.place;
    const identity = {
      username,
      nasName: name,
      nasPort: port,
      callingStationId: this.#callingStation(port),
      acctSessionId: this.#newSessionId(),
      framedIp: service.framedIp || `10.${port >> 16}.${(port >> 8) & 255}.${port & 255}`,
      classes: service.classes,
    };
    const session = new SimSession(identity, this.queue.now, service.speed ?? speed, share);
    this.sessions.push(session);
    this.counts.sessions += 1;
    this.#live.set(session, terminal);
    this.#report(
      session.record(AcctStatusType.Start, this.queue.now, kind.startHasCounters ? 'counted' : 'none'),
    );
    return session;
  }

  /** An Interim-Update; at some NAS the counters begin again after it. */
  interim(session: SimSession, intervalSeconds: number): void {
    this.#count(session);
    this.#report(session.record(AcctStatusType.InterimUpdate, this.queue.now, 'counted'));
    if (this.#random.chance(this.setup.kind.resets)) session.reset(intervalSeconds);
  }

  /** The session ends with a Stop. */
  stop(session: SimSession, terminateCause: number): void {
    if (!this.#live.delete(session)) return;
    this.#count(session);
    const figures = this.#random.chance(this.setup.kind.zeroStops) ? 'zero' : 'counted';
    this.#report(session.record(AcctStatusType.Stop, this.queue.now, figures, terminateCause));
  }

  /** Power cut: no Stops, nothing remembered, some announce their boot. */
  reboot(): void {
    this.counts.reboots += 1;
    for (const report of [...this.open]) report.forget();
    const terminals = [...this.#live.values()];
    this.#live.clear();
    this.#sessionNumber = FIRST_SESSION_NUMBER;
    for (const terminal of terminals) terminal.forget();
    if (this.setup.kind.announcesBoot) new Report(this.#reports, undefined);
  }

  /** Every session stops, from now on no record is lost for ever. */
  finish(): void {
    this.#finishing = true;
    for (const terminal of this.terminals) terminal.finish();
  }

  /** Closes the sockets. */
  close(): void {
    this.#port.close();
    this.#coa.close();
  }

  #count(session: SimSession): void {
    session.count(this.queue.now, dayFactor(this.queue.now));
  }

  #report(record: SimRecord): void {
    if (!this.#finishing && this.#random.chance(LOST_FOR_EVER.get(record.status) ?? 0))
      this.counts.lostForEver += 1;
    else new Report(this.#reports, record);
  }

  #newSessionId(): string {
    const { sessionIds } = this.setup.kind;
    if (sessionIds === 'random') return Buffer.from(this.#random.octets(9)).toString('base64');
    if (sessionIds === 'second') return `%lX${this.queue.now.toString(16).toUpperCase()}%hX`;
    this.#sessionNumber += 1;
    return this.#sessionNumber.toString(16);
  }

  #callingStation(port: number): string {
    if (!this.setup.kind.sendsCallingStation) return '';
    const digits = port.toString(16).padStart(8, '0').toUpperCase();
    return `02:00:${digits.match(/../g)!.join(':')}`;
  }

  #dynamicRequest(datagram: Buffer, port: number, address: string): void {
    if (!this.setup.kind.obeys || this.network.loses()) return;
    // A repeated request gets the same answer (RFC 5176 §2.3), not a second look for a session that is gone.
    const key = datagram.toString('latin1');
    const answer =
      this.#answers.get(key) ??
      answerDynamicRequest(datagram, this.#secret, {
        disconnect: (named) => this.#disconnect(named),
        change: (named, speed) => this.#change(named, speed),
      });
    if (!answer) return;
    this.#answers.set(key, answer);
    if (this.#answers.size > ANSWERS_KEPT) this.#answers.delete(this.#answers.keys().next().value!);
    if (!this.network.loses()) this.#coa.send(answer, port, address);
  }

  #disconnect(named: NamedSession): boolean {
    const found = this.#find(named);
    if (!found) return false;
    this.counts.disconnects += 1;
    found[1].end(TerminateCause.AdminReset);
    return true;
  }

  #change(named: NamedSession, speed: SessionSpeed | undefined): boolean {
    const session = this.#find(named)?.[0];
    if (!session) return false;
    this.counts.speedChanges += 1;
    this.#count(session);
    if (speed) session.speed = speed;
    return true;
  }

  #find({ username, acctSessionId }: NamedSession): [SimSession, Terminal] | undefined {
    return [...this.#live].find(
      ([{ identity }]) =>
        (username === '' || identity.username === username) &&
        (acctSessionId === '' ? username !== '' : identity.acctSessionId === acctSessionId),
    );
  }
}
