import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFolders, readServers } from './audit.ts';
import type { StoredUsage } from './compare.ts';
import { type EnginePorts, EngineProcess, freePorts } from './engine-process.ts';
import { Servers } from './servers.ts';

const ENGINE_SCRIPT = fileURLToPath(new URL('../../engine/main.js', import.meta.url));

/** What a stage is made of; by default our own engine on embedded stores. */
export interface StageOptions {
  readonly servers?: boolean;
  readonly engineScript?: string | undefined;
  /** Changes the engine's settings, for example to lead it to Redis by a detour. */
  readonly environment?: (servers: Servers | undefined) => Promise<Readonly<Record<string, string>>>;
}

/** An engine that was not started yet, with its folder and servers, all new and empty. */
export class Stage {
  readonly engine: EngineProcess;
  readonly ports: EnginePorts;
  readonly dataDir: string;
  readonly servers: Servers | undefined;

  private constructor(
    engine: EngineProcess,
    ports: EnginePorts,
    dataDir: string,
    servers: Servers | undefined,
  ) {
    this.engine = engine;
    this.ports = ports;
    this.dataDir = dataDir;
    this.servers = servers;
  }

  /** Makes the folder and starts the servers. */
  static async open(options: StageOptions): Promise<Stage> {
    const servers = options.servers ? await Servers.start() : undefined;
    const dataDir = await mkdtemp(join(tmpdir(), 'mizan-sim-'));
    const ports = await freePorts();
    const environment = { ...servers?.environment(), ...(await options.environment?.(servers)) };
    const engine = new EngineProcess(options.engineScript ?? ENGINE_SCRIPT, dataDir, ports, environment);
    return new Stage(engine, ports, dataDir, servers);
  }

  /** Ends the engine, which carries over what is in its log, and reads the stores. */
  async audit(drainWithinMs = 120_000): Promise<StoredUsage> {
    await this.engine.drained(drainWithinMs);
    await this.engine.stop();
    return this.servers ? readServers(this.servers) : readFolders(this.dataDir);
  }

  /** Ends everything and removes the data, except the engine's folder where it shall be kept. */
  async close(keep = false): Promise<void> {
    await this.engine.kill();
    await this.servers?.remove();
    if (keep) process.stderr.write(`data is in ${this.dataDir}\n`);
    else await rm(this.dataDir, { recursive: true, force: true });
  }
}
