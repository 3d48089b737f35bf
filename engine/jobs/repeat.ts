/** What a job tells the operator; pino's logger fits. */
export interface JobLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** A job that is run again and again, never twice at a time. */
export interface Repeater {
  /** Runs now, then `intervalMs` after each run, or at once while there is more to do. */
  start(intervalMs: number): void;
  /** Runs as soon as the current run is over instead of waiting; does nothing before `start`. */
  wake(): void;
  /** Resolves when the run in work, if any, is over; none begins after it. */
  stop(): Promise<void>;
}

const LONGEST_PAUSE_MS = 30_000;

/**
 * Repeats `run`, which resolves to true when there is more to do. A run that rejects is logged and repeated after
 * a pause that doubles up to 30 s: the stores behind it may be down for an hour.
 */
export function createRepeater(job: string, run: () => Promise<boolean>, log: JobLog): Repeater {
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let interval = 0;
  let failures = 0;
  let woken = false;
  let stopped = true;

  const attempt = async (): Promise<number> => {
    try {
      const more = await run();
      failures = 0;
      return more ? 0 : interval;
    } catch (reason) {
      failures += 1;
      const pause = Math.min(LONGEST_PAUSE_MS, Math.max(interval, 100) * 2 ** Math.min(failures, 16));
      log.warn({ job, failures, reason: String(reason), pauseMs: pause }, 'job failed, will be repeated');
      return pause;
    }
  };
  const begin = (): void => {
    clearTimeout(timer);
    woken = false;
    running = attempt().then((pause) => {
      running = undefined;
      if (!stopped) timer = setTimeout(begin, woken ? 0 : pause);
    });
  };
  return {
    start(intervalMs) {
      if (!stopped) return;
      stopped = false;
      interval = intervalMs;
      if (running === undefined) begin();
    },
    wake() {
      if (stopped) return;
      if (running === undefined) begin();
      else woken = true;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
