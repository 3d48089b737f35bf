import type { Selectable } from 'kysely';
import type { Plan } from '../../catalog/plan.ts';
import { type AcceptAttributes, sortedAttributes } from '../../nas/accept-attributes.ts';
import { type DriverSettings, sortedSettings } from '../../nas/driver-settings.ts';
import type { NasEntry, NasLearned } from '../../nas/nas.ts';
import type { LineProfile } from '../../policy/line-state.ts';
import type { Grant } from '../../quota/grant.ts';
import { passwordContext, type SecretBox } from '../../runtime/secret-box.ts';
import type { LineRecord } from '../../subscribers/declare-line.ts';
import type { SessionView } from '../../subscribers/ledger-store.ts';
import { octets } from '../../values/octets.ts';
import type { GrantTable, LineTable, NasTable, PlanTable, SessionTable } from './database.ts';

/** Context of a NAS secret in the ledger; the second secret has its own. */
export function nasSecretContext(name: string, which: 'secret' | 'secretNext'): string {
  return `nas:${name}:${which}`;
}

/** A NAS with its secrets opened. @throws Error when they were sealed with another master key. */
export function nasEntryOf(row: Selectable<NasTable>, secrets: SecretBox): NasEntry {
  const open = (sealed: string, which: 'secret' | 'secretNext'): string => {
    if (sealed === '') return '';
    const plain = secrets.open(sealed, nasSecretContext(row.name, which));
    if (plain === undefined) throw new Error(`the ${which} of NAS ${row.name} was sealed with another key`);
    return plain;
  };
  return {
    ...blankNasEntryOf(row),
    secret: open(row.sealed_secret, 'secret'),
    secretNext: open(row.sealed_secret_next, 'secretNext'),
  };
}

/** A NAS for people to look at: without its secrets. */
export function blankNasEntryOf(row: Selectable<NasTable>): NasEntry {
  return {
    name: row.name,
    address: row.address,
    secret: '',
    secretNext: '',
    vendor: row.vendor,
    coaPort: row.coa_port,
    coaAddress: row.coa_address,
    swapDirections: row.swap_directions,
    requireMessageAuthenticator: row.require_message_authenticator,
    allowMacAuthentication: row.allow_mac_authentication,
    acceptAttributes: sortedAttributes(row.accept_attributes as AcceptAttributes),
    driverSettings: sortedSettings(row.driver_settings as DriverSettings),
  };
}

/** What a NAS has taught us. */
export function nasLearnedOf(row: Selectable<NasTable>): NasLearned {
  return {
    messageAuthenticatorSince: row.message_authenticator_since ?? undefined,
    gigawordsSince: row.gigawords_since ?? undefined,
    boot: row.boot,
    bootedAt: row.booted_at ?? undefined,
  };
}

/** A plan; the fields stand in the order of `Plan`, so that equal plans have equal JSON texts. */
export function planOf(row: Pick<Selectable<PlanTable>, 'name' | 'definition'>): Plan {
  const stored = row.definition as Omit<Plan, 'name'>;
  const { quota, speed, exhausted, expired } = stored;
  const action = (end: Plan['exhausted']): Plan['exhausted'] =>
    typeof end === 'string' ? end : { downKbps: end.downKbps, upKbps: end.upKbps };
  return {
    name: row.name,
    days: stored.days,
    quota: quota && { octets: octets(quota.octets), charge: quota.charge },
    speed: speed && { downKbps: speed.downKbps, upKbps: speed.upKbps },
    exhausted: action(exhausted),
    expired: action(expired),
    weights: stored.weights.map(({ weekdays, fromMinute, toMinute, percent }) => ({
      weekdays,
      fromMinute,
      toMinute,
      percent,
    })),
    pool: stored.pool,
    interimSeconds: stored.interimSeconds,
  };
}

/** A grant with the consumption that the ledger knows of. */
export function grantOf(row: Selectable<GrantTable>): Grant {
  return {
    id: row.id,
    kind: row.kind,
    octets: octets(row.octets),
    consumed: octets(Math.min(row.consumed_octets, row.octets)),
    from: row.valid_from,
    until: row.valid_until ?? undefined,
    priority: row.priority,
    createdAt: row.created_at,
  };
}

/** What the packet path knows of a line. */
export function lineProfileOf(row: Selectable<LineTable>): LineProfile {
  return {
    username: row.username,
    lineId: row.id,
    revision: row.revision,
    status: row.status,
    sealedPassword: row.sealed_password,
    planName: row.plan_name,
    expiresAt: row.expires_at ?? undefined,
    concurrentSessions: row.concurrent_sessions,
    macLock: row.mac_lock,
    staticIp: row.static_ip ?? '',
    framedRoutes: row.framed_routes as readonly string[],
    framedIpv6Prefix: row.framed_ipv6_prefix,
    delegatedIpv6Prefix: row.delegated_ipv6_prefix,
  };
}

/** A line as declarations are compared with it. */
export function lineRecordOf(
  row: Selectable<LineTable>,
  grants: readonly Grant[],
  secrets: SecretBox,
): LineRecord {
  const { sealed_password: sealed, username } = row;
  return {
    username,
    displayName: row.display_name,
    revision: row.revision,
    status: row.status,
    password: sealed === '' ? '' : secrets.open(sealed, passwordContext(username)),
    planName: row.plan_name,
    expiresAt: row.expires_at ?? undefined,
    staticIp: row.static_ip ?? '',
    concurrentSessions: row.concurrent_sessions,
    macLock: row.mac_lock,
    framedRoutes: row.framed_routes as readonly string[],
    framedIpv6Prefix: row.framed_ipv6_prefix,
    delegatedIpv6Prefix: row.delegated_ipv6_prefix,
    grants,
  };
}

/** A session for people to look at. */
export function sessionViewOf(row: Selectable<SessionTable>): SessionView {
  return {
    lineId: row.line_id,
    username: row.username,
    sessionKey: row.session_key,
    nas: row.nas,
    nasPort: row.nas_port,
    acctSessionId: row.acct_session_id,
    callingStationId: row.calling_station_id,
    framedIp: row.framed_ip,
    state: row.state,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    inputOctets: row.input_octets,
    outputOctets: row.output_octets,
    chargedOctets: row.charged_octets,
    freeOctets: row.free_octets,
    quarantinedOctets: row.quarantined_octets,
    burnedOctets: row.burned_octets,
    overshotOctets: row.overshot_octets,
    closeCause: row.close_cause,
  };
}
