import { EffectDeliverer, type EffectParts } from './jobs/deliver-effects.ts';
import { Leases } from './jobs/leases.ts';
import { wakeDueLines } from './jobs/wake-lines.ts';
import type { CounterStore, StoreChange } from './pipeline/counter-store.ts';

/** What the tasks work with. */
export interface PacketTaskParts extends Omit<EffectParts, 'log' | 'isOurs' | 'onError'> {
  readonly counters: CounterStore;
  /** False while planned moments must not be looked at. */
  readonly mayWake: () => boolean;
  readonly logError: (message: string) => (error: unknown) => void;
}

const WAKE_INTERVAL_MS = 250;
const WAKE_TASK = 'wake';

/**
 * What is done beside packets, by one of the programs on the same counters: the effects of each partition go to their
 * NAS, and planned moments are looked at.
 */
export class PacketTasks {
  private readonly parts: PacketTaskParts;
  private readonly leases: Leases;
  private readonly deliverers: readonly EffectDeliverer[];
  private timer: NodeJS.Timeout | undefined;
  private waking = false;
  private stopped = false;

  constructor(parts: PacketTaskParts) {
    this.parts = parts;
    const { partitions } = parts.counters;
    const onError = parts.logError('an effect could not be stored');
    this.deliverers = partitions.map((log) => {
      const task = effectsTask(log.partition);
      return new EffectDeliverer({ ...parts, log, isOurs: () => this.leases.holds(task), onError });
    });
    this.leases = new Leases({
      store: parts.counters,
      tasks: [...partitions.map((log) => effectsTask(log.partition)), WAKE_TASK],
      onTaken: (task) => this.onTaken(task),
      onError: parts.logError('a task could not be taken or given back'),
    });
  }

  /** Takes what nobody else holds and begins with it. */
  async start(): Promise<void> {
    await this.leases.start();
    this.timer = setInterval(() => this.wakeLines(), WAKE_INTERVAL_MS);
  }

  /** Orders to NAS whose answer is awaited. */
  get effectsInFlight(): number {
    return this.deliverers.reduce((sum, deliverer) => sum + deliverer.inFlight, 0);
  }

  /** Planned moments are being looked at. */
  get isWaking(): boolean {
    return this.waking;
  }

  /** There may be new effects, or some that could not be stored a moment ago. */
  wakeDeliverers(): void {
    for (const deliverer of this.deliverers) deliverer.wake();
  }

  /** Others have changed the counters. */
  onChange(change: StoreChange): void {
    if (change.kind === 'effects' || change.kind === 'missed') this.wakeDeliverers();
    if (change.kind === 'rebuilt') this.deliverers[change.partition]?.restart();
  }

  /** Begins no more planned moments. */
  stopWaking(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** Begins no more deliveries; call it before the client is closed. */
  stopDelivering(): void {
    for (const deliverer of this.deliverers) deliverer.stop();
  }

  /** Leaves the tasks to others. */
  endLeases(): Promise<void> {
    return this.leases.stop();
  }

  private onTaken(task: string): void {
    for (const deliverer of this.deliverers)
      if (task === effectsTask(deliverer.partition)) deliverer.restart();
  }

  private wakeLines(): void {
    if (this.waking || !this.leases.holds(WAKE_TASK) || !this.parts.mayWake()) return;
    this.waking = true;
    const { counters, engine, lineContext, mayWake } = this.parts;
    wakeDueLines(counters, engine, lineContext(), () => !this.stopped && mayWake())
      .catch(this.parts.logError('planned moments were not looked at'))
      .finally(() => {
        this.waking = false;
      });
  }
}

function effectsTask(partition: number): string {
  return `effects:${partition}`;
}

/** Entries of one of the logs over all partitions; NaN while the store is away. */
export function backlogOf(
  { partitions }: Pick<CounterStore, 'partitions'>,
  log: 'events' | 'effects',
): Promise<number> {
  return Promise.all(partitions.map((partition) => partition.backlog())).then(
    (backlogs) => backlogs.reduce((sum, backlog) => sum + backlog[log], 0),
    () => Number.NaN,
  );
}
