import type { Logger } from 'pino';
import { createProjector, type LineProjectionTarget, type Projector } from './jobs/project.ts';
import { createSink } from './jobs/sink.ts';
import type { Stores } from './open-stores.ts';
import { inTime } from './runtime/in-time.ts';
import type { SecretBox } from './runtime/secret-box.ts';

/** What the worker's jobs are made of. */
export interface BackgroundParts {
  readonly stores: Stores;
  readonly lines: LineProjectionTarget;
  readonly secrets: SecretBox;
  readonly log: Logger;
}

/** The running jobs of the `worker` role. */
export interface BackgroundJobs {
  readonly projector: Projector;
  /** Carries what was acknowledged over to history and ledger, as far as they answer in time. */
  drain(): Promise<void>;
  /** No job begins after it; those in work are waited for, but not for ever. */
  stop(): Promise<void>;
}

const SINK_INTERVAL_MS = 500;
const PROJECTION_INTERVAL_MS = 1_000;
/** A store that is away must not keep the program from ending: what is not carried over by then stays in the log. */
const STOP_JOBS_WITHIN_MS = 3_000;
const DRAIN_WITHIN_MS = 10_000;

/**
 * Starts what goes on behind the packets. Of several processes with these jobs each task is done by the one that holds
 * its lease, and by another one some seconds after that one has died.
 */
export function startBackgroundJobs({ stores, lines, secrets, log }: BackgroundParts): BackgroundJobs {
  const { counters, ledger, usage } = stores;
  const sinks = counters.partitions.map((source) => {
    const mayRun = () => counters.lease(`sink:${source.partition}`);
    return createSink({ source, history: usage, ledger, mayRun, log });
  });
  const projector = createProjector({
    ...{ ledger, lines, counters, secrets, log },
    mayRun: () => counters.lease('projection'),
  });
  const stopListening = counters.onChange(({ kind }) => {
    if (kind === 'ledger') projector.wake();
  });
  for (const sink of sinks) sink.start(SINK_INTERVAL_MS);
  projector.start(PROJECTION_INTERVAL_MS);
  const tasks = ['projection', ...counters.partitions.map(({ partition }) => `sink:${partition}`)];
  return {
    projector,
    async drain() {
      await inTime(Promise.all(sinks.map((sink) => sink.drain())), DRAIN_WITHIN_MS).catch((error: unknown) =>
        log.warn(
          { reason: String(error) },
          'history or ledger is away; what is in the log is carried over at the next start',
        ),
      );
      await Promise.all(tasks.map((task) => counters.endLease(task).catch(() => undefined)));
    },
    async stop() {
      stopListening();
      const stopped = Promise.all([projector.stop(), ...sinks.map((sink) => sink.stop())]);
      await inTime(stopped, STOP_JOBS_WITHIN_MS).catch(() => undefined);
    },
  };
}
