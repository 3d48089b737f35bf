/**
 * The outcome of `work`, or a rejection when there is none within `withinMs`. The work itself goes on; its later
 * outcome, a failure too, is nobody's any more.
 */
export function inTime<T>(work: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${withinMs} ms`)), withinMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
