import { expect, it } from 'vitest';
import { metricsText, noteReconciliation } from '../../engine/process-metrics.ts';

const found = {
  startedAt: 1_000,
  finishedAt: 61_500,
  lines: 10,
  judged: 8,
  busy: 2,
  unreconciledOctets: 77,
  differingLines: 1,
  differences: [],
};

/** The value of a metric that has no labels, `undefined` when it is not published. */
async function metric(name: string): Promise<number | undefined> {
  const text = await metricsText(undefined, undefined, 0);
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
}

it('publishes the figures of a reconciliation once there was one, and then those of the newest', async () => {
  expect(await metric('mizan_unreconciled_octets')).toBeUndefined();
  noteReconciliation(found);
  expect(await metric('mizan_unreconciled_octets')).toBe(77);
  expect(await metric('mizan_reconciled_lines')).toBe(8);
  expect(await metric('mizan_reconcile_busy_lines')).toBe(2);
  expect(await metric('mizan_reconcile_last_run_timestamp_seconds')).toBe(61.5);
  noteReconciliation({ ...found, unreconciledOctets: 0 });
  expect(await metric('mizan_unreconciled_octets')).toBe(0);
});
