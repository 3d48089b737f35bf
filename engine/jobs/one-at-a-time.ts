/**
 * The same operation, but a call begins only when the calls before it are over. Each call still gets its own
 * outcome; one that rejects does not keep the next from running.
 */
export function oneAtATime<T>(operation: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const call = last.then(operation);
    last = call.catch(() => undefined);
    return call;
  };
}
