import type { VersionedLine } from './counter-store.ts';
import { PIPELINE_LIMITS } from './limits.ts';

interface Load {
  readonly line: Promise<VersionedLine>;
  /** Highest version that somebody else is known to have stored since the load began. */
  announced: number;
}

/** Newest states of lines as they are stored, of as many lines as the limit allows; the oldest make room. */
export class RememberedLines {
  private readonly lines = new Map<string, VersionedLine>();
  private readonly loads = new Map<string, Load>();
  private readonly load: (username: string) => VersionedLine | Promise<VersionedLine>;

  constructor(load: (username: string) => VersionedLine | Promise<VersionedLine>) {
    this.load = load;
  }

  get(username: string): VersionedLine | undefined {
    return this.lines.get(username);
  }

  put(username: string, line: VersionedLine): void {
    if (this.lines.size >= PIPELINE_LIMITS.cachedLines && !this.lines.has(username)) {
      for (const oldest of this.lines.keys()) {
        this.lines.delete(oldest);
        break;
      }
    }
    this.lines.set(username, line);
  }

  forget(username: string): void {
    this.lines.delete(username);
  }

  /** Somebody else has stored `version`: what is older is not to be answered from any more. */
  forgetOlder(username: string, version: number): void {
    if ((this.lines.get(username)?.version ?? version) < version) this.lines.delete(username);
    const load = this.loads.get(username);
    if (load !== undefined) load.announced = Math.max(load.announced, version);
  }

  /** Anything may have been stored by others. */
  forgetAll(): void {
    this.lines.clear();
    for (const load of this.loads.values()) load.announced = Number.POSITIVE_INFINITY;
  }

  /** The remembered line, else the stored one, which is remembered when `mayRemember` says so once it is there. */
  async current(username: string, mayRemember: () => boolean): Promise<VersionedLine> {
    const known = this.lines.get(username);
    if (known !== undefined) return known;
    let load = this.loads.get(username);
    if (load === undefined) {
      const loaded = this.load(username);
      if (!(loaded instanceof Promise)) return this.keep(username, loaded, mayRemember());
      load = { line: loaded, announced: 0 };
      this.loads.set(username, load);
      const done = () => void this.loads.delete(username);
      loaded.then(done, done);
    }
    const line = await load.line;
    const isNewest = line.version >= load.announced;
    return this.lines.get(username) ?? this.keep(username, line, isNewest && mayRemember());
  }

  private keep(username: string, line: VersionedLine, mayRemember: boolean): VersionedLine {
    if (line.state !== undefined && mayRemember) this.put(username, line);
    return line;
  }
}
