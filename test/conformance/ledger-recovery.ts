import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOwnCause } from '../../engine/accounting/apply-record.ts';
import type { EventLedger } from '../../engine/jobs/sink-targets.ts';
import type { UsageEvent } from '../../engine/pipeline/engine-event.ts';
import type { LedgerStore } from '../../engine/subscribers/ledger-store.ts';
import type { RecoveryLedger } from '../../engine/subscribers/recovery.ts';
import { DAY_MS, HOUR_MS } from '../../engine/values/instant.ts';
import { document, NOW, usageEvent } from '../engine/store/ledger/sample.ts';

/** An empty ledger, and the way to remove it. */
export interface RecoveryPlace {
  readonly ledger: LedgerStore & EventLedger & RecoveryLedger;
  readonly remove: () => Promise<void>;
}

let place: RecoveryPlace;
let position = 0;
const CLOSED = { stopped: NOW - 2 * DAY_MS, givenUp: NOW - 31 * DAY_MS };

function record(...given: Partial<UsageEvent>[]): Promise<void> {
  const events = given.map((event) => ({ position: ++position, event: usageEvent(event) }));
  return place.ledger.recordEvents(events, 3);
}

const key = (number: number) => number.toString(16).padStart(16, '0');

async function sessionsOf(username: string) {
  const lines = await place.ledger.sunkLines(0, 100, CLOSED, NOW);
  return lines.find(({ profile }) => profile.username === username)!.sessions;
}

/** What every ledger gives back of what was sunk, for lost counters to be rebuilt from. */
export function ledgerRecoverySuite(name: string, open: () => Promise<RecoveryPlace>): void {
  describe(`${name}, asked for what was lost`, () => {
    beforeAll(async () => {
      place = await open();
      await place.ledger.apply(document, NOW);
    });
    afterAll(async () => {
      await place.ledger.close();
      await place.remove();
    });
    remembersPartitions();
    givesSessions();
    givesTombstones();
    givesLines();
  });
}

function remembersPartitions(): void {
  it('remembers how far a partition has come, once it knows it', async () => {
    const { ledger } = place;
    await record({ at: NOW - 5 });
    expect(await ledger.partitionRecords()).toEqual([]);
    await ledger.putPartition(3, 'one', 7, NOW);
    expect(await ledger.partitionRecords()).toEqual([
      { partition: 3, epoch: 'one', lastEvent: 7, lastEventAt: undefined },
    ]);
    position = 20;
    await record({ at: NOW - 9 }, { at: NOW - 8 });
    await place.ledger.recordEvents([{ position: 4, event: usageEvent({ at: NOW - 10 }) }], 3);
    await place.ledger.recordEvents([{ position: 90, event: usageEvent({}) }], 2);
    await ledger.putPartition(3, 'two', 5, NOW);
    await ledger.putPartition(0, 'zero', 0, NOW);
    expect(await ledger.partitionRecords()).toEqual([
      { partition: 0, epoch: 'zero', lastEvent: 0, lastEventAt: undefined },
      { partition: 3, epoch: 'two', lastEvent: 22, lastEventAt: NOW - 8 },
    ]);
  });
}

function givesSessions(): void {
  it('gives a session as its newest event left it, with the highest figures', async () => {
    const session = { sessionKey: key(0x51), username: 'u1' };
    const newest = { ...session, at: NOW + 900, outputOctets: 2 ** 52, burnedOctets: 9 };
    await record(
      { ...newest, resume: ['100/50', [0, 7, null], 0, 33], startedAt: NOW - 61_000 },
      { ...session, at: NOW + 800, outputOctets: 5, overshotOctets: 3, resume: ['1/1'] },
      // Within a record, whose own row is in the next batch.
      { ...session, kind: 'split', at: NOW + 950, outputOctets: 2 ** 52 + 7 },
    );
    const [line] = await place.ledger.sunkLines(0, 1, CLOSED, NOW);
    const expected = {
      key: key(0x51),
      nas: 'bras1',
      nasPort: '7',
      acctSessionId: '8100abcd',
      callingStationId: 'aabbcc001122',
      framedIp: '10.9.0.1',
      state: 'live',
      startedAt: NOW - 61_000,
      updatedAt: NOW + 900,
      inputOctets: 0,
      outputOctets: 2 ** 52,
      chargedOctets: 0,
      freeOctets: 0,
      quarantinedOctets: 0,
      burnedOctets: 9,
      overshotOctets: 3,
      closeCause: '',
      resume: ['100/50', [0, 7, null], 0, 33],
    };
    expect(line!.sessions.find((one) => one.key === key(0x51))).toEqual(expected);
    const names = [0x51, 0x52].map((number) => ({ lineId: 1, sessionKey: key(number) }));
    expect(await place.ledger.sunkSessions(names)).toEqual([{ lineId: 1, ...expected }]);
    expect(await place.ledger.sunkSessions([])).toEqual([]);
  });
}

