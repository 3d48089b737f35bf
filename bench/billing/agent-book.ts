/** What an agent has and earns, by what he paid in and what his customers were sold. */
export class AgentBook {
  readonly id: number;
  readonly parent: AgentBook | undefined;
  readonly percent: number;
  paidIn = 0;
  /** Paid from the deposit for customers. */
  sold = 0;
  /** Less what was given back. */
  earned = 0;

  constructor(id: number, parent: AgentBook | undefined, percent: number) {
    this.id = id;
    this.parent = parent;
    this.percent = percent;
  }

  /** Below 0 what he owes of commission that he had spent before it was given back. */
  get deposit(): number {
    return this.paidIn - this.sold + this.earned;
  }

  /** Whether he may sell to a customer of that one, who may be himself. */
  isAbove(other: AgentBook | undefined): boolean {
    return other !== undefined && (other === this || this.isAbove(other.parent));
  }

  /**
   * Earns of a sale, the agent his share and the one above the rest of his own; cut to the Rial.
   * @returns what each has earned.
   */
  earn(base: number): ReadonlyMap<AgentBook, number> {
    const earned = new Map<AgentBook, number>();
    let below = 0;
    for (let one: AgentBook | undefined = this; one !== undefined; one = one.parent) {
      const amount = Math.floor((base * (one.percent - below)) / 100);
      below = one.percent;
      earned.set(one, amount);
      one.earned += amount;
    }
    return earned;
  }
}
