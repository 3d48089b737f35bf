/**
 * Closes things in the reverse order of their opening, whatever was opened by then. One that fails does not keep the
 * others open; the first failure is thrown at the end.
 */
export class Closers {
  private readonly closers: (() => Promise<void> | void)[] = [];

  add(close: () => Promise<void> | void): void {
    this.closers.unshift(close);
  }

  /** Closes everything; a second call finds nothing left. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.closers.splice(0)) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
