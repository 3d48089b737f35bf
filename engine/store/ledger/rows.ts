import type { Selectable } from 'kysely';
import type { Plan } from '../../catalog/plan.ts';
import type { PlanHistory, PlanVersion } from '../../catalog/plan-history.ts';
import { type AcceptAttributes, sortedAttributes } from '../../nas/accept-attributes.ts';
import { type DriverSettings, sortedSettings } from '../../nas/driver-settings.ts';
import type { NasEntry, NasLearned } from '../../nas/nas.ts';
import type { LineProfile, ReservedTerm } from '../../policy/line-state.ts';
import type { Grant } from '../../quota/grant.ts';
import { passwordContext, type SecretBox } from '../../runtime/secret-box.ts';
import type { SessionView } from '../../subscribers/ledger-store.ts';
import type { LineRecord } from '../../subscribers/line-record.ts';
import { octets } from '../../values/octets.ts';
import type { GrantTable, LineTable, NasTable, PlanVersionTable, SessionTable } from './database.ts';

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

/** A version of a plan. Its definition was written as JSON from a `Plan`. */
export type PlanVersionRow = Pick<Selectable<PlanVersionTable>, 'valid_from' | 'definition'> & {
  readonly name: string;
};

/** The plans of their versions, which come by name and `valid_from`. */
export function planHistoriesOf(rows: readonly PlanVersionRow[]): readonly PlanHistory[] {
  const histories: { name: string; versions: PlanVersion[] }[] = [];
  for (const row of rows) {
    if (histories.at(-1)?.name !== row.name) histories.push({ name: row.name, versions: [] });
    const plan = { name: row.name, ...(row.definition as Omit<Plan, 'name'>) };
    histories.at(-1)!.versions.push({ from: row.valid_from, plan });
  }
  return histories;
}

function reserveOf(row: Selectable<LineTable>): ReservedTerm | undefined {
  if (row.reserve_plan_name === null) return undefined;
  return { planName: row.reserve_plan_name, from: row.reserve_from!, expiresAt: row.reserve_until! };
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
    tier: row.tier,
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
    reserve: reserveOf(row),
    concurrentSessions: row.concurrent_sessions ?? undefined,
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
    reserve: reserveOf(row),
    staticIp: row.static_ip ?? '',
    concurrentSessions: row.concurrent_sessions ?? undefined,
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
