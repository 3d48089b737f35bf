const KEPT_SPENT = 1024;

/** First in, first out; taking costs the same however many wait, which `Array.shift` does not promise. */
export class Fifo<T> {
  #items: T[];
  #head = 0;

  constructor(items: readonly T[]) {
    this.#items = [...items];
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Adds to the end. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the oldest, `undefined` when there is none. */
  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.length > 0) this.#head += 1;
    if (this.#head > KEPT_SPENT && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
