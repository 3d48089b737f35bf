import { type Database, open, type RootDatabase } from 'lmdb';
import type { ReferenceData, VersionedLine } from '../../pipeline/counter-store.ts';
import type { LineTwin } from '../../pipeline/line-twin.ts';
import { type PackedLine, packLine, unpackLine } from './pack-line.ts';

const MAP_OCTETS = 64 * 1024 ** 3;

/** Version of the layout of plans and NAS entries. */
const REFERENCE_LAYOUT = 1;

/** The local copy in an LMDB folder of its own. Writing and fsync are done by LMDB's own thread. */
export class LmdbTwin implements LineTwin {
  private readonly root: RootDatabase;
  private readonly lines: Database<PackedLine, string>;
  private readonly meta: Database<unknown, string>;

  /** Opens or creates the copy in `folder`, which no other process may use. */
  constructor(folder: string) {
    this.root = open({ path: folder, maxDbs: 3, mapSize: MAP_OCTETS });
    this.lines = this.root.openDB({ name: 'lines', useVersions: true });
    this.meta = this.root.openDB({ name: 'meta' });
  }

  line(username: string): VersionedLine | undefined {
    const entry = this.lines.getEntry(username);
    if (entry === undefined) return undefined;
    try {
      return { state: unpackLine(entry.value), version: entry.version ?? 0 };
    } catch {
      // Written by another version of the program; it is copied anew in time.
      return undefined;
    }
  }

  has(username: string): boolean {
    return this.lines.doesExist(username);
  }

  isOf(username: string, version: number): boolean {
    return this.lines.doesExist(username, version);
  }

  async put(username: string, { state, version }: VersionedLine): Promise<void> {
    if (state === undefined) await this.lines.remove(username);
    else await this.lines.put(username, packLine(state), version);
  }

  usernames(after: string, limit: number): readonly string[] {
    return [...this.lines.getKeys({ start: after, exclusiveStart: true, limit })];
  }

  reference(): ReferenceData | undefined {
    const stored = this.meta.get('reference') as { layout: number; data: ReferenceData } | undefined;
    return stored?.layout === REFERENCE_LAYOUT ? stored.data : undefined;
  }

  async putReference(data: ReferenceData): Promise<void> {
    await this.meta.put('reference', { layout: REFERENCE_LAYOUT, data });
  }

  async close(): Promise<void> {
    await this.root.close();
  }
}
