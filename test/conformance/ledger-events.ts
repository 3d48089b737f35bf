import { expect, it } from 'vitest';
import { document, NOW, usageEvent } from '../engine/store/ledger/sample.ts';
import { apply, takeOutbox, world } from './ledger-world.ts';

/** The sink's side of a ledger: events in any order, again and again, and from several sides at a time. */
export function ledgerEventTests(): void {
  sinkSide();
  sinkSideAgain();
  atTheSameTime();
  reconcilerSide();
}

function sinkSide(): void {
  it('keeps highest counters and the newest state, in any order and however often', async () => {
    const id = (await world.ledger.line('u1'))!.lineId;
    const base = { lineId: id, sessionKey: '00000000000000b1' };
    const events = [
      usageEvent({ ...base, kind: 'start', at: NOW, state: 'live' }),
      usageEvent({ ...base, at: NOW + 300_000, outputOctets: 700, chargedOctets: 700, burnedOctets: 700 }),
      usageEvent({
        ...base,
        kind: 'stop',
        at: NOW + 600_000,
        state: 'closed',
        outputOctets: 2 ** 52 + 1,
        inputOctets: 30,
        closeCause: 'User-Request',
        consumed: [['service:u1:1', 900]],
      }),
      usageEvent({ ...base, at: NOW + 600_000, state: 'closed', closeCause: 'late', outputOctets: 1 }),
    ].map((event, index) => ({ position: index + 1, event }));
    await world.ledger.recordEvents(events.slice(2), 0);
    await world.ledger.recordEvents(events.slice(0, 2), 0);
    const first = await world.ledger.sessions({ username: 'u1', limit: 10 });
    for (const batch of [events, events.toReversed(), [events[0]!], events.slice(1, 3)]) {
      await world.ledger.recordEvents(batch, 0);
      expect(await world.ledger.sessions({ username: 'u1', limit: 10 })).toEqual(first);
    }
    expect(first).toHaveLength(1);
    expect(first[0]).toMatchObject({
      state: 'closed',
      outputOctets: 2 ** 52 + 1,
      inputOctets: 30,
      burnedOctets: 700,
      closeCause: 'late',
      updatedAt: NOW + 600_000,
    });
    const { grants } = (await world.ledger.lineProjection('u1', NOW))!;
    expect(grants[0]!.consumed).toBe(900);
    await world.ledger.recordEvents(
      [{ position: 9, event: usageEvent({ consumed: [['service:u1:1', 5]] }) }],
      0,
    );
    expect((await world.ledger.lineProjection('u1', NOW))!.grants[0]!.consumed).toBe(900);
  });
}

function sinkSideAgain(): void {
  it('does not let a grant shrink below what was used', async () => {
    const extraGrants = [{ id: 'gift-2', kind: 'gift', octets: 1000 }] as const;
    await apply({ lines: [{ username: 'u1', plan: 'gold', extraGrants }] });
    await world.ledger.recordEvents(
      [{ position: 10, event: usageEvent({ consumed: [['gift-2', 600]] }) }],
      0,
    );
    const smaller = { username: 'u1', plan: 'gold', extraGrants: [{ ...extraGrants[0], octets: 599 }] };
    expect(await world.ledger.apply({ lines: [smaller] }, NOW)).toEqual({
      ok: false,
      error: [{ path: 'lines[0].extraGrants[0].octets', message: '600 octets of it are used already' }],
    });
  });

  it('stores text that PostgreSQL cannot hold in the nearest form it can', async () => {
    const event = usageEvent({ sessionKey: '00000000000000c1', acctSessionId: 'a\0b\ud800;\'"\\' });
    await world.ledger.recordEvents([{ position: 20, event }], 0);
    const [session] = await world.ledger.sessions({ open: true, limit: 1 });
    expect(session!.acctSessionId).toBe('a\uFFFDb\uFFFD;\'"\\');
  });

  it('only ever tightens what is known about a NAS', async () => {
    const nas = { type: 'nas', at: NOW, nas: 'bras1', gigawordsSince: undefined, bootedAt: NOW } as const;
    await world.ledger.recordEvents(
      [
        { position: 30, event: { ...nas, boot: 3, messageAuthenticatorSince: NOW } },
        { position: 31, event: { ...nas, boot: 2, messageAuthenticatorSince: undefined, bootedAt: NOW - 5 } },
      ],
      0,
    );
    await world.ledger.recordEvents(
      [{ position: 32, event: { ...nas, boot: 1, messageAuthenticatorSince: NOW + 9, bootedAt: undefined } }],
      0,
    );
    const learned = {
      messageAuthenticatorSince: NOW,
      gigawordsSince: undefined,
      boot: 3,
      bootedAt: NOW,
    };
    expect((await world.ledger.nasList())[0]!.learned).toEqual(learned);
    await apply({ nas: [{ ...document.nas[0]!, secret: 'new' }] });
    expect((await world.ledger.reference()).nas[0]).toMatchObject({ entry: { secret: 'new' }, learned });
  });

  it('lists sessions by newest start, in pages', async () => {
    const events = [1, 2, 3].map((hour) => ({
      position: 40 + hour,
      event: usageEvent({
        username: 'u2',
        sessionKey: `000000000000000${hour}`,
        startedAt: NOW + hour * 3_600_000,
      }),
    }));
    await world.ledger.recordEvents(events, 0);
    const page = await world.ledger.sessions({ username: 'u2', limit: 2 });
    expect(page.map(({ sessionKey }) => sessionKey.at(-1))).toEqual(['3', '2']);
    const rest = await world.ledger.sessions({ username: 'u2', limit: 2, before: page[1]! });
    expect(rest.map(({ sessionKey }) => sessionKey.at(-1))).toEqual(['1']);
    expect(await world.ledger.sessions({ username: 'u2', open: false, limit: 9 })).toEqual([]);
  });
}

