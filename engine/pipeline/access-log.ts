import type { AccessEvent, EngineEvent } from './engine-event.ts';
import { PIPELINE_LIMITS } from './limits.ts';

/**
 * Gathers access events that belong to no commit (rejects) and folds repeats, so that a flood of wrong passwords is a
 * few history rows with a count. What does not fit the limit of one turn is only counted by the metrics.
 */
export class AccessLog {
  private readonly folded = new Map<string, AccessEvent>();

  /** Keeps an event until the next `take`. */
  add(event: EngineEvent): void {
    if (event.type !== 'access') return;
    const key = `${event.reason}\n${event.nas}\n${event.username}`;
    const known = this.folded.get(key);
    if (known !== undefined) this.folded.set(key, { ...known, count: known.count + 1 });
    else if (this.folded.size < PIPELINE_LIMITS.accessEventsPerSecond) this.folded.set(key, event);
  }

  /** All events since the last call. */
  take(): readonly AccessEvent[] {
    const events = [...this.folded.values()];
    this.folded.clear();
    return events;
  }
}
