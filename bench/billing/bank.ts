import type { Verified } from '../../engine/payments/gateway.ts';
import type { Payment } from '../../engine/payments/payment.ts';
import { rial } from '../../engine/values/rial.ts';
import type { Random } from '../fleet/random.ts';
import { HOUR, MINUTE } from './calendar.ts';

/** What becomes of a payer at the bank. */
export type BankStory =
  | 'pays'
  | 'pays-and-answers-twice'
  | 'fails'
  | 'fails-and-pays-later'
  | 'answers-late'
  | 'cancels-silently'
  | 'never-answers'
  | 'pays-another-amount'
  | 'pays-by-a-known-reference';

const STORIES: readonly (readonly [story: BankStory, weight: number])[] = [
  ['pays', 56],
  ['pays-and-answers-twice', 12],
  ['fails', 7],
  ['fails-and-pays-later', 3],
  ['answers-late', 8],
  ['cancels-silently', 5],
  ['never-answers', 3],
  ['pays-another-amount', 4],
  ['pays-by-a-known-reference', 2],
];

/** What the simulated bank knows of an attempt. */
interface Attempt {
  readonly story: BankStory;
  readonly amount: number;
  readonly reference: string;
  readonly fee: number;
  /** From when on it answers that the money is there. */
  readonly paysAt: number;
}

/** Banks in which payers do what payers do. */
export class SimulatedBank {
  readonly #attempts = new Map<number, Attempt>();
  /** The last one of each. */
  readonly #references = new Map<string, string>();

  /** A payer comes with an attempt; how the story goes on. */
  begin(
    { id, amount, gateway }: Pick<Payment, 'id' | 'amount' | 'gateway'>,
    now: number,
    random: Random,
  ): BankStory {
    const story = this.#story(random);
    const known = story === 'pays-by-a-known-reference' ? this.#references.get(gateway) : undefined;
    const later = random.integer(2, 70) * HOUR;
    const isLater = story === 'answers-late' || story === 'fails-and-pays-later';
    const change = Math.max(1 - amount, random.pick([-1_000, -1, 1, 5_000]));
    this.#attempts.set(id, {
      story,
      amount: story === 'pays-another-amount' ? amount + change : amount,
      reference: known ?? `rrn-${id}`,
      fee: random.chance(0.3) ? 1_200 : 0,
      paysAt: isLater ? now + later : now,
    });
    return story;
  }

  /** What the bank says of an attempt, asked server to server. */
  ask({ id }: Pick<Payment, 'id'>, now: number, createdAt: number): Verified {
    const attempt = this.#attempts.get(id)!;
    const { story, paysAt } = attempt;
    if (story === 'fails') return { outcome: 'not-paid', code: '51', reason: 'no money' };
    if (story === 'never-answers') return { outcome: 'unknown', reason: 'timeout' };
    if (story === 'cancels-silently') {
      if (now < createdAt + 20 * MINUTE) return { outcome: 'pending', code: '0', reason: '' };
      return { outcome: 'not-paid', code: '17', reason: 'cancelled' };
    }
    if (now < paysAt) {
      if (story === 'answers-late') return { outcome: 'unknown', reason: 'timeout' };
      return { outcome: 'not-paid', code: '51', reason: 'no money' };
    }
    return this.#paid(attempt);
  }

  /** A payment was taken under its reference, which somebody may claim from now on, too. */
  taken(gateway: string, reference: string): void {
    this.#references.set(gateway, reference);
  }

  /** When an attempt that failed at first turns out to be paid; `undefined` for all others. */
  latePayment(id: number): number | undefined {
    const attempt = this.#attempts.get(id);
    return attempt?.story === 'fails-and-pays-later' ? attempt.paysAt : undefined;
  }

  #paid({ reference, amount, fee }: Attempt): Verified {
    const kept = fee === 0 ? undefined : rial(Math.min(fee, amount));
    return { outcome: 'paid', reference, amount: rial(amount), card: '603770******5443', fee: kept };
  }

  #story(random: Random): BankStory {
    let drawn = random.integer(
      1,
      STORIES.reduce((sum, [, weight]) => sum + weight, 0),
    );
    for (const [story, weight] of STORIES) {
      drawn -= weight;
      if (drawn <= 0) return story;
    }
    return 'pays';
  }
}
