import type { SessionSpeed } from '../../engine/demo/nas-service.ts';

const OCTETS_PER_KILOBIT = 125;

/** Highest share of the line's speed that is ever used, so that no true figure looks implausible. */
const MAXIMUM_SHARE = 0.95;

/** Octets as the subscriber sees them: input is upload, output is download. */
export interface Octets {
  readonly input: number;
  readonly output: number;
}

/** One accounting record of a session and its fate. */
export interface SimRecord {
  /** A value of `AcctStatusType`. */
  readonly status: number;
  readonly session: SimSession;
  /** Run of the counters that the figures belong to. */
  readonly segment: number;
  /** Undefined where the record carries no counters. */
  readonly counters: Octets | undefined;
  readonly sessionTimeSeconds: number;
  readonly madeAt: number;
  readonly terminateCause: number | undefined;
  /** The engine answered it: it is recorded. */
  delivered: boolean;
  /** The answer reached the NAS. */
  acked: boolean;
}

/** What identifies a session to the outside. */
export interface SessionIdentity {
  readonly username: string;
  readonly nasName: string;
  readonly nasPort: number;
  readonly callingStationId: string;
  readonly acctSessionId: string;
  readonly framedIp: string;
  readonly classes: readonly Uint8Array[];
}

/**
 * One session with its counters and the truth about them: per run of the counters the highest figures in any record
 * that the engine has confirmed. All times are whole seconds, so that a later record never has more octets than
 * its Acct-Session-Time allows.
 */
export class SimSession {
  readonly identity: SessionIdentity;
  readonly startedAt: number;
  speed: SessionSpeed;
  readonly records: SimRecord[] = [];
  #share: number;
  #input = 0;
  #output = 0;
  #segment = 0;
  #countedAt: number;
  #delivered: { input: number; output: number }[] = [{ input: 0, output: 0 }];

  /** @param share usual part of the speed that is used, 0 to 1 */
  constructor(identity: SessionIdentity, startedAt: number, speed: SessionSpeed, share: number) {
    this.identity = identity;
    this.startedAt = startedAt;
    this.speed = speed;
    this.#share = share;
    this.#countedAt = startedAt;
  }

  /** Counts the traffic up to `now`; `factor` is the part of the usual traffic that flows in these hours. */
  count(now: number, factor: number): void {
    const seconds = now - this.#countedAt;
    const share = Math.min(MAXIMUM_SHARE, this.#share * factor);
    this.#countedAt = now;
    this.#output += Math.floor(this.speed.downKbps * OCTETS_PER_KILOBIT * share * seconds);
    this.#input += Math.floor(this.speed.upKbps * OCTETS_PER_KILOBIT * share * share * seconds);
  }

  /**
   * The counters begin again from zero. Refused, with false, while they are so low that the next record might not
   * be lower than the last: nobody could then see the reset.
   */
  reset(interimSeconds: number): boolean {
    const margin = 4 * OCTETS_PER_KILOBIT * interimSeconds;
    if (this.#output < margin * this.speed.downKbps || this.#input < margin * this.speed.upKbps) return false;
    this.#input = 0;
    this.#output = 0;
    this.#segment += 1;
    this.#delivered.push({ input: 0, output: 0 });
    return true;
  }

  /** A record of the counters as they stand; `figures` says whether it carries them, zero, or none. */
  record(
    status: number,
    now: number,
    figures: 'counted' | 'zero' | 'none',
    terminateCause?: number,
  ): SimRecord {
    const counted =
      figures === 'counted' ? { input: this.#input, output: this.#output } : { input: 0, output: 0 };
    const record: SimRecord = {
      status,
      session: this,
      segment: this.#segment,
      counters: figures === 'none' ? undefined : counted,
      sessionTimeSeconds: now - this.startedAt,
      madeAt: now,
      terminateCause,
      delivered: false,
      acked: false,
    };
    this.records.push(record);
    return record;
  }

  /** The engine has confirmed the record. */
  deliver(record: SimRecord): void {
    if (record.delivered) return;
    record.delivered = true;
    const highest = this.#delivered[record.segment]!;
    highest.input = Math.max(highest.input, record.counters?.input ?? 0);
    highest.output = Math.max(highest.output, record.counters?.output ?? 0);
  }

  /** The least total that the engine must hold because of this record and the runs before its own. */
  totalAt(record: SimRecord): number {
    let total = (record.counters?.input ?? 0) + (record.counters?.output ?? 0);
    for (const run of this.#delivered.slice(0, record.segment)) total += run.input + run.output;
    return total;
  }

  /** What the engine must hold of this session: the sum over the runs of the counters. */
  truth(): Octets {
    let input = 0;
    let output = 0;
    for (const highest of this.#delivered) {
      input += highest.input;
      output += highest.output;
    }
    return { input, output };
  }
}
