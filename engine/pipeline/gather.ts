import { PIPELINE_LIMITS } from './limits.ts';

/**
 * Lets the sockets bring what has already arrived, one turn of the event loop after the other, while each turn adds
 * something; then calls `done`. A turn reads some thirty datagrams, and to make thirty changes durable costs nearly the
 * same as three hundred.
 * @param count what has been gathered by now.
 */
export function gather(count: () => number, done: () => void, turn = 0, seen = 0): void {
  setImmediate(() => {
    const gathered = count();
    if (gathered > seen && turn < PIPELINE_LIMITS.gatherTurns && gathered < PIPELINE_LIMITS.commitLines) {
      gather(count, done, turn + 1, gathered);
    } else {
      done();
    }
  });
}
