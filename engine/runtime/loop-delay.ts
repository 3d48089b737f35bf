import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

/** How late this thread's event loop comes to what is due. */
export class LoopDelay {
  private readonly histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.histogram.enable();
  }

  stop(): void {
    this.histogram.disable();
  }

  /** The 99th percentile since the last call, in seconds. */
  take(): number {
    const seconds = this.histogram.percentile(99) / 1e9;
    this.histogram.reset();
    return seconds;
  }
}
