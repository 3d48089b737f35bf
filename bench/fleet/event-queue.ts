interface Event {
  readonly at: number;
  readonly sequence: number;
  readonly run: () => void;
}

/** The simulation's future: what happens at which whole second (since 1970). Events of one second run in the order given. */
export class EventQueue {
  /** The present, in seconds. */
  now: number;
  readonly #heap: Event[] = [];
  #sequence = 0;

  constructor(start: number) {
    this.now = start;
  }

  /** Second of the next event, Infinity when there is none. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Lets `run` happen in that many seconds; a fraction is rounded up, nothing happens in the past. */
  in(seconds: number, run: () => void): void {
    const at = this.now + Math.max(0, Math.ceil(seconds));
    this.#sequence += 1;
    this.#heap.push({ at, sequence: this.#sequence, run });
    this.#rise(this.#heap.length - 1);
  }

  /** Runs everything up to and including second `until`, which then is the present. */
  runUntil(until: number): void {
    while (this.nextAt <= until) {
      const event = this.#take();
      this.now = Math.max(this.now, event.at);
      event.run();
    }
    this.now = until;
  }

  #take(): Event {
    const first = this.#heap[0]!;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #rise(from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at]!, heap[parent]!)) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
      if (!isBefore(heap[child]!, heap[at]!)) return;
      [heap[at], heap[child]] = [heap[child]!, heap[at]!];
      at = child;
    }
  }
}

function isBefore(left: Event, right: Event): boolean {
  return left.at < right.at || (left.at === right.at && left.sequence < right.sequence);
}
