import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { TalliedHistogram } from '../../../engine/runtime/tallied-histogram.ts';

const BUCKETS = [0.1, 1, 5];

describe('a tallied histogram', () => {
  it('says the same as one of prom-client', async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const common = { name: 'seconds', help: 'Seconds', buckets: BUCKETS };
    const tallied = new TalliedHistogram({
      ...common,
      label: 'port',
      values: ['auth', 'acct'],
      registers: [ours],
    });
    const known = new Histogram({ ...common, labelNames: ['port'], registers: [theirs] });
    known.zero({ port: 'auth' });
    known.zero({ port: 'acct' });
    for (const value of [0, 0.1, 0.11, 1, 4.9, 5, 5.1, 80]) {
      tallied.tally('acct').add(value);
      known.labels('acct').observe(value);
    }
    tallied.tally('auth').add(0.5);
    known.labels('auth').observe(0.5);
    expect(await ours.getMetricsAsJSON()).toEqual(await theirs.getMetricsAsJSON());
  });
});
