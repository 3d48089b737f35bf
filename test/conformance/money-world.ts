import { type AccountCode, isCredit, onNormalSide } from '../../engine/ledger/account.ts';
import { explainBalance } from '../../engine/ledger/explain-balance.ts';
import type { MoneyLedger, MoneyStore, Posted, PostFault } from '../../engine/ledger/money-ledger.ts';
import type { Posting } from '../../engine/ledger/posting.ts';
import type { LedgerStore } from '../../engine/subscribers/ledger-store.ts';
import type { Result } from '../../engine/values/result.ts';
import { NOW } from '../engine/ledger/sample.ts';
import type { ScriptEnd } from '../engine/store/ledger/script-places.ts';

/** A database for the money. */
export interface MoneyPlace {
  open(): Promise<LedgerStore & MoneyStore>;
  /** Runs scripts as a superuser while the ledger is closed, each as a transaction of its own. */
  sql(scripts: readonly string[]): Promise<readonly ScriptEnd[]>;
  remove(): Promise<void>;
}

/** The ledger that the tests of a suite follow through its life. */
export class MoneyWorld {
  readonly place: MoneyPlace;
  #store: LedgerStore & MoneyStore;

  private constructor(place: MoneyPlace, store: LedgerStore & MoneyStore) {
    this.place = place;
    this.#store = store;
  }

  static async open(place: MoneyPlace): Promise<MoneyWorld> {
    return new MoneyWorld(place, await place.open());
  }

  get money(): MoneyLedger {
    return this.#store.money;
  }

  post(posting: Posting): Promise<Result<Posted, PostFault>> {
    return this.money.post(posting, NOW);
  }

  /** Balance as people read the account, 0 when it has none. */
  async balance(account: AccountCode): Promise<number> {
    return (await this.money.balance(account))?.balance ?? 0;
  }

  /** Closes the ledger, runs scripts as a superuser, each as a transaction, and opens the ledger again. */
  async behindTheScenes(scripts: readonly string[]): Promise<readonly ScriptEnd[]> {
    await this.#store.close();
    try {
      return await this.place.sql(scripts);
    } finally {
      this.#store = await this.place.open();
    }
  }

  /** What a superuser's script is refused with, '' when it is not. */
  async refusal(script: string): Promise<string> {
    return (await this.behindTheScenes([script]))[0]!.refusal;
  }

  /** Changes of an account, oldest first, read page by page; throws when they do not add up to its balance. */
  async explained(account: AccountCode, limit: number): Promise<readonly number[]> {
    const changes: number[] = [];
    let expected = await this.balance(account);
    for (let before: number | undefined; ; ) {
      const page = await this.money.entriesOf(account, limit, before);
      const { rows, opening, closing } = explainBalance(account, page);
      if (rows.length === 0) break;
      if (closing !== expected) throw new Error(`${account}: a page ends at ${closing}, not at ${expected}`);
      changes.push(...rows.map(({ change }) => change));
      expected = opening;
      before = rows.at(-1)?.number;
    }
    if (expected !== 0) throw new Error(`${account}: it begins with ${expected}`);
    return changes.reverse();
  }

  async close(): Promise<void> {
    await this.#store.close();
    await this.place.remove();
  }
}

/** What the ledger should say, counted in the simplest way. */
export class MoneyModel {
  readonly sums = new Map<AccountCode, number>();
  readonly limits = new Map<AccountCode, number>();

  /** Takes a posting as the ledger should; the fault that it should tell. */
  post({ kind, lines }: Posting): PostFault | undefined {
    for (const { account, amount } of lines) {
      if (!isCredit(account) || amount < 0) continue;
      if (kind === 'commission-return' && account.startsWith('agent:')) continue;
      const available = this.balance(account) + (this.limits.get(account) ?? 0);
      if (amount > available) return { kind: 'insufficient-credit', account, available, wanted: amount };
    }
    for (const { account, amount } of lines) this.sums.set(account, (this.sums.get(account) ?? 0) + amount);
    return undefined;
  }

  /** As people read the account. */
  balance(account: AccountCode): number {
    return onNormalSide(account, this.sums.get(account) ?? 0);
  }
}
