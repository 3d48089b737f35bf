import type { WantedService } from '../policy/wanted-service.ts';
import type { Instant } from '../values/instant.ts';

/** What a line may have: its full speed, less, the pay pages, or nothing. */
export type TrackedMode = 'full' | 'slow' | 'captive' | 'cut';

/** How long and from when on a line had less than its full speed within a range. */
export interface ServiceTrack {
  readonly slowedAt: Instant | null;
  readonly slowedMs: number;
  readonly captiveAt: Instant | null;
  readonly captiveMs: number;
  readonly cutAt: Instant | null;
  readonly cutMs: number;
  /** Octets of both directions that flowed meanwhile. */
  readonly octetsBelowFullSpeed: number;
}

/** Follows what a line may have. */
export class ServiceTracker {
  private mode: TrackedMode = 'full';
  private since: Instant;
  private readonly first = new Map<TrackedMode, Instant>();
  private readonly spentMs = new Map<TrackedMode, number>();
  private octetsBelow = 0;

  constructor(from: Instant) {
    this.since = from;
  }

  /** From `at` on the line may have this. */
  see(wanted: WantedService, at: Instant): void {
    this.close(at);
    this.mode = wanted.allowed ? wanted.service.mode : 'cut';
    if (!this.first.has(this.mode)) this.first.set(this.mode, at);
  }

  /** Octets that flowed while the line had what was seen last. */
  flow(octets: number): void {
    if (this.mode !== 'full') this.octetsBelow += octets;
  }

  /** What was followed up to `to`. */
  end(to: Instant): ServiceTrack {
    this.close(to);
    const spent = (mode: TrackedMode) => this.spentMs.get(mode) ?? 0;
    // What lasted no time was corrected at the same instant.
    const first = (mode: TrackedMode) => (spent(mode) > 0 ? (this.first.get(mode) ?? null) : null);
    return {
      ...{ slowedAt: first('slow'), slowedMs: spent('slow') },
      ...{ captiveAt: first('captive'), captiveMs: spent('captive') },
      ...{ cutAt: first('cut'), cutMs: spent('cut') },
      octetsBelowFullSpeed: this.octetsBelow,
    };
  }

  private close(at: Instant): void {
    const elapsed = Math.max(0, at - this.since);
    this.spentMs.set(this.mode, (this.spentMs.get(this.mode) ?? 0) + elapsed);
    this.since = Math.max(this.since, at);
  }
}
