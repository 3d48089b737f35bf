import { totalOctets } from '../accounting/count-octets.ts';
import type { AppliedService, Session, UnprovenService } from '../accounting/session.ts';
import { type Instant, MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import { type Octets, octets } from '../values/octets.ts';

/** What a report may show before it counts as proof against the NAS. A false alarm is worse than a late one. */
export const VERIFY_LIMITS = {
  /** Nothing is measured from this soon after the answer: the NAS may still have counted faster traffic. */
  settleMs: MINUTE_MS,
  /** A shorter stretch says little: counters are read by many NAS in steps of seconds. */
  stretchMsMin: 30 * SECOND_MS,
  /** More than this many times what the service allows… */
  rateTolerance: 1.5,
  /** …and more than this many octets beyond it, for buckets and packets on their way. */
  octetsTolerance: 2 ** 20,
  /** Less than this part of what is allowed proves nothing for the service either. */
  proofShare: 0.1,
  /** Failures after which it is left alone. */
  failures: 5,
} as const;

/** What a session's report says about the slower service that the NAS acknowledged. */
export interface Verified {
  readonly session: Session;
  /** How often in a row it was not in force, counted by this report; 0 when this one shows no failure. */
  readonly failures: number;
}

/**
 * What there is to prove once a NAS has acknowledged `service`: that a slower one is in force. Nobody can prove a faster
 * one, since subscribers need not use it, nor one without figures. The same service ordered again keeps its failures.
 */
export function expectProof(
  session: Session,
  service: AppliedService,
  now: Instant,
): UnprovenService | undefined {
  const { applied, unproven } = session;
  if (unproven !== undefined && speedOf(applied) === speedOf(service)) {
    return { since: now, failures: unproven.failures, from: undefined };
  }
  if (service.mode === 'captive' || !isLimited(service)) return undefined;
  const isDetectable = speedOf(service) * VERIFY_LIMITS.rateTolerance < speedOf(applied);
  return isDetectable ? { since: now, failures: 0, from: undefined } : undefined;
}

/**
 * Judges a session by its newest full report: the octets since an earlier one, both after the NAS's answer, against what
 * its slower service allows in that time. Directions are taken together, so that a NAS whose directions are entered the
 * wrong way round raises no alarm. It goes on for as long as the session has that service.
 * @param receivedAt arrival of the report; its time is the session's `updatedAt`.
 * @param isOdd the report was late or its counters jumped, so nothing is measured by it or from it.
 */
export function verifyService(session: Session, receivedAt: Instant, isOdd: boolean): Verified {
  const { unproven, updatedAt: at } = session;
  if (unproven === undefined) return { session, failures: 0 };
  if (session.state === 'closed') return { session: { ...session, unproven: undefined }, failures: 0 };
  if (isOdd) return keep(session, { ...unproven, from: undefined });
  if (Math.min(at, receivedAt) < unproven.since + VERIFY_LIMITS.settleMs) return { session, failures: 0 };
  const { inputOctets, outputOctets } = totalOctets(session.counters);
  const here = { at, octets: octets(inputOctets + outputOctets) };
  const { from } = unproven;
  if (from === undefined) return keep(session, { ...unproven, from: here });
  if (at - from.at < VERIFY_LIMITS.stretchMsMin) return { session, failures: 0 };
  const used = here.octets - from.octets;
  const allowed = allowedOctets(session.applied, at - from.at);
  if (isBeyond(used, allowed)) {
    const failures = unproven.failures + 1;
    return { ...keep(session, { since: receivedAt, failures, from: undefined }), failures };
  }
  const failures = used >= allowed * VERIFY_LIMITS.proofShare ? 0 : unproven.failures;
  return keep(session, { ...unproven, failures, from: here });
}

function keep(session: Session, unproven: UnprovenService): Verified {
  const isGivenUp = unproven.failures >= VERIFY_LIMITS.failures;
  return { session: { ...session, unproven: isGivenUp ? undefined : unproven }, failures: 0 };
}

function isBeyond(used: number, allowed: number): boolean {
  return used > allowed * VERIFY_LIMITS.rateTolerance && used > allowed + VERIFY_LIMITS.octetsTolerance;
}

function allowedOctets(service: AppliedService, ms: number): Octets {
  return octets(Math.ceil((speedOf(service) * 125 * ms) / SECOND_MS));
}

function isLimited({ downKbps, upKbps }: AppliedService): boolean {
  return downKbps > 0 && upKbps > 0;
}

/** kbit/s of both directions, bursts included; infinite where the NAS's own speed is left to it. */
function speedOf(service: AppliedService): number {
  if (!isLimited(service)) return Number.POSITIVE_INFINITY;
  const { downKbps, upKbps, burst } = service;
  return Math.max(downKbps, burst?.downKbps ?? 0) + Math.max(upKbps, burst?.upKbps ?? 0);
}
