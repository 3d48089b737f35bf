import type { Forgotten } from '../../accounting/forgotten.ts';
import type { RecordOrder } from '../../accounting/record.ts';
import type {
  AppliedService,
  CounterPair,
  PendingEffect,
  Session,
  SessionCounters,
  SessionState,
  SessionUsage,
  UnprovenService,
} from '../../accounting/session.ts';
import type { LineProfile, LineState, LineStatus, ReservedTerm } from '../../policy/line-state.ts';
import type { Grant, GrantKind } from '../../quota/grant.ts';
import type { Octets } from '../../values/octets.ts';
import type { Burst } from '../../values/speed.ts';

/** Version of the layout; a store of another layout is refused instead of being misread. */
const LAYOUT = 2;

/**
 * A line's state as nested arrays without field names: a third of the octets of a map, and as much less to write at
 * every commit. The order of the fields is the layout; `unpackLine` is its exact mirror.
 */
export type PackedLine = readonly unknown[];

/** Packs a state for storing. */
export function packLine({ profile, grants, sessions, forgotten, boundMac }: LineState): PackedLine {
  const packed = [LAYOUT, packProfile(profile), grants.map(packGrant), sessions.map(packSession)];
  const mark = forgotten && [forgotten.through, forgotten.stampSeconds];
  if (boundMac !== undefined) return [...packed, mark, boundMac];
  return mark === undefined ? packed : [...packed, mark];
}

/**
 * The state that was packed.
 * @throws Error for another layout: the store was written by another version of the program.
 */
export function unpackLine(packed: PackedLine): LineState {
  const [layout, profile, grants, sessions, forgotten, boundMac] = packed as [
    ...line: [number, unknown[], unknown[][], unknown[][]],
    forgotten: [number, number | undefined] | undefined,
    boundMac: string | undefined,
  ];
  if (layout !== LAYOUT) throw new Error(`counters of layout ${layout}, this program reads layout ${LAYOUT}`);
  return {
    profile: unpackProfile(profile),
    grants: grants.map(unpackGrant),
    sessions: sessions.map(unpackSession),
    forgotten: forgotten && unpackForgotten(forgotten),
    ...(boundMac !== undefined && { boundMac }),
  };
}

function unpackForgotten([through, stampSeconds]: readonly [number, number | undefined]): Forgotten {
  return { through, stampSeconds };
}

function packProfile(profile: LineProfile): unknown[] {
  return [
    profile.username,
    profile.lineId,
    profile.revision,
    profile.status,
    profile.sealedPassword,
    profile.planName,
    profile.expiresAt,
    profile.concurrentSessions,
    profile.macLock,
    profile.staticIp,
    profile.framedRoutes,
    profile.framedIpv6Prefix,
    profile.delegatedIpv6Prefix,
    profile.reserve && packReserve(profile.reserve),
  ];
}

function unpackProfile(packed: readonly unknown[]): LineProfile {
  return {
    username: packed[0] as string,
    lineId: packed[1] as number,
    revision: packed[2] as number,
    status: packed[3] as LineStatus,
    sealedPassword: packed[4] as string,
    planName: packed[5] as string,
    expiresAt: packed[6] as number | undefined,
    concurrentSessions: packed[7] as number | undefined,
    macLock: packed[8] as string,
    staticIp: packed[9] as string,
    framedRoutes: packed[10] as string[],
    framedIpv6Prefix: packed[11] as string,
    delegatedIpv6Prefix: packed[12] as string,
    reserve: unpackReserve(packed[13] as [string, number, number] | undefined),
  };
}

function packReserve({ planName, from, expiresAt }: ReservedTerm): unknown[] {
  return [planName, from, expiresAt];
}

function unpackReserve(packed: readonly [string, number, number] | undefined): ReservedTerm | undefined {
  return packed && { planName: packed[0], from: packed[1], expiresAt: packed[2] };
}

function packGrant(grant: Grant): unknown[] {
  const { id, kind, octets, consumed, from, until, priority, tier, createdAt } = grant;
  return [id, kind, octets, consumed, from, until, priority, createdAt, tier];
}

function unpackGrant(packed: readonly unknown[]): Grant {
  return {
    id: packed[0] as string,
    kind: packed[1] as GrantKind,
    octets: packed[2] as Octets,
    consumed: packed[3] as Octets,
    from: packed[4] as number,
    until: packed[5] as number | undefined,
    priority: packed[6] as number,
    tier: packed[8] as number,
    createdAt: packed[7] as number,
  };
}

function packSession(session: Session): unknown[] {
  return [
    session.key,
    session.nas,
    session.nasBoot,
    session.nasAddress,
    session.acctSessionId,
    session.nasPort,
    session.callingStationId,
    session.framedIp,
    session.framedIpv6Prefix,
    session.state,
    session.startedAt,
    session.updatedAt,
    session.seenAt,
    session.interimSeconds,
    packCounters(session.counters),
    packUsage(session.usage),
    packApplied(session.applied),
    session.pendingEffect && packPending(session.pendingEffect),
    session.closeCause,
    session.trafficClass,
    ...(session.unproven === undefined ? [] : [packUnproven(session.unproven)]),
  ];
}

