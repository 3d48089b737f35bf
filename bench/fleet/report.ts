import { writeAccountingOn, writeAccountingRequest } from '../../engine/demo/nas-packets.ts';
import { AcctStatusType } from '../../engine/radius/attribute-type.ts';
import type { Secret } from '../../engine/radius/secret.ts';
import type { EventQueue } from './event-queue.ts';
import type { NasKind } from './nas-kind.ts';
import type { Network } from './network.ts';
import type { SimRecord } from './session.ts';
import type { RequestPort, Transmission } from './wire.ts';

const FIRST_RETRY_SECONDS = 10;
const LONGEST_RETRY_SECONDS = 60;
const LATE_COPY_SECONDS = 10;

/** Counts over the whole fleet. */
export interface FleetCounts {
  sessions: number;
  retransmissions: number;
  /** Records that were never sent, as if every try of a NAS had been lost. */
  lostForEver: number;
  reboots: number;
  disconnects: number;
  speedChanges: number;
}

/** What the reports of one NAS need. */
export interface ReportContext {
  readonly kind: NasKind;
  readonly nasName: string;
  readonly secret: Secret;
  readonly acctPort: number;
  readonly queue: EventQueue;
  readonly network: Network;
  readonly port: RequestPort;
  readonly counts: FleetCounts;
  /** Reports whose fate is open. */
  readonly open: Set<Report>;
}

/**
 * One accounting record, or Accounting-On, on its way to the engine: tried until it is acknowledged. A NAS that has
 * forgotten it (reboot) tries no more; but the last datagram may have reached an engine that died before it
 * answered, so one more copy of it comes out of the network, which makes the truth exact.
 */
export class Report {
  readonly #context: ReportContext;
  readonly #record: SimRecord | undefined;
  readonly #madeAt: number;
  readonly #transmissions: Transmission[] = [];
  #delivered = false;
  #forgotten = false;
  #closed = false;

  /** @param record undefined for Accounting-On */
  constructor(context: ReportContext, record: SimRecord | undefined) {
    this.#context = context;
    this.#record = record;
    this.#madeAt = context.queue.now;
    context.open.add(this);
    this.#try(FIRST_RETRY_SECONDS);
  }

  /** The NAS lost its memory. */
  forget(): void {
    this.#forgotten = true;
    if (this.#delivered) this.#close();
    else this.#context.network.sendLateCopy(this.#transmissions.at(-1)!, LATE_COPY_SECONDS);
  }

  #try(waitSeconds: number): void {
    if (this.#closed || this.#forgotten) return;
    const { kind, queue, network, counts } = this.#context;
    const again = this.#transmissions.length > 0;
    if (again) counts.retransmissions += 1;
    if (!again || (kind.freshRetries && this.#record)) this.#transmissions.push(this.#prepare());
    network.send(this.#transmissions.at(-1)!);
    queue.in(waitSeconds, () => this.#try(Math.min(2 * waitSeconds, LONGEST_RETRY_SECONDS)));
  }

  #prepare(): Transmission {
    const { port, acctPort } = this.#context;
    const transmission: Transmission = port.prepare(acctPort, (identifier) => this.#write(identifier), {
      onReply: () => this.#confirmed(),
      onSilence: () => {
        if (this.#forgotten && !this.#delivered) {
          this.#context.network.sendLateCopy(transmission, LATE_COPY_SECONDS);
        }
      },
    });
    return transmission;
  }

  #confirmed(): void {
    this.#delivered = true;
    this.#record?.session.deliver(this.#record);
    if (this.#forgotten) this.#close();
    else this.#context.network.carryBack(() => this.#acknowledged());
  }

  #acknowledged(): void {
    if (this.#record && !this.#forgotten) this.#record.acked = true;
    this.#close();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#context.open.delete(this);
    for (const transmission of this.#transmissions) this.#context.network.release(transmission);
  }

  #write(identifier: number): Buffer {
    const { kind, secret, nasName, queue } = this.#context;
    const record = this.#record;
    if (!record) return writeAccountingOn(identifier, AcctStatusType.AccountingOn, nasName, secret);
    const { identity } = record.session;
    const isStart = record.status === AcctStatusType.Start;
    const { counters } = record;
    const { clockErrorSeconds } = kind;
    const fields = {
      ...identity,
      identifier,
      nasIdentifier: nasName,
      statusType: record.status,
      framedIp: isStart && !kind.startHasAddress ? '' : identity.framedIp,
      classes: kind.echoesClass ? identity.classes : [],
      sessionTimeSeconds: isStart && !counters ? undefined : record.sessionTimeSeconds,
      inputOctets: kind.swapDirections ? counters?.output : counters?.input,
      outputOctets: kind.swapDirections ? counters?.input : counters?.output,
      gigawords: kind.gigawords,
      terminateCause: record.terminateCause,
      delaySeconds: kind.freshRetries ? queue.now - this.#madeAt : undefined,
      eventTimestampSeconds: clockErrorSeconds === undefined ? undefined : record.madeAt + clockErrorSeconds,
    };
    return writeAccountingRequest(fields, secret);
  }
}
