import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStores } from './fleet/audit.ts';
import { compare } from './fleet/compare.ts';
import { EngineProcess, freePorts } from './fleet/engine-process.ts';
import { EventQueue } from './fleet/event-queue.ts';
import { Fleet } from './fleet/fleet.ts';
import { readOptions, type SimOptions } from './fleet/options.ts';
import { runSimulation } from './fleet/simulation.ts';

const ENGINE_SCRIPT = fileURLToPath(new URL('../engine/main.js', import.meta.url));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exitCode = (await main(readOptions(process.argv.slice(2), Date.now()))) ? 0 : 1;

/** Runs one simulation, prints its result as one line of JSON, and returns whether everything was right. */
async function main(options: SimOptions): Promise<boolean> {
  const began = performance.now();
  const dataDir = await mkdtemp(join(tmpdir(), 'mizan-sim-'));
  const ports = await freePorts();
  const engine = new EngineProcess(options.engineScript ?? ENGINE_SCRIPT, dataDir, ports);
  const queue = new EventQueue(options.start);
  const fleet = await Fleet.build(options, queue, ports);
  try {
    await engine.start(options.start);
    await engine.apply(fleet.document());
    await runSimulation({
      options,
      queue,
      fleet,
      engine,
      progress: (line) => process.stderr.write(`${line}\n`),
    });
    await engine.stop();
    const sessions = fleet.nas.flatMap((nas) => nas.sessions);
    const { octets, missingAcked, misdirected, misfiled, perLineMismatches, diff } = compare(
      { lines: fleet.lines, sessions },
      await readStores(dataDir),
    );
    const { seed, lines, hours, faults, kills } = options;
    const { retransmissions, lostForEver, reboots, disconnects, speedChanges } = fleet.counts;
    const wallSeconds = Math.round((performance.now() - began) / 100) / 10;
    const result = {
      ...{ seed, lines, hours, ...faults, kills, packets: fleet.wire.counts.packets, retransmissions },
      ...{ sessions: sessions.length, lostForEver, reboots, disconnects, speedChanges, wallSeconds },
      ...{ octets, missingAcked, misdirected, misfiled, perLineMismatches, diff },
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return diff === 0 && missingAcked === 0 && misdirected === 0 && misfiled === 0;
  } finally {
    await engine.kill();
    fleet.close();
    if (options.keep) process.stderr.write(`data is in ${dataDir}\n`);
    else await rm(dataDir, { recursive: true, force: true });
  }
}
