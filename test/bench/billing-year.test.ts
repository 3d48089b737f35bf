import { expect, it } from 'vitest';
import { playYear } from '../../bench/billing/play-year.ts';

it('plays 170 days of 12 customers, a new year among them, in which program and auditor agree every day', async () => {
  const outcome = await playYear({
    ...{ seed: 5, customers: 12, days: 170, activity: 0.3, isServer: false },
    progress: () => undefined,
  });
  expect(outcome.findings).toEqual([]);
  expect(outcome).toMatchObject({ isRight: true, chainFaults: 0 });
  // That nothing is wrong says something only if a lot was done.
  expect(outcome.entries).toBeGreaterThan(250);
  const happened = [
    ...['refused: tax-of-year-unknown', 'refused: line-is-paused', 'bills', 'pauses', 'free charges'],
    ...[
      'refunds of all',
      'refunds of a part',
      'deposits for orders: applied',
      'orders applied from a deposit',
    ],
    ...['commissions given back', 'loans given back by service', 'papers approved that bring lines back'],
  ];
  for (const what of happened) expect(outcome.counts[what], what).toBeGreaterThan(0);
}, 300_000);