function givesTombstones(): void {
  it('gives open sessions however old, closed ones as long as their tombstones may live, and the next', async () => {
    const closed = {
      lineId: 2,
      username: 'u2',
      kind: 'stop',
      state: 'closed',
      closeCause: 'stopped',
    } as const;
    const lost = { ...closed, kind: 'lost' } as const;
    await record(
      { lineId: 2, username: 'u2', sessionKey: key(1), at: NOW - 400 * DAY_MS },
      { lineId: 2, username: 'u2', sessionKey: key(2), at: NOW - DAY_MS, state: 'suspect' },
      { ...closed, sessionKey: key(3), at: NOW - 2 * DAY_MS + HOUR_MS },
      { ...closed, sessionKey: key(4), at: NOW - 2 * DAY_MS - HOUR_MS },
      ...['lost', 'taken-over', 'replaced', 'too-old'].map((closeCause, index) => {
        expect(isOwnCause(closeCause)).toBe(true);
        return { ...lost, closeCause, sessionKey: key(5 + index), at: NOW - 31 * DAY_MS + HOUR_MS };
      }),
      { ...lost, closeCause: 'lost', sessionKey: key(9), at: NOW - 31 * DAY_MS - HOUR_MS },
      { ...lost, closeCause: 'lost', sessionKey: key(10), at: NOW - HOUR_MS },
    );
    const keys = (await sessionsOf('u2')).map((session) => Number.parseInt(session.key, 16));
    expect(keys.sort((left, right) => left - right)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10]);
    await record({ lineId: 2, username: 'u2', sessionKey: key(10), at: NOW });
    expect((await sessionsOf('u2')).find((session) => session.key === key(10))?.state).toBe('live');
  });

  it('gives the newest of very many closed sessions', async () => {
    const flaps = Array.from({ length: 90 }, (_, index) => ({
      lineId: 2,
      username: 'u2',
      kind: 'stop' as const,
      state: 'closed' as const,
      closeCause: 'stopped',
      sessionKey: key(0x1000 + index),
      at: NOW - index * 1000,
    }));
    await record(...flaps);
    const keys = new Set((await sessionsOf('u2')).map((session) => session.key));
    for (let index = 0; index < 60; index++) expect(keys).toContain(key(0x1000 + index));
    expect(keys).not.toContain(key(0x1000 + 70));
  });
}

function givesLines(): void {
  it('gives lines by number, page by page, with what was bought and used', async () => {
    await record({ consumed: [['service:u1:1', 77]] });
    const [first] = await place.ledger.sunkLines(0, 1, CLOSED, NOW);
    const rest = await place.ledger.sunkLines(first!.profile.lineId, 100, CLOSED, NOW);
    expect([first, ...rest].map((line) => line!.profile.username)).toEqual(['u1', 'u2']);
    for (const { profile, grants } of [first!, ...rest]) {
      expect({ profile, grants }).toEqual(await place.ledger.lineProjection(profile.username, NOW));
    }
    expect(first!.grants[0]!.consumed).toBe(77);
    expect(await place.ledger.sunkLines(rest.at(-1)!.profile.lineId, 100, CLOSED, NOW)).toEqual([]);
  });
}
