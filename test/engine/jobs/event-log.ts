import type { LoggedEvent, SinkMark } from '../../../engine/pipeline/counter-store.ts';
import type { EngineEvent } from '../../../engine/pipeline/engine-event.ts';

/** The part of a partition's log that the sink works on, in memory. */
export class EventLog {
  readonly partition: number;
  readonly trims: number[] = [];
  private entries: LoggedEvent[] = [];
  private mark: SinkMark = { sunkThrough: 0, begun: undefined };
  private last = 0;

  constructor(partition = 0) {
    this.partition = partition;
  }

  add(events: readonly EngineEvent[]): void {
    for (const event of events) {
      this.last += 1;
      this.entries.push({ position: this.last, event });
    }
  }

  get size(): number {
    return this.entries.length;
  }

  async readEvents(after: number, limit: number): Promise<readonly LoggedEvent[]> {
    return this.entries.filter(({ position }) => position > after).slice(0, limit);
  }

  async trimEvents(position: number): Promise<void> {
    this.trims.push(position);
    this.entries = this.entries.filter((entry) => entry.position > position);
  }

  async sinkMark(): Promise<SinkMark> {
    return this.mark;
  }

  async putSinkMark(mark: SinkMark): Promise<void> {
    this.mark = mark;
  }
}
