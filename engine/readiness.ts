import type { Readiness } from '../api/deps.ts';
import type { Stores } from './open-stores.ts';
import type { PacketPath } from './packet-path.ts';

/** Whether stores and packet path, as far as this process has them, can do their work now. */
export async function readiness(
  stores: Stores | undefined,
  packets: PacketPath | undefined,
): Promise<Readiness> {
  const checks = new Map<string, () => Promise<unknown>>();
  if (stores !== undefined) {
    checks.set('ledger', () => stores.ledger.ping());
    checks.set('usage', () => stores.usage.ping());
    checks.set('counters', async () => {
      const past = await stores.counters.past();
      if (past.some(({ epoch }) => epoch === '')) throw new Error('not begun');
    });
  }
  if (packets !== undefined) checks.set('packets', () => packets.metrics());
  const states = await Promise.all(
    [...checks].map(async ([name, check]): Promise<[string, string]> => {
      const state = await check().then(
        () => 'ok',
        () => 'unavailable',
      );
      return [name, state];
    }),
  );
  return { ok: states.every(([, state]) => state === 'ok'), checks: Object.fromEntries(states) };
}
