import { SlowProxy } from '../servers/slow-proxy.ts';
import type { Fault } from './fault.ts';
import { describeCounts, ENDLESS, runSteady, watchMemory } from './steady-run.ts';

const HINDRANCES = [
  { name: 'none', delayMs: 0 },
  { name: '50 ms', delayMs: 25 },
  { name: '200 ms', delayMs: 100 },
  { name: '500 ms', delayMs: 250 },
  { name: '1 kB/s', delayMs: 0, octetsPerSecond: 1_000 },
  { name: 'none again', delayMs: 0 },
] as const;

const EACH_MS = 15_000;
/** The last two minutes of records are remembered on purpose, 200,000 at most; anything beyond them would be a leak. */
const GROWTH_MIB_MAX = 512;

/** Row 4: a proxy between engine and Redis makes every round trip longer, then lets next to nothing through. */
export const SLOW_REDIS: Fault = {
  row: 4,
  fault: 'Redis slower by 50, 200 and 500 ms a round trip, then 1 kB/s',
  async run({ scale }) {
    let proxy: SlowProxy | undefined;
    const phases: Record<string, object> = {};
    const memory: number[] = [];
    try {
      const outcome = await runSteady({
        stage: {
          async environment(servers) {
            proxy = await SlowProxy.start(servers!.redis.port);
            return { REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
          },
        },
        load: { lines: Math.round(1_000 * scale), planOf: () => ENDLESS },
        async play({ stage, load }) {
          await watchMemory(stage, 3_000);
          load.takeCounts();
          for (const { name, ...hindrance } of HINDRANCES) {
            proxy!.hindrance = hindrance;
            const most = await watchMemory(stage, EACH_MS * scale);
            memory.push(most);
            phases[name] = { ...describeCounts(load.takeCounts(), EACH_MS * scale), rssMib: most };
          }
        },
      });
      const growthMib = Math.max(...memory) - memory[0]!;
      return { ...outcome, pass: outcome.pass && growthMib <= GROWTH_MIB_MAX, phases, growthMib };
    } finally {
      proxy?.close();
    }
  },
};
