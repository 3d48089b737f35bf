/** Some things of a page of work could not be done; all others of the page are done. Its message tells of the first. */
export class WorkFailed extends Error {
  override readonly name = 'WorkFailed';
  /** How many were done. */
  readonly done: number;

  /** @param failures of the things that were not done, at least one. */
  constructor(done: number, failures: readonly unknown[]) {
    super(`${failures.length} failed, the first with ${String(failures[0])}`, { cause: failures[0] });
    this.done = done;
  }
}