function unpackSession(packed: readonly unknown[]): Session {
  const pending = packed[17] as unknown[] | undefined;
  const unproven = packed[20] as PackedUnproven | undefined;
  return {
    key: packed[0] as string,
    nas: packed[1] as string,
    nasBoot: packed[2] as number,
    nasAddress: packed[3] as string,
    acctSessionId: packed[4] as string,
    nasPort: packed[5] as string,
    callingStationId: packed[6] as string,
    framedIp: packed[7] as string,
    framedIpv6Prefix: packed[8] as string,
    state: packed[9] as SessionState,
    startedAt: packed[10] as number,
    updatedAt: packed[11] as number,
    seenAt: packed[12] as number,
    interimSeconds: packed[13] as number,
    counters: unpackCounters(packed[14] as unknown[]),
    usage: unpackUsage(packed[15] as Octets[]),
    applied: unpackApplied(packed[16] as unknown[]),
    pendingEffect: pending && unpackPending(pending),
    closeCause: packed[18] as string,
    trafficClass: packed[19] as string,
    ...(unproven && { unproven: unpackUnproven(unproven) }),
  };
}

function packCounters(counters: SessionCounters): unknown[] {
  const { segment, closed, previous, current, inputWraps, outputWraps, segmentFrom, last, held } = counters;
  return [
    segment,
    packPair(closed),
    packPair(previous),
    packPair(current),
    inputWraps,
    outputWraps,
    packOrder(segmentFrom),
    packOrder(last),
    held && [packPair(held), packOrder(held.order)],
  ];
}

function unpackCounters(packed: readonly unknown[]): SessionCounters {
  const held = packed[8] as [Octets[] | undefined, unknown[]] | undefined;
  return {
    segment: packed[0] as number,
    closed: unpackPair(packed[1] as Octets[] | undefined),
    previous: unpackPair(packed[2] as Octets[] | undefined),
    current: unpackPair(packed[3] as Octets[] | undefined),
    inputWraps: packed[4] as number,
    outputWraps: packed[5] as number,
    segmentFrom: unpackOrder(packed[6] as unknown[] | undefined),
    last: unpackOrder(packed[7] as unknown[] | undefined),
    held: held && { ...unpackPair(held[0]), order: unpackOrder(held[1]) as RecordOrder },
  };
}

/** Most pairs are zero; those are not written out. */
function packPair({ inputOctets, outputOctets }: CounterPair): unknown[] | undefined {
  return inputOctets === 0 && outputOctets === 0 ? undefined : [inputOctets, outputOctets];
}

function unpackPair(packed: readonly Octets[] | undefined): CounterPair {
  return { inputOctets: packed?.[0] ?? (0 as Octets), outputOctets: packed?.[1] ?? (0 as Octets) };
}

function packOrder(order: RecordOrder | undefined): unknown[] | undefined {
  return order && [order.at, order.sessionTimeSeconds, order.eventTimestampSeconds];
}

function unpackOrder(packed: readonly unknown[] | undefined): RecordOrder | undefined {
  return (
    packed && {
      eventTimestampSeconds: packed[2] as number | undefined,
      sessionTimeSeconds: packed[1] as number | undefined,
      at: packed[0] as number,
    }
  );
}

function packUsage(usage: SessionUsage): unknown[] {
  return [
    usage.chargedOctets,
    usage.freeOctets,
    usage.quarantinedOctets,
    usage.burnedOctets,
    usage.overshotOctets,
    usage.weightRemainder,
  ];
}

function unpackUsage(packed: readonly Octets[]): SessionUsage {
  return {
    chargedOctets: packed[0] as Octets,
    freeOctets: packed[1] as Octets,
    quarantinedOctets: packed[2] as Octets,
    burnedOctets: packed[3] as Octets,
    overshotOctets: packed[4] as Octets,
    weightRemainder: packed[5] as number,
  };
}

function packApplied({ mode, downKbps, upKbps, burst }: AppliedService): unknown[] {
  return burst === undefined ? [mode, downKbps, upKbps] : [mode, downKbps, upKbps, burst];
}

function unpackApplied(packed: readonly unknown[]): AppliedService {
  const [mode, downKbps, upKbps, burst] = packed as [AppliedService['mode'], number, number, Burst?];
  return burst === undefined ? { mode, downKbps, upKbps } : { mode, downKbps, upKbps, burst };
}

function packPending({ kind, requestedAt, attempts, to }: PendingEffect): unknown[] {
  return [kind, requestedAt, attempts, to];
}

function unpackPending(packed: readonly unknown[]): PendingEffect {
  return {
    kind: packed[0] as PendingEffect['kind'],
    requestedAt: packed[1] as number,
    attempts: packed[2] as number,
    to: packed[3] as string,
  };
}

type PackedUnproven = readonly [since: number, failures: number, at?: number, octets?: Octets];

function packUnproven({ since, failures, from }: UnprovenService): PackedUnproven {
  return from === undefined ? [since, failures] : [since, failures, from.at, from.octets];
}

function unpackUnproven([since, failures, at, octets]: PackedUnproven): UnprovenService {
  return { since, failures, from: at === undefined ? undefined : { at, octets: octets as Octets } };
}
