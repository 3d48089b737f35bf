import { DAY } from './calendar.ts';

/** A customer whose paper was rejected has so long to bring a better one (product line P22). */
const GRACE = 7 * DAY;

/** Which papers of a customer are missing, and since when any is. */
export class PapersBook {
  readonly #missing = new Set<string>();
  #since = 0;
  /** His lines are off for it. */
  isCut = false;

  get missing(): readonly string[] {
    return [...this.#missing];
  }

  /** True when the time for better papers is over. */
  isLate(at: number): boolean {
    return this.#missing.size > 0 && at >= this.#since + GRACE;
  }

  /** Hears what staff say of a paper: the lines come back with the last one that was missing. */
  judge(type: string, isGood: boolean, at: number): void {
    if (!isGood && this.#missing.size === 0) this.#since = at;
    if (isGood) this.#missing.delete(type);
    else this.#missing.add(type);
    if (this.#missing.size === 0) this.isCut = false;
  }
}
