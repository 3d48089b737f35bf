import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerStore } from '../../engine/subscribers/ledger-store.ts';
import type { LineDeclaration, ProvisioningDocument } from '../../engine/subscribers/provisioning.ts';
import { NOW } from '../engine/store/ledger/sample.ts';

const plans = [{ name: 'gold', days: 30 }];

function line(username: string, given: Partial<LineDeclaration> = {}): LineDeclaration {
  return { username, plan: 'gold', ...given };
}

interface Place {
  open(): Promise<LedgerStore>;
  remove(): Promise<void>;
}

/** The ledger that the tests of a suite follow through its life. */
interface World {
  readonly ledger: () => LedgerStore;
  /** Applies a document; its faults, none when it was right. */
  readonly faultsOf: (document: ProvisioningDocument) => Promise<string[]>;
  /** Kinds of what waits in the outbox, which is emptied. */
  readonly outbox: () => Promise<string[]>;
}

/** What a ledger promises about addresses; the tests follow one ledger through its life. */
export function ledgerAddressesSuite(name: string, makePlace: () => Promise<Place>): void {
  describe(`addresses in the ledger on ${name}`, () => {
    let place: Place;
    let ledger: LedgerStore;
    beforeAll(async () => {
      place = await makePlace();
      ledger = await place.open();
    }, 60_000);
    afterAll(async () => {
      await ledger.close();
      await place.remove();
    });
    const world: World = {
      ledger: () => ledger,
      faultsOf: async (document) => {
        const applied = await ledger.apply(document, NOW);
        return applied.ok ? [] : applied.error.map(({ path, message }) => `${path}: ${message}`);
      },
      outbox: async () => {
        const pending = await ledger.pendingProjections(100_000);
        await ledger.completeProjections(pending.map(({ id }) => id));
        return pending.map(({ kind }) => kind);
      },
    };
    keepsPools(world);
    refusesOverlaps(world);
    takesMany(world);
  });
}

function keepsPools({ ledger: current, faultsOf, outbox }: World): void {
  it('keeps pools, and tells the counters of them and of the static addresses inside', async () => {
    const ledger = current();
    const pools = [{ name: 'home', ranges: ['10.0.0.0/24', '10.0.9.1-10.0.9.5'] }];
    const lines = [line('a', { staticIp: '10.0.0.9' }), line('b', { staticIp: '192.0.2.1' })];
    expect(await faultsOf({ plans, lines, pools })).toEqual([]);
    const [first] = (await ledger.reference()).pools ?? [];
    expect(first).toMatchObject({ ...pools[0], reserved: ['10.0.0.9'] });
    await outbox();
    expect((await ledger.apply({ pools }, NOW)).ok).toBe(true);
    expect(await outbox()).toEqual([]);
    expect(await faultsOf({ lines: [line('b', { staticIp: '10.0.9.5' })] })).toEqual([]);
    expect(await outbox()).toEqual(['line', 'reference']);
    const [second] = (await ledger.reference()).pools ?? [];
    expect(second?.reserved).toEqual(['10.0.0.9', '10.0.9.5']);
    expect(second!.revision).toBeGreaterThan(first!.revision);
  });
}

function refusesOverlaps({ ledger, faultsOf }: World): void {
  it('refuses what overlaps the addresses of another line, and keeps what was', async () => {
    const own = { framedIpv6Prefix: '2001:db8::/64', framedRoutes: ['10.7.0.0/24 10.7.0.1 1'] };
    expect(await faultsOf({ lines: [line('a', own)] })).toEqual([]);
    expect(await faultsOf({ lines: [line('a', own)] })).toEqual([]);
    expect(
      await faultsOf({
        lines: [
          line('c', { delegatedIpv6Prefix: '2001:db8::/56' }),
          line('d', { framedRoutes: ['10.7.0.128/25'] }),
          line('e', { staticIp: '10.7.0.3' }),
          line('f', { framedRoutes: ['192.0.2.0/24', '10.0.9.0/30'] }),
        ],
        pools: [{ name: 'shop', ranges: ['10.7.0.0-10.7.0.1'] }],
      }),
    ).toEqual([
      'pools[0].ranges[0]: 10.7.0.0-10.7.0.1 overlaps 10.7.0.0/24 of line a',
      'lines[0].delegatedIpv6Prefix: 2001:db8::/56 overlaps 2001:db8::/64 of line a',
      'lines[1].framedRoutes[0]: 10.7.0.128/25 overlaps 10.7.0.0/24 of line a',
      'lines[2].staticIp: 10.7.0.3 overlaps 10.7.0.0/24 of line a',
      'lines[3].framedRoutes[1]: 10.0.9.0/30 overlaps 10.0.9.1-10.0.9.5 of pool home',
    ]);
    expect(await ledger().line('c')).toBeUndefined();
  });

  it('lets a line hand its addresses over in one document', async () => {
    const lines = [
      line('a', { framedIpv6Prefix: '', framedRoutes: [] }),
      line('g', { framedIpv6Prefix: '2001:db8::/64', framedRoutes: ['10.7.0.0/25'] }),
    ];
    expect(await faultsOf({ lines })).toEqual([]);
    expect(await faultsOf({ lines: [line('a', { framedIpv6Prefix: '2001:db8::/96' })] })).toEqual([
      'lines[0].framedIpv6Prefix: 2001:db8::/96 overlaps 2001:db8::/64 of line g',
    ]);
  });
}

function takesMany({ faultsOf }: World): void {
  it('takes a document of 4,000 lines with prefixes, and refuses the one that is in the way', async () => {
    const lines = Array.from({ length: 4_000 }, (_, index) =>
      line(`m${index}`, {
        staticIp: `10.1${index >> 11}.${(index >> 8) & 7}.${index & 255}`,
        framedRoutes: [`172.16.${index >> 8}.${index & 255}/32`],
        delegatedIpv6Prefix: `2001:db9:${index.toString(16)}::/48`,
      }),
    );
    expect(await faultsOf({ lines })).toEqual([]);
    expect(await faultsOf({ lines: [line('late', { framedRoutes: ['172.16.0.5/32'] })] })).toEqual([
      'lines[0].framedRoutes[0]: 172.16.0.5/32 overlaps 172.16.0.5/32 of line m5',
    ]);
  }, 60_000);
}
