import type { LineState } from '../../policy/line-state.ts';
import type { Instant } from '../../values/instant.ts';

/** What a line's hash held at a version, and the moment for which the line stands in the index. */
export interface KnownLine {
  /** The engine's own object. */
  readonly state: LineState | undefined;
  readonly version: number;
  readonly planned: Instant | undefined;
}

/**
 * What the server told of the lines that were used last, so that only what differs is written. After a loss it is in
 * doubt: then it only says which versions were once there.
 */
export class KnownLines {
  private readonly lines = new Map<string, KnownLine & { readonly life: number }>();
  private readonly limit: number;
  private life = 0;

  /** @param limit lines remembered at most. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** What the hash holds if it is at `version`; `undefined` when that is not known for certain. */
  at(username: string, version: number): KnownLine | undefined {
    const known = this.lines.get(username);
    return known?.version === version && known.life === this.life ? known : undefined;
  }

  /** True when a higher version was told: what has this one is not what it was. */
  hasNewer(username: string, version: number): boolean {
    return (this.lines.get(username)?.version ?? 0) > version;
  }

  put(username: string, line: KnownLine): void {
    this.lines.delete(username);
    if (line.version === 0) return;
    this.lines.set(username, { ...line, life: this.life });
    if (this.lines.size > this.limit) this.lines.delete(this.lines.keys().next().value!);
  }

  /** A change of the line was not answered. */
  doubt(username: string): void {
    const known = this.lines.get(username);
    if (known !== undefined) this.lines.set(username, { ...known, life: -1 });
  }

  doubtAll(): void {
    this.life++;
  }

  /** Another life of the store began: its versions say nothing about those of the last one. */
  clear(): void {
    this.lines.clear();
  }
}
