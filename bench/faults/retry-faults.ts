import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EngineProcess, freePorts } from '../fleet/engine-process.ts';
import { Random } from '../fleet/random.ts';
import { type Fault, scaled } from './fault.ts';
import { describeCounts, ENDLESS, runSteady } from './steady-run.ts';

const ENGINE_SCRIPT = fileURLToPath(new URL('../../engine/main.js', import.meta.url));
const PLAY_MS = 30_000;
const RETRY_MS = 150;
const DEAF = 0.4;
const KEY = '5a'.repeat(32);
const TOKEN = 'a5'.repeat(24);

/** Row 17: answers are lost, and the retries look like new packets. */
export const FRESH_RETRIES: Fault = {
  row: 17,
  fault: 'retries with new Acct-Delay-Time, Identifier and source port',
  async run(context) {
    const random = new Random(`retries ${context.seed}`);
    let counts = {};
    const outcome = await runSteady({
      load: {
        lines: scaled(context, 300),
        planOf: () => ENDLESS,
        retryMs: RETRY_MS,
        freshRetries: true,
        deaf: () => random.chance(DEAF),
      },
      async play({ load }) {
        await sleep(PLAY_MS * context.scale);
        counts = describeCounts(load.takeCounts(), PLAY_MS * context.scale);
      },
    });
    return { ...outcome, ...counts };
  },
};

/** Row 17: the retries go to another process of the engine, and back. */
export const SECOND_ENGINE: Fault = {
  row: 17,
  fault: 'retries to a second engine on the same servers, a third of the records to both at once',
  async run(context) {
    const random = new Random(`engines ${context.seed}`);
    const shared = { MIZAN_KEY: KEY, MIZAN_TOKEN: TOKEN };
    const ports = await freePorts();
    const dataDir = await mkdtemp(join(tmpdir(), 'mizan-second-'));
    let second: EngineProcess | undefined;
    let counts = {};
    let conflicts = 0;
    let handledBySecond = 0;
    try {
      const outcome = await runSteady({
        stage: { environment: async () => shared },
        load: {
          lines: scaled(context, 300),
          planOf: () => ENDLESS,
          retryMs: RETRY_MS,
          freshRetries: true,
          deaf: () => random.chance(DEAF),
        },
        secondPort: ports.acct,
        async beforeLoad({ servers }) {
          const roles = { ...servers!.environment(), ...shared, MIZAN_ROLES: 'radius' };
          second = new EngineProcess(ENGINE_SCRIPT, dataDir, ports, roles);
          await second.start(undefined);
        },
        async play({ load, stage }) {
          await sleep(PLAY_MS * context.scale);
          counts = describeCounts(load.takeCounts(), PLAY_MS * context.scale);
          handledBySecond = await second!.metric('mizan_radius_packets_total', 'outcome="acknowledged"');
          for (const engine of [stage.engine, second!]) {
            conflicts += await engine.metric('mizan_line_conflicts_total');
          }
        },
      });
      const pass = outcome.pass && handledBySecond > 0 && conflicts > 0;
      return { ...outcome, pass, ...counts, handledBySecond, conflicts };
    } finally {
      await second?.kill();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};
