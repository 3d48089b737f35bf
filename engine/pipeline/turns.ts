/** Work that goes on one after the other for each name, and side by side for different ones. */
export class Turns {
  private readonly last = new Map<string, Promise<void>>();

  /** True while work of this name waits or goes on. */
  has(name: string): boolean {
    return this.last.has(name);
  }

  /** Begins `work` when all that came before it under this name is over, and resolves or rejects as it does. */
  run(name: string, work: () => Promise<void>): Promise<void> {
    const before = this.last.get(name);
    const turn = (before === undefined ? work() : before.then(work, work)).finally(() => {
      if (this.last.get(name) === turn) this.last.delete(name);
    });
    this.last.set(name, turn);
    return turn;
  }
}
