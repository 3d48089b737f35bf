import type { AppliedService } from '../accounting/session.ts';
import type { NasClient } from '../nas/nas-client.ts';

/** Any two speeds tell whether a driver brings a speed to a running session. */
const FASTER: AppliedService = { mode: 'full', downKbps: 2_000, upKbps: 2_000 };
const SLOWER: AppliedService = { mode: 'full', downKbps: 1_000, upKbps: 1_000 };
const ANY_INTERIM_SECONDS = 300;

/**
 * True when the NAS gives a running session whatever speed it is told by CoA. One that is told speeds by the names of
 * profiles has those that somebody made, and may drop a subscriber whose profile it does not find (Huawei
 * `no-exist-policy offline`).
 */
export function canLand(nas: NasClient | undefined): boolean {
  if (nas === undefined) return false;
  const { speedBy, profile, profileDown, profileUp } = nas.entry.driverSettings ?? {};
  const isNamed = speedBy === 'profile' || (profile ?? profileDown ?? profileUp) !== undefined;
  return !isNamed && changesInSession(nas, FASTER, SLOWER);
}

/** True when the NAS brings the second service to a session that has the first one; else it takes a new login. */
export function changesInSession(nas: NasClient, before: AppliedService, after: AppliedService): boolean {
  return nas.driver.changeService({ before, after, interimSeconds: ANY_INTERIM_SECONDS }) !== 'reconnect';
}
