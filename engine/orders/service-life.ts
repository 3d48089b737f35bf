import type { ReserveStart } from '../catalog/offer.ts';
import { type Term, termEnd } from '../catalog/term.ts';
import type { Instant } from '../values/instant.ts';
import { fail, ok, type Result } from '../values/result.ts';

/** A service as it was bought; when it runs is not said yet. */
export interface BoughtService {
  readonly orderId: string;
  readonly planName: string;
  readonly term: Term;
  readonly boughtAt: Instant;
}

/** A service that runs or has run. */
export interface StartedService extends BoughtService {
  readonly from: Instant;
  /** First instant after it, moved by the days of its pauses (`pausedTerm`). */
  readonly until: Instant;
}

/** What a line has of services: the last one that began, and the one that waits «سرویس رزرو» (product line P09). */
export interface ServiceLife {
  readonly running: StartedService | undefined;
  readonly reserve: BoughtService | undefined;
}

/** What a purchase does, to be shown before it is paid (`from` and `until` as far as they are known by then). */
export interface Purchase {
  readonly life: ServiceLife;
  readonly starts: 'now' | 'queued';
  readonly from: Instant;
  readonly until: Instant;
}

/** The life of a line that never had a service. */
export const NO_SERVICE: ServiceLife = { running: undefined, reserve: undefined };

/** The life as it is at `now`: a reserve has begun where the running service has ended, at that very instant. */
export function serviceLifeAt(life: ServiceLife, now: Instant): ServiceLife {
  const { running, reserve } = life;
  if (running === undefined || reserve === undefined || now < running.until) return life;
  return { running: start(reserve, running.until), reserve: undefined };
}

/** The service that runs at `now`, `undefined` when none does. */
export function runningService(life: ServiceLife, now: Instant): StartedService | undefined {
  const { running } = serviceLifeAt(life, now);
  return running !== undefined && running.from <= now && now < running.until ? running : undefined;
}

/** When nothing that was bought is left: the end of the reserve where there is one; `undefined` without any service. */
export function coverEnd({ running, reserve }: ServiceLife): Instant | undefined {
  return running && reserve ? termEnd(running.until, reserve.term) : running?.until;
}

/**
 * A service bought at `bought.boughtAt`: it waits behind a running one and begins at once without one (product line X05),
 * also when the volume of the running one is used up and reserves begin on that.
 * @param isExhausted whether the running service has no volume left.
 */
export function buyService(
  before: ServiceLife,
  bought: BoughtService,
  isExhausted: boolean,
  reserveStart: ReserveStart,
): Result<Purchase, 'reserve-is-taken'> {
  const now = bought.boughtAt;
  const life = serviceLifeAt(before, now);
  const running = runningService(life, now);
  if (running === undefined || (isExhausted && reserveStart === 'end-or-exhaustion' && !life.reserve)) {
    const started = start(bought, now);
    const { from, until } = started;
    return ok({ life: { running: started, reserve: undefined }, starts: 'now', from, until });
  }
  if (life.reserve !== undefined) return fail('reserve-is-taken');
  const { until: from } = running;
  return ok({
    life: { running, reserve: bought },
    starts: 'queued',
    from,
    until: termEnd(from, bought.term),
  });
}

/** The life once the running service has no volume left at `now`. */
export function exhaustService(before: ServiceLife, now: Instant, reserveStart: ReserveStart): ServiceLife {
  const life = serviceLifeAt(before, now);
  const { reserve } = life;
  if (reserveStart === 'end' || reserve === undefined || !runningService(life, now)) return life;
  return { running: start(reserve, now), reserve: undefined };
}

/**
 * The new service in the place of the running one, with all its attributes and from now on (product line P54). What the
 * old one is worth is the quote's. A reserve stays and follows the new one.
 */
export function changeService(
  before: ServiceLife,
  chosen: BoughtService,
): Result<ServiceLife, 'no-running-service'> {
  const now = chosen.boughtAt;
  const life = serviceLifeAt(before, now);
  if (runningService(life, now) === undefined) return fail('no-running-service');
  return ok({ running: start(chosen, now), reserve: life.reserve });
}

function start(bought: BoughtService, from: Instant): StartedService {
  return { ...bought, from, until: termEnd(from, bought.term) };
}