function atTheSameTime(): void {
  it('takes two sinks and applies at a time, each of them whole', async () => {
    const usernames = BUSY;
    const declare = (octets: number, order: readonly string[]) =>
      apply({
        nas: [{ ...document.nas[0]!, secret: `s${octets}` }],
        lines: order.map((username) => ({
          username,
          plan: 'open',
          extraGrants: [{ id: grantId(username), kind: 'gift' as const, octets }],
        })),
      });
    await declare(1_000, usernames);
    for (let round = 1; round <= 10; round += 1) {
      await Promise.all([
        world.ledger.recordEvents(busyBatch(round, usernames), 0),
        world.ledger.recordEvents(busyBatch(round, usernames.toReversed()), 1),
        declare(1_000 + round, usernames.toReversed()),
        world.ledger.setStatus('busy3', { status: 'active', reason: '', actor: '' }, NOW),
      ]);
    }
    for (const username of usernames) {
      const { grants } = (await world.ledger.lineProjection(username, NOW))!;
      expect(grants.find(({ id }) => id === grantId(username))).toMatchObject({
        octets: 1_010,
        consumed: 10,
      });
      expect(await world.ledger.sessions({ username, limit: 2 })).toMatchObject([{ outputOctets: 10 }]);
    }
    expect((await world.ledger.nasList())[0]!.learned).toMatchObject({ boot: 13, bootedAt: NOW + 10 });
    await takeOutbox();
  });
}

function reconcilerSide(): void {
  it('lists lines by number, in pages, and finds numbers by username', async () => {
    const names: string[] = [];
    const ids: number[] = [];
    for (let after = 0; ; after = ids.at(-1)!) {
      const page = await world.ledger.linesAfter(after, 3);
      names.push(...page.map(({ username }) => username));
      ids.push(...page.map(({ lineId }) => lineId));
      if (page.length < 3) break;
    }
    expect(names.toSorted()).toEqual((await world.ledger.lines(100)).map(({ username }) => username));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    const found = await world.ledger.lineIds(['busy7', 'nobody', 'u1']);
    expect(found).toEqual(
      new Map(['u1', 'busy7'].map((username) => [username, ids[names.indexOf(username)]])),
    );
    expect(await world.ledger.lineIds([])).toEqual(new Map());
  });

  it('gives grants and wanted sessions of many lines, each in its place', async () => {
    const { lineId } = (await world.ledger.line('u1'))!;
    const figures = {
      inputOctets: 1,
      outputOctets: 2 ** 50,
      chargedOctets: 3,
      freeOctets: 4,
      quarantinedOctets: 5,
      burnedOctets: 6,
      overshotOctets: 7,
    };
    const key = '00000000000000d1';
    const events = [
      usageEvent({ lineId, sessionKey: key, ...figures, consumed: [['service:u1:1', 950]] }),
      usageEvent({ lineId, sessionKey: '00000000000000d2', outputOctets: 1 }),
      usageEvent({ lineId: 777, sessionKey: key, outputOctets: 8 }),
    ].map((event, index) => ({ position: 9_000 + index, event }));
    await world.ledger.recordEvents(events, 0);
    const [nobody, u1, none] = await world.ledger.ledgerBalances([
      { lineId: 777, sessionKeys: [key] },
      { lineId, sessionKeys: [key, '00000000000000d3'] },
      { lineId: 778, sessionKeys: [] },
    ]);
    expect(nobody!.grants).toEqual(new Map());
    expect(nobody!.sessions.get(key)).toMatchObject({ outputOctets: 8 });
    expect(u1!.sessions).toEqual(new Map([[key, figures]]));
    expect(u1!.grants.get('service:u1:1')).toMatchObject({ octets: 50 * 2 ** 30, consumedOctets: 950 });
    const { grants } = (await world.ledger.line('u1'))!;
    expect([...u1!.grants.keys()].toSorted()).toEqual(grants.map(({ id }) => id).toSorted());
    expect(none).toEqual({ grants: new Map(), sessions: new Map() });
    expect(await world.ledger.ledgerBalances([])).toEqual([]);
  });

  it('tells which lines wait for their projection', async () => {
    await takeOutbox();
    await world.ledger.setStatus('busy2', { status: 'suspended', reason: '', actor: '' }, NOW);
    expect(await world.ledger.unprojected(['busy1', 'busy2', 'nobody'])).toEqual(new Set(['busy2']));
    await takeOutbox();
    expect(await world.ledger.unprojected(['busy2'])).toEqual(new Set());
  });
}

/** Lines that several sides write to at once. */
const BUSY = Array.from({ length: 20 }, (_, index) => `busy${index}`);
const grantId = (username: string) => `gift-${username}`;

/** What a sink carries over of each line, in this order, and of the NAS. */
function busyBatch(round: number, order: readonly string[]) {
  return order.flatMap((username, index) => [
    {
      position: 1_000 + round * 100 + index,
      event: usageEvent({
        username,
        lineId: 900 + BUSY.indexOf(username),
        at: NOW + round,
        outputOctets: round,
        consumed: [[grantId(username), round]],
      }),
    },
    {
      position: 5_000 + round,
      event: {
        type: 'nas' as const,
        at: NOW,
        nas: 'bras1',
        boot: 3 + round,
        bootedAt: NOW + round,
        messageAuthenticatorSince: undefined,
        gigawordsSince: undefined,
      },
    },
  ]);
}
