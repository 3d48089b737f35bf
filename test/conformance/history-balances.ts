import { expect, it } from 'vitest';
import type { EventHistory } from '../../engine/jobs/sink-targets.ts';
import type { LoggedEvent } from '../../engine/pipeline/counter-store.ts';
import type { UsageEvent } from '../../engine/pipeline/engine-event.ts';
import type { ReconcileHistory } from '../../engine/subscribers/reconcile.ts';
import { DAY_MS, type Instant } from '../../engine/values/instant.ts';

/**
 * What the reconciler asks of a usage history. Lines from 40 on are its own.
 * @param logged an event with a place in the log.
 */
export function historyBalanceTests(
  history: () => ReconcileHistory & EventHistory,
  logged: (given: Partial<UsageEvent>) => LoggedEvent,
  midnight: Instant,
): void {
  const figures = {
    inputOctets: 40,
    outputOctets: 2 ** 50,
    chargedOctets: 2 ** 50,
    freeOctets: 30,
    quarantinedOctets: 10,
    burnedOctets: 600,
    overshotOctets: 70,
  };
  const wanted = 'fffffffffffffff1';

  it('gives wanted sessions one by one and all others of a line together', async () => {
    const later = { at: midnight + 3 * DAY_MS };
    await history().insert(
      [
        logged({ lineId: 40, sessionKey: wanted, ...figures, at: midnight - 1, outputOctets: 5 }),
        logged({ lineId: 40, sessionKey: wanted, ...figures, ...later }),
        logged({ lineId: 40, sessionKey: '0000000000000042', ...figures, ...later, burnedOctets: 900 }),
        logged({ lineId: 40, sessionKey: '0000000000000000', outputOctets: 7, freeOctets: 10 }),
        logged({ lineId: 40, sessionKey: '0000000000000043', outputOctets: 10, freeOctets: 7 }),
        logged({ lineId: 41, sessionKey: wanted, ...figures, burnedOctets: 33 }),
        logged({ lineId: 42, sessionKey: wanted, outputOctets: 1 }),
      ],
      'balances',
    );
    expect(
      await history().historyBalances([
        { lineId: 41, sessionKeys: [] },
        { lineId: 40, sessionKeys: [wanted, '0000000000000001'] },
        { lineId: 4_000, sessionKeys: ['0000000000000002'] },
      ]),
    ).toEqual([
      { sessions: new Map(), others: { burnedOctets: 33, unaccountedOctets: 0 } },
      { sessions: new Map([[wanted, figures]]), others: { burnedOctets: 900, unaccountedOctets: 6 } },
      { sessions: new Map(), others: { burnedOctets: 0, unaccountedOctets: 0 } },
    ]);
    expect(await history().historyBalances([])).toEqual([]);
  });

  it('gives them for as many lines and sessions as the counters may keep', async () => {
    const many = Array.from({ length: 500 }, (_, line) => ({
      lineId: 40 + line,
      sessionKeys: Array.from({ length: 60 }, (_, index) =>
        (0xff00_0000_0000_0000n + BigInt(line * 60 + index)).toString(16),
      ),
    }));
    const found = await history().historyBalances(many);
    expect(found).toHaveLength(500);
    expect(found[0]!.others.burnedOctets).toBe(1_500);
    expect(found[1]!.others.burnedOctets).toBe(33);
  });

  it('says of a sum that no number can hold that it is the highest one', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    await history().insert(
      [1, 2].map((key) =>
        logged({ lineId: 4_001, sessionKey: `000000000000000${key}`, burnedOctets: most, freeOctets: most }),
      ),
      'most',
    );
    const [found] = await history().historyBalances([{ lineId: 4_001, sessionKeys: [] }]);
    expect(found!.others).toEqual({ burnedOctets: most, unaccountedOctets: most });
  });
}
