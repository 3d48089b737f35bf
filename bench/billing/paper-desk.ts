import type { DocumentType } from '../../engine/subscribers/document.ts';
import { DAY, HOUR } from './calendar.ts';
import type { CustomerBook, HouseBook } from './customer-book.ts';
import type { House } from './open-house.ts';

/** A paper that staff will look at. */
interface Waiting {
  readonly id: number;
  readonly customer: CustomerBook;
  readonly type: DocumentType;
  readonly reviewAt: number;
}

const TYPES: readonly DocumentType[] = ['phone-bill', 'national-card', 'lease'];
const CONTENT = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);

/** Customers bring papers, and staff look at them some days later. */
export class PaperDesk {
  readonly #house: House;
  readonly #book: HouseBook;
  #waiting: readonly Waiting[] = [];

  constructor(house: House, book: HouseBook) {
    this.#house = house;
    this.#book = book;
  }

  /** A paper is brought: one that is missing where any is. */
  async bring(customer: CustomerBook, now: number): Promise<void> {
    const { random, papers } = customer;
    const type = random.pick(papers.missing.length > 0 ? papers.missing : TYPES) as DocumentType;
    const paper = {
      customerId: customer.id,
      type,
      fileName: 'a.jpg',
      mediaType: 'image/jpeg',
      content: CONTENT,
    };
    const by = { actor: 'subscriber', reason: '' };
    const added = await this.#house.ledger.people.addDocument(paper, by, now);
    this.#book.same(`paper of customer ${customer.id}`, added.ok || added.error, true);
    if (!added.ok) return;
    const reviewAt = now + random.integer(6, 100) * HOUR;
    this.#waiting = [...this.#waiting, { id: added.value.id, customer, type, reviewAt }];
    this.#book.count('papers brought');
  }

  /** Staff look at what waits for long enough. */
  async review(now: number): Promise<void> {
    const due = this.#waiting.filter(({ reviewAt }) => reviewAt <= now);
    this.#waiting = this.#waiting.filter(({ reviewAt }) => reviewAt > now);
    for (const paper of due) await this.#judge(paper, now);
  }

  async #judge({ id, customer, type }: Waiting, now: number): Promise<void> {
    const { random, papers, lines } = customer;
    const isGood = random.chance(papers.missing.length > 0 ? 0.6 : 0.4);
    const verdict = isGood ? 'approved' : 'rejected';
    const review = { documentId: id, verdict, note: '', actor: 'staff' } as const;
    const { people } = this.#house.ledger;
    const reviewed = await people.reviewDocument(review, now);
    const wasCut = papers.isCut;
    papers.judge(type, isGood, now);
    const isBack = wasCut && !papers.isCut;
    for (const line of lines) line.isCut = papers.isCut;
    const back = isBack ? lines.filter(({ isOff }) => !isOff).map(({ username }) => username) : [];
    const what = `review of paper ${id} of customer ${customer.id}`;
    const told = reviewed.ok ? reviewed.value.resumedLines.toSorted().join() : reviewed.error;
    this.#book.same(`${what}, lines that come back`, told, back.toSorted().join());
    this.#book.count(isBack ? 'papers approved that bring lines back' : `papers ${verdict}`);
    if (!isGood && !papers.isLate(now)) customer.told('document-rejected');
    const again = await people.reviewDocument(review, now + DAY);
    this.#book.same(`${what}, again`, again.ok || again.error, 'already-reviewed');
  }
}
