import type { LoggedEvent } from '../pipeline/counter-store.ts';
import type { UsageEvent } from '../pipeline/engine-event.ts';

type LoggedUsage = LoggedEvent & { readonly event: UsageEvent };

/**
 * Events on their way to the ledger, which keeps one row per session: of the usage events of a session only those stay
 * that say something the later ones do not. What the ledger makes of them is the same as what it makes of all of them,
 * since it takes highest counters and the newest state.
 */
export class WaitingEvents {
  private readonly newest = new Map<string, LoggedUsage>();
  private readonly others: LoggedEvent[] = [];

  /** Adds events that come after all those before in the log. */
  add(events: readonly LoggedEvent[]): void {
    for (const logged of events) {
      if (isUsage(logged)) this.addUsage(logged);
      else this.others.push(logged);
    }
  }

  /** What is left of them, in no particular order. */
  list(): readonly LoggedEvent[] {
    return [...this.others, ...this.newest.values()];
  }

  private addUsage(logged: LoggedUsage): void {
    const key = `${logged.event.lineId}/${logged.event.sessionKey}`;
    const before = this.newest.get(key);
    if (before !== undefined && !saysAll(logged.event, before.event)) this.others.push(before);
    this.newest.set(key, logged);
  }
}

function isUsage(logged: LoggedEvent): logged is LoggedUsage {
  return logged.event.type === 'usage';
}

/** True when an event leaves nothing for an earlier one of its session to tell. */
function saysAll(later: UsageEvent, earlier: UsageEvent): boolean {
  return (
    later.at >= earlier.at &&
    later.startedAt <= earlier.startedAt &&
    later.inputOctets >= earlier.inputOctets &&
    later.outputOctets >= earlier.outputOctets &&
    later.chargedOctets >= earlier.chargedOctets &&
    later.freeOctets >= earlier.freeOctets &&
    later.quarantinedOctets >= earlier.quarantinedOctets &&
    later.burnedOctets >= earlier.burnedOctets &&
    later.overshotOctets >= earlier.overshotOctets &&
    earlier.consumed.every(([id, octets]) => later.consumed.some((own) => own[0] === id && own[1] >= octets))
  );
}
