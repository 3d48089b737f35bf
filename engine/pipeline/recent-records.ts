import type { Instant } from '../values/instant.ts';
import { PIPELINE_LIMITS } from './limits.ts';
import type { SessionAccounting } from './session-accounting.ts';

/**
 * The records that were acknowledged last, as they came. A store that is lost is put together again from ledger and
 * history, to which the event log had not yet brought them; they are then counted once more.
 */
export class RecentRecords {
  private readonly ring: (SessionAccounting | undefined)[] = new Array(PIPELINE_LIMITS.recentRecords);
  private readonly storedAt = new Float64Array(PIPELINE_LIMITS.recentRecords);
  private first = 0;
  private size = 0;

  /** Keeps a record that was stored about `at`; the oldest makes room. */
  add(accounting: SessionAccounting, at: Instant): void {
    const { length } = this.ring;
    const place = (this.first + this.size) % length;
    this.ring[place] = accounting;
    this.storedAt[place] = at;
    if (this.size < length) this.size++;
    else this.first = (this.first + 1) % length;
  }

  /** Forgets what is older than the sink can be late. */
  prune(now: Instant): void {
    const due = now - PIPELINE_LIMITS.recentRecordsMs;
    while (this.size > 0 && (this.storedAt[this.first] ?? due) <= due) {
      this.ring[this.first] = undefined;
      this.first = (this.first + 1) % this.ring.length;
      this.size--;
    }
  }

  /** The kept records of the lines that `isWanted`, oldest first. */
  of(isWanted: (username: string) => boolean): readonly SessionAccounting[] {
    const found: SessionAccounting[] = [];
    for (let index = 0; index < this.size; index++) {
      const accounting = this.ring[(this.first + index) % this.ring.length];
      if (accounting !== undefined && isWanted(accounting.record.username)) found.push(accounting);
    }
    return found;
  }
}
