import { isOnline } from './accounting/session-life.ts';
import { AddressDesk } from './addresses/address-desk.ts';
import type { AddressLease } from './addresses/address-leases.ts';
import { rangesSize } from './addresses/address-range.ts';
import type { PacketOutage } from './packet-outage.ts';
import type { CounterStore, StoreChange } from './pipeline/counter-store.ts';
import { concludeChange, type LineContext } from './pipeline/line-change.ts';
import type { CommitObserver, LineEngine } from './pipeline/line-engine.ts';
import { disconnectSession } from './policy/enforce.ts';
import { SECOND_MS } from './values/instant.ts';
import { StoreAway } from './values/store-away.ts';

/** What lending addresses needs of the packet path. */
export interface PacketAddressParts {
  readonly counters: CounterStore;
  readonly engine: () => LineEngine;
  readonly lineContext: () => LineContext;
  /** Absent where the counters cannot be away. */
  readonly outage: Pick<PacketOutage, 'lines' | 'mayWake'> | undefined;
  /** Told of a session whose address another line holds. */
  readonly onConflict: (nas: string) => void;
  readonly logError: (message: string) => (error: unknown) => void;
}

const SWEEP_TASK = 'addresses';
const SWEEP_EVERY_MS = SECOND_MS;

/** Leases of each pool that are compared with their lines every second: a million in less than an hour. */
const SWEEP_LEASES = 300;

/** How many addresses of a pool are leased, free, and free but remembered for their last line. */
interface PoolFigures {
  readonly pool: string;
  readonly used: number;
  readonly free: number;
  readonly sticky: number;
}

/** The desk of the packet path, and its sweep, which one of the programs on the same counters does. */
export class PacketAddresses {
  readonly desk: AddressDesk;
  private readonly parts: PacketAddressParts;
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(parts: PacketAddressParts) {
    this.parts = parts;
    this.desk = new AddressDesk({
      counters: parts.counters,
      isJournalled: (username) => parts.outage?.lines.holds(username) ?? false,
      onConflict: (username, key, holder) => this.end(username, key, holder),
      away: (why) => new StoreAway(why),
      onError: parts.logError('an address was not noted as free or taken; the sweep does it'),
    });
  }

  /** A change of a line is stored. */
  readonly onLine: NonNullable<CommitObserver['onLine']> = (before, after, version) => {
    if (this.desk.book.pools.length > 0)
      this.desk.settle(before, after, version, this.parts.lineContext().now);
  };

  /** Addresses of each pool by what they are, for metrics. */
  async figures(): Promise<readonly PoolFigures[]> {
    return Promise.all(
      this.desk.book.pools.map(async ({ name, free }) => {
        const { held, remembered } = await this.parts.counters.addresses.usage(name);
        return { pool: name, used: held, free: Math.max(0, rangesSize(free) - held), sticky: remembered };
      }),
    );
  }

  start(): void {
    this.timer = setInterval(() => {
      this.sweeping ??= this.sweep()
        .catch(this.parts.logError('leases of addresses were not looked at'))
        .finally(() => {
          this.sweeping = undefined;
        });
    }, SWEEP_EVERY_MS);
  }

  /** Others have changed the counters. */
  onChange({ kind }: StoreChange): void {
    if (kind === 'missed' || kind === 'rebuilt') this.desk.doubt();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
    if (this.desk.book.pools.length > 0)
      await this.parts.counters.endLease(SWEEP_TASK).catch(() => undefined);
  }

  private async sweep(): Promise<void> {
    if (this.desk.book.pools.length === 0 || this.parts.outage?.mayWake === false) return;
    if (await this.parts.counters.lease(SWEEP_TASK)) {
      await this.desk.sweep(this.parts.lineContext().now, SWEEP_LEASES);
    }
  }

  /** Of two sessions with one address the one without the lease has to go. */
  private end(username: string, sessionKey: string, _holder: AddressLease): void {
    const context = this.parts.lineContext();
    this.parts
      .engine()
      .run(username, context.now, (line) => {
        const session = line?.sessions.find(({ key }) => key === sessionKey);
        if (line === undefined || session === undefined || !isOnline(session)) {
          return { change: undefined, result: undefined };
        }
        const order = disconnectSession(username, session, 'address-taken', context.now);
        const sessions = line.sessions.map((one) => (one === session ? order.session : one));
        this.parts.onConflict(session.nas);
        return {
          change: concludeChange({ ...line, sessions }, [], [order.effect], context),
          result: undefined,
        };
      })
      .catch(this.parts.logError('a session without an address of its own was not ended'));
  }
}
