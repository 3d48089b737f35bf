import type { LineCommit } from '../../pipeline/counter-store.ts';
import type { Instant } from '../../values/instant.ts';
import { packEvent } from './pack-event.ts';
import type { KnownLine } from './redis-known-lines.ts';
import { fieldChanges } from './redis-line-fields.ts';

/**
 * The moment for which the line stands in the index after its commit. An interim moves the moment further away every
 * time, so a later moment leaves the entry where it is: it fires early, is looked at, and is moved then.
 */
export function plannedAfter({ wakeAt, at }: LineCommit, known: KnownLine | undefined): Instant | undefined {
  const planned = known?.planned;
  const stays = planned !== undefined && wakeAt !== undefined && planned <= wakeAt && planned > at;
  return stays ? planned : wakeAt;
}

/** Arguments of `mizan_commit` (`schemas/redis/mizan.lua`), filled line by line. */
export class CommitArgs {
  readonly args: string[] = [];
  private readonly events: string[] = [];

  /** The events of all lines, one line of text each. */
  get eventText(): string {
    return this.events.join('\n');
  }

  /**
   * Adds what becomes of a line.
   * @param known what its hash holds, if that is known; else all fields are written.
   */
  add(line: LineCommit, known: KnownLine | undefined): void {
    const { args } = this;
    const { expectedVersion, state, events, effects } = line;
    const before = known?.state;
    const mode = state === undefined ? 'd' : before === undefined ? 'p' : 's';
    const { set, remove } = state === undefined ? NO_CHANGES : fieldChanges(before, state);
    const planned = plannedAfter(line, known);
    const plans = known === undefined || planned !== known.planned;
    const fields = set.length / 2;
    const flags =
      mode + (remove.length > 0 ? 'r' : '-') + (effects.length > 0 ? 'e' : '-') + (plans ? 'm' : '-');
    const what = flags + countText(fields) + countText(events.length);
    args.push(String(expectedVersion), String(expectedVersion + 1), what);
    if (fields > MOST_SHORT) args.push(String(fields));
    if (events.length > MOST_SHORT) args.push(String(events.length));
    for (const text of set) args.push(text);
    if (remove.length > 0) args.push(String(remove.length), ...remove);
    if (effects.length > 0) args.push(effects.map((effect) => JSON.stringify(effect)).join('\n'));
    if (plans) args.push(planned === undefined ? '-' : String(planned));
    for (const event of events) this.events.push(JSON.stringify(packEvent(event)));
  }
}

const NO_CHANGES = { set: [], remove: [] };
const ZERO = '0'.charCodeAt(0);
/** A greater count has an argument of its own. */
const MOST_SHORT = '~'.charCodeAt(0) - ZERO - 1;

/** A count in one character. */
function countText(count: number): string {
  return count > MOST_SHORT ? '~' : String.fromCharCode(ZERO + count);
}
