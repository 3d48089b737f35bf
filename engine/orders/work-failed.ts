/** Some things of a work could not be done; all others are done. Its message tells of the first. */
export class WorkFailed extends Error {
  override readonly name = 'WorkFailed';
  /** How many were done. */
  readonly done: number;
  /** Why the others were not, at least one. */
  readonly failures: readonly unknown[];

  constructor(done: number, failures: readonly unknown[]) {
    super(`${failures.length} failed, the first with ${String(failures[0])}`, { cause: failures[0] });
    this.done = done;
    this.failures = failures;
  }
}
