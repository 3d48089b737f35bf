import type { MessageOwner } from '../../engine/messaging/message-store.ts';
import { checkCustomer } from '../../engine/subscribers/check-customer.ts';
import type {
  Customer,
  CustomerDeclaration,
  CustomerParticulars,
} from '../../engine/subscribers/customer.ts';
import type { DocumentType } from '../../engine/subscribers/document.ts';
import type { LedgerStore } from '../../engine/subscribers/ledger-store.ts';
import type { PeopleLedger, PeopleStore } from '../../engine/subscribers/people-store.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import type { Result } from '../../engine/values/result.ts';
import type { ScriptEnd } from '../engine/store/ledger/script-places.ts';
import { NOW, typed } from '../engine/subscribers/people-samples.ts';

/** A database for people. */
export interface PeoplePlace {
  open(): Promise<LedgerStore & PeopleLedger & MessageOwner>;
  /** Runs scripts as a superuser while the ledger is closed, each as a transaction of its own. */
  sql(scripts: readonly string[]): Promise<readonly ScriptEnd[]>;
  remove(): Promise<void>;
}

export const BY = { actor: 'sara', reason: 'asked by phone' };

/** So many days after the beginning. */
export const day = (days: number): number => NOW + days * DAY_MS;

/** Particulars of somebody who differs from the sample. */
export function particulars(given: Partial<CustomerDeclaration>): CustomerParticulars {
  return okValue(checkCustomer({ ...typed, nationalId: '', ...given }, NOW)).particulars;
}

/** The value of what did not fail. */
export function okValue<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** The ledger that the tests of a suite follow through its life. */
export class PeopleWorld {
  readonly place: PeoplePlace;
  #ledger: LedgerStore & PeopleLedger & MessageOwner;

  private constructor(place: PeoplePlace, ledger: LedgerStore & PeopleLedger & MessageOwner) {
    this.place = place;
    this.#ledger = ledger;
  }

  static async open(place: PeoplePlace): Promise<PeopleWorld> {
    return new PeopleWorld(place, await place.open());
  }

  get ledger(): LedgerStore & MessageOwner {
    return this.#ledger;
  }

  get people(): PeopleStore {
    return this.#ledger.people;
  }

  async customer(given: Partial<CustomerDeclaration>): Promise<Customer> {
    return okValue(await this.people.createCustomer(particulars(given), BY, NOW));
  }

  /** Declares lines on a plan that is always there; `owner` gets them. */
  async lines(usernames: readonly string[], owner?: Customer, status?: 'suspended'): Promise<void> {
    const lines = usernames.map((username) => ({ username, plan: 'open', ...(status && { status }) }));
    okValue(await this.ledger.apply({ plans: [{ name: 'open', days: 7 }], lines }, NOW));
    if (owner === undefined) return;
    for (const username of usernames) {
      okValue(await this.people.changeLineContract(username, { customerId: owner.id }, BY, NOW));
    }
    await this.outbox();
  }

  /** Uploads a document and says a verdict on it. */
  async verdict(
    owner: Customer,
    type: DocumentType,
    verdict: 'approved' | 'rejected',
    at: number,
  ): Promise<readonly string[]> {
    const content = new Uint8Array([0xff, 0xd8, 0x00, 0xff]);
    const upload = { customerId: owner.id, type, fileName: 'a.jpg', mediaType: 'image/jpeg', content };
    const { id } = okValue(await this.people.addDocument(upload, BY, at));
    const review = { documentId: id, verdict, note: 'unreadable', actor: 'reza' };
    return okValue(await this.people.reviewDocument(review, at)).resumedLines;
  }

  async status(username: string): Promise<string | undefined> {
    return (await this.ledger.line(username))?.profile.status;
  }

  async causes(username: string): Promise<readonly string[] | undefined> {
    return (await this.people.lineCondition(username))?.suspensions.map(({ cause }) => cause);
  }

  /** What waits to be projected, taken away. */
  async outbox(): Promise<readonly string[]> {
    const pending = await this.ledger.pendingProjections(1_000);
    await this.ledger.completeProjections(pending.map(({ id }) => id));
    return pending.map(({ kind, key }) => `${kind} ${key}`.trim());
  }

  /** Closes the ledger, runs scripts as a superuser, each as a transaction, and opens the ledger again. */
  async behindTheScenes(scripts: readonly string[]): Promise<readonly ScriptEnd[]> {
    await this.#ledger.close();
    try {
      return await this.place.sql(scripts);
    } finally {
      this.#ledger = await this.place.open();
    }
  }

  async close(): Promise<void> {
    await this.#ledger.close();
    await this.place.remove();
  }
}
