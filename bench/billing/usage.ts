import type { LoggedEvent } from '../../engine/pipeline/counter-store.ts';
import type { Random } from '../fleet/random.ts';
import type { HouseBook } from './customer-book.ts';
import type { LineBook } from './line-book.ts';
import type { House } from './open-house.ts';

interface GrantRow {
  readonly id: string;
  readonly line_id: number;
  readonly kind: string;
  readonly tier: number;
  readonly octets: number;
  readonly consumed_octets: number;
  readonly valid_from: number;
  readonly valid_until: number | null;
}

/** Lets subscribers use what they have, and tells the ledger as the sink does. */
export class UsageMaker {
  readonly #house: House;
  readonly #book: HouseBook;
  readonly #random: Random;
  #position = 0;

  constructor(house: House, book: HouseBook, random: Random) {
    this.#house = house;
    this.#book = book;
    this.#random = random;
  }

  /** A day's use of all lines at `at`; every volume that is valid must be one that the books know, and the other way. */
  async use(at: number): Promise<void> {
    const rows = await this.#house.query<GrantRow>(`
      SELECT id, line_id, kind, tier, octets, consumed_octets, valid_from, valid_until FROM "grant"
      WHERE octets > consumed_octets AND valid_from <= ${instant(at)} AND (valid_until IS NULL OR valid_until > ${instant(at)})
      ORDER BY line_id, id`);
    const byLine = Map.groupBy(rows, ({ line_id }) => line_id);
    const events: LoggedEvent[] = [];
    for (const line of this.#book.customers.flatMap(({ lines }) => lines)) {
      const event = this.#useLine(line, byLine.get(line.lineId) ?? [], at);
      if (event !== undefined) events.push(event);
    }
    if (events.length > 0) await this.#house.ledger.recordEvents(events, 0);
  }

  #useLine(line: LineBook, grants: readonly GrantRow[], at: number): LoggedEvent | undefined {
    const known = line.volumes.filter(
      ({ from, until, octets, used }) => from <= at && (until === undefined || at < until) && used < octets,
    );
    if (known.length !== grants.length) {
      this.#book.find(
        `${line.username} at ${new Date(at).toISOString()}: ${grants.length} volumes to use, the books have ${known.length}`,
      );
    }
    if (line.isOff || line.expires(at) <= at || !this.#random.chance(0.4)) return undefined;
    const consumed: [string, number][] = [];
    const share = this.#random.chance(0.15) ? 1 : this.#random.unit() * 0.25;
    for (const grant of grants) {
      const volume = known.find(
        ({ kind, tier, octets, used, from, until }) =>
          kind === grant.kind &&
          tier === grant.tier &&
          octets === grant.octets &&
          used === grant.consumed_octets &&
          from === grant.valid_from &&
          (until ?? null) === grant.valid_until,
      );
      if (volume === undefined) {
        this.#book.find(
          `${line.username} at ${new Date(at).toISOString()}: no volume in the books is ${JSON.stringify(grant)}`,
        );
        continue;
      }
      volume.used +=
        share === 1 ? volume.octets - volume.used : Math.floor((volume.octets - volume.used) * share);
      consumed.push([grant.id, volume.used]);
    }
    return consumed.length === 0 ? undefined : this.#eventOf(line, consumed, at);
  }

  #eventOf({ lineId, username }: LineBook, consumed: [string, number][], at: number): LoggedEvent {
    this.#position += 1;
    const octets = consumed.reduce((sum, [, used]) => sum + used, 0);
    return {
      position: this.#position,
      event: {
        ...{
          type: 'usage',
          kind: 'interim',
          at,
          lineId,
          username,
          sessionKey: `s-${username}`,
          nas: 'bras1',
        },
        ...{ nasPort: '1', acctSessionId: '1', callingStationId: '', framedIp: '', state: 'live' },
        ...{ startedAt: at, segment: 0, sessionTimeSeconds: 0, inputOctets: 0, outputOctets: octets },
        ...{
          chargedOctets: octets,
          freeOctets: 0,
          quarantinedOctets: 0,
          burnedOctets: octets,
          overshotOctets: 0,
        },
        ...{ consumed, closeCause: '', anomalies: [], resume: undefined },
      },
    };
  }
}

/** An instant as SQL. */
export function instant(at: number): string {
  return `'${new Date(at).toISOString()}'::timestamptz`;
}
