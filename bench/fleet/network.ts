import type { EventQueue } from './event-queue.ts';
import type { Random } from './random.ts';
import type { Transmission, Wire } from './wire.ts';

/** Longest time that a datagram is held up, in seconds. */
const LONGEST_DELAY_SECONDS = 30;

/** Probabilities of what may happen to one datagram, in either direction. */
export interface Faults {
  readonly loss: number;
  readonly dup: number;
  readonly reorder: number;
}

/** The simulated network between the fleet and the engine. */
export class Network {
  faults: Faults;
  readonly #queue: EventQueue;
  readonly #wire: Wire;
  readonly #random: Random;

  constructor(faults: Faults, queue: EventQueue, wire: Wire, random: Random) {
    this.faults = faults;
    this.#queue = queue;
    this.#wire = wire;
    this.#random = random;
  }

  /** Sends a request through the faults. */
  send(transmission: Transmission): void {
    for (const delay of this.#copies()) this.#queue.in(delay, () => this.#wire.put(transmission));
  }

  /** Nobody waits for the transmission any more; its identifier is free when the last copy must have passed. */
  release(transmission: Transmission): void {
    this.#queue.in(2 * LONGEST_DELAY_SECONDS, () => {
      transmission.free = true;
    });
  }

  /** Sends a request that nothing happens to, after `seconds`: a copy that some router had kept. */
  sendLateCopy(transmission: Transmission, seconds: number): void {
    this.#queue.in(seconds, () => this.#wire.put(transmission));
  }

  /** Carries an answer back through the faults; `arrive` runs once per copy, at once where it is not held up. */
  carryBack(arrive: () => void): void {
    for (const delay of this.#copies()) {
      if (delay === 0) arrive();
      else this.#queue.in(delay, arrive);
    }
  }

  /** True when a datagram that the engine sent by itself gets lost. */
  loses(): boolean {
    return this.#random.chance(this.faults.loss);
  }

  /** Delays in seconds of the copies that arrive: none, one or two. */
  #copies(): number[] {
    const copies = this.#random.chance(this.faults.dup) ? 2 : 1;
    const delays: number[] = [];
    for (let copy = 0; copy < copies; copy += 1) {
      const lost = this.#random.chance(this.faults.loss);
      const held = this.#random.chance(this.faults.reorder);
      const delay = this.#random.integer(1, LONGEST_DELAY_SECONDS);
      if (!lost) delays.push(held ? delay : 0);
    }
    return delays;
  }
}
