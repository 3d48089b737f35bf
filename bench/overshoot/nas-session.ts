import type { AccountingRecord } from '../../engine/accounting/record.ts';
import type { AppliedService } from '../../engine/accounting/session.ts';
import type { ServiceProfile } from '../../engine/policy/decide-access.ts';
import { octets } from '../../engine/values/octets.ts';
import type { Share } from './traffic.ts';

/** What the NAS makes of an Access-Accept. */
export interface NasOrders {
  readonly intervalMs: number;
  readonly capOctets: number | undefined;
}

/** A session as its NAS has it: exact counters, and traffic at whatever speed was last told. */
export class NasSession {
  readonly key: string;
  readonly number: number;
  readonly startedAt: number;
  readonly interimSeconds: number;
  readonly #orders: NasOrders;
  readonly #traffic: Iterator<Share, never>;
  #share: Share;
  #service: AppliedService;
  #input = 0;
  #output = 0;
  #now: number;
  nextReportAt: number;
  /** `undefined` while it is online. */
  endedAt: number | undefined;
  /** Octets at full speed: until it ended, or was given what follows the volume. */
  #fullOctets: number | undefined;

  constructor(
    number: number,
    profile: ServiceProfile,
    orders: NasOrders,
    traffic: Iterator<Share, never>,
    now: number,
  ) {
    this.number = number;
    this.key = profile.sessionKey;
    this.interimSeconds = profile.interimSeconds;
    this.#orders = orders;
    this.#traffic = traffic;
    this.#share = traffic.next().value;
    this.#service = profile.service;
    this.startedAt = now;
    this.#now = now;
    this.nextReportAt = now + orders.intervalMs;
    if (profile.service.mode !== 'full') this.leaveVolume();
  }

  /** Next instant at which it does something by itself: reports, uses another part of its speed, meets its cap. */
  get nextAt(): number {
    if (this.endedAt !== undefined) return Number.POSITIVE_INFINITY;
    return Math.min(this.nextReportAt, this.#share.until, this.#capAt());
  }

  get isCapped(): boolean {
    return this.#capAt() <= this.#now;
  }

  get octets(): number {
    return this.#input + this.#output;
  }

  /** What it has used at full speed. */
  get fullSpeedOctets(): number {
    return this.#fullOctets ?? this.octets;
  }

  get isPastVolume(): boolean {
    return this.#fullOctets !== undefined;
  }

  /** Counts the traffic up to `now`. */
  advance(now: number): void {
    if (this.endedAt === undefined) {
      const octetsPerKbps = (this.#share.part * (now - this.#now)) / 8;
      this.#input += this.#service.upKbps * octetsPerKbps;
      this.#output += this.#service.downKbps * octetsPerKbps;
    }
    this.#now = now;
    while (this.#share.until <= now) this.#share = this.#traffic.next().value;
  }

  /** A CoA was taken. */
  change(service: AppliedService): void {
    this.#service = service;
    if (service.mode !== 'full') this.leaveVolume();
  }

  /** What it uses from now on is what follows the volume. */
  leaveVolume(): void {
    this.#fullOctets ??= this.octets;
  }

  end(): void {
    this.endedAt = this.#now;
    this.leaveVolume();
  }

  /** What it tells of itself now. */
  record(kind: AccountingRecord['kind'], username: string): Omit<AccountingRecord, 'receivedAt'> {
    const isStart = kind === 'start';
    return {
      kind,
      username,
      nas: 'bras',
      nasBoot: 0,
      nasAddress: '10.0.0.1',
      acctSessionId: `id-${this.number}`,
      nasPort: String(this.number),
      callingStationId: `station-${this.number}`,
      trafficClass: '',
      framedIp: '',
      framedIpv6Prefix: '',
      classKey: this.key,
      order: {
        eventTimestampSeconds: Math.trunc(this.#now / 1000),
        sessionTimeSeconds: Math.trunc((this.#now - this.startedAt) / 1000),
        at: this.#now,
      },
      inputOctets: isStart ? undefined : octets(Math.trunc(this.#input)),
      outputOctets: isStart ? undefined : octets(Math.trunc(this.#output)),
      gigawordsKnown: true,
      terminateCause: kind === 'stop' ? 10 : 0,
    };
  }

  reported(): void {
    this.nextReportAt += this.#orders.intervalMs;
  }

  #capAt(): number {
    const { capOctets } = this.#orders;
    if (capOctets === undefined) return Number.POSITIVE_INFINITY;
    const perMs = (this.#share.part * (this.#service.downKbps + this.#service.upKbps)) / 8;
    return this.octets >= capOctets ? this.#now : this.#now + Math.ceil((capOctets - this.octets) / perMs);
  }
}
