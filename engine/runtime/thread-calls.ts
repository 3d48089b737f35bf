import type { MessagePort, Worker } from 'node:worker_threads';

import { StoreAway } from '../values/store-away.ts';

type Side = Pick<MessagePort | Worker, 'postMessage'> & {
  on(event: 'message', listener: (message: unknown) => void): unknown;
};

/** The functions that one thread offers to another; arguments and results are copied. */
export type ThreadHandlers = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

interface Call {
  readonly call: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly answer: number;
  readonly result?: unknown;
  readonly error?: string;
  /** The error was a store that is away. */
  readonly isAway?: boolean;
}

/**
 * Serves calls that come over `side`; an error of a handler, or a result that cannot be copied, travels back as text,
 * and as `StoreAway` when it is one. */
export function serveCalls(side: Side, handlers: ThreadHandlers): void {
  side.on('message', (message) => {
    const { call, name, argument } = message as Call;
    if (call === undefined) return;
    const handler = handlers[name] as ((argument: unknown) => Promise<unknown>) | undefined;
    const run = async () => {
      if (handler === undefined) throw new Error(`no handler ${name}`);
      side.postMessage({ answer: call, result: await handler(argument) } satisfies Answer);
    };
    run().catch((error: unknown) =>
      side.postMessage({
        answer: call,
        error: error instanceof Error ? error.message : String(error),
        isAway: error instanceof StoreAway,
      } satisfies Answer),
    );
  });
}

/** Calls functions of the other thread; pending calls reject when `fail` is called (the thread is gone). */
export class ThreadCaller {
  private readonly side: Side;
  private readonly pending = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: Error) => void }
  >();
  private next = 1;
  private failure: Error | undefined;

  constructor(side: Side) {
    this.side = side;
    side.on('message', (message) => this.receive(message as Answer));
  }

  /** Result of the other thread's function `name`. */
  call<T>(name: string, argument: unknown): Promise<T> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise<T>((resolve, reject) => {
      const call = this.next++;
      this.side.postMessage({ call, name, argument } satisfies Call);
      this.pending.set(call, { resolve: resolve as (result: unknown) => void, reject });
    });
  }

  /** Rejects all calls, now and later. */
  fail(error: Error): void {
    this.failure = error;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }

  private receive(message: Answer): void {
    const waiting = this.pending.get(message.answer);
    if (waiting === undefined) return;
    this.pending.delete(message.answer);
    if (message.error === undefined) waiting.resolve(message.result);
    else waiting.reject(message.isAway === true ? new StoreAway(message.error) : new Error(message.error));
  }
}
