import type { VersionedLine } from './counter-store.ts';
import { PIPELINE_LIMITS } from './limits.ts';

interface Load {
  readonly line: Promise<VersionedLine>;
  /** Highest version that somebody else is known to have stored since the load began. */
  announced: number;
}

/**
 * Newest states of lines as they are stored, of as many lines as the limit allows; the oldest make room. What is
 * forgotten can be kept as last known for the time when the store is away; it counts towards the same limit.
 */
export class RememberedLines {
  private lines = new Map<string, VersionedLine>();
  private lastKnown = new Map<string, VersionedLine>();
  private readonly loads = new Map<string, Load>();
  private readonly load: (username: string) => VersionedLine | Promise<VersionedLine>;
  private readonly keepsForgotten: boolean;
  private passed = 0;

  constructor(load: (username: string) => VersionedLine | Promise<VersionedLine>, keepsForgotten: boolean) {
    this.load = load;
    this.keepsForgotten = keepsForgotten;
  }

  get(username: string): VersionedLine | undefined {
    return this.lines.get(username);
  }

  /** The line as it was when it was last remembered; others may have changed it since. */
  recall(username: string): VersionedLine | undefined {
    return this.lines.get(username) ?? this.lastKnown.get(username);
  }

  /** All remembered lines; safe against changes meanwhile. */
  entries(): IterableIterator<[string, VersionedLine]> {
    return this.lines.entries();
  }

  /** Usernames of lines that are known only as they once were. */
  forgotten(): IterableIterator<string> {
    return this.lastKnown.keys();
  }

  put(username: string, line: VersionedLine): void {
    if (this.lastKnown.size > 0) this.lastKnown.delete(username);
    if (this.lines.size + this.lastKnown.size >= PIPELINE_LIMITS.cachedLines && !this.lines.has(username)) {
      if (!this.keepsForgotten && !this.isAdmitted()) return;
      dropOldest(this.lastKnown.size > 0 ? this.lastKnown : this.lines);
    }
    this.lines.set(username, line);
  }

  /**
   * Reports come in turn: by the time at which a line is heard of again, all that were remembered since would have pushed it
   * out, and none would ever be found. Where the store answers at once and nobody copies what is remembered, most are
   * therefore let pass, and those that are remembered stay long enough to be found.
   */
  private isAdmitted(): boolean {
    this.passed = (this.passed + 1) % PIPELINE_LIMITS.rememberOneIn;
    return this.passed === 0;
  }

  forget(username: string): void {
    const line = this.lines.get(username);
    if (line === undefined) return;
    this.lines.delete(username);
    if (this.keepsForgotten) this.lastKnown.set(username, line);
  }

  /** Somebody else has stored `version`: what is older is not to be answered from any more. */
  forgetOlder(username: string, version: number): void {
    if ((this.lines.get(username)?.version ?? version) < version) this.forget(username);
    const load = this.loads.get(username);
    if (load !== undefined) load.announced = Math.max(load.announced, version);
  }

  /** Anything may have been stored by others. */
  forgetAll(): void {
    if (this.keepsForgotten) {
      const [newer, older] = [this.lines, this.lastKnown];
      for (const [username, line] of older) if (!newer.has(username)) newer.set(username, line);
      this.lastKnown = newer;
      this.lines = new Map();
    } else {
      this.lines.clear();
    }
    for (const load of this.loads.values()) load.announced = Number.POSITIVE_INFINITY;
  }

  /**
   * The remembered line, else the stored one, which is remembered when `mayRemember` says so once it is there; at once where
   * the store answers at once. Throws or rejects as the store does.
   */
  current(username: string, mayRemember: () => boolean): VersionedLine | Promise<VersionedLine> {
    const known = this.lines.get(username);
    if (known !== undefined) return known;
    const running = this.loads.get(username);
    if (running !== undefined) return this.loaded(username, running, mayRemember);
    const line = this.load(username);
    if (!(line instanceof Promise)) return this.keep(username, line, mayRemember());
    const load: Load = { line, announced: 0 };
    this.loads.set(username, load);
    const done = () => void this.loads.delete(username);
    line.then(done, done);
    return this.loaded(username, load, mayRemember);
  }

  private async loaded(username: string, load: Load, mayRemember: () => boolean): Promise<VersionedLine> {
    const line = await load.line;
    const isNewest = line.version >= load.announced;
    return this.lines.get(username) ?? this.keep(username, line, isNewest && mayRemember());
  }

  private keep(username: string, line: VersionedLine, mayRemember: boolean): VersionedLine {
    if (line.state !== undefined && mayRemember) this.put(username, line);
    return line;
  }
}

function dropOldest(lines: Map<string, VersionedLine>): void {
  for (const oldest of lines.keys()) {
    lines.delete(oldest);
    return;
  }
}
