import type { ColumnType, GeneratedAlways, Kysely } from 'kysely';
import type { SessionState } from '../../accounting/session.ts';
import type { NasVendor } from '../../nas/nas.ts';
import type { LineStatus } from '../../policy/line-state.ts';
import type { GrantKind } from '../../quota/grant.ts';
import type { Instant } from '../../values/instant.ts';

/** timestamptz: read as epoch ms (see `value-parsers.ts`), written as ISO text. */
type Time = ColumnType<Instant, string, string>;
type OptionalTime = ColumnType<Instant | null, string | null, string | null>;
/** jsonb: read as a value, written as JSON text. */
type Json = ColumnType<unknown, string, string>;

/** Columns of `nas`. */
export interface NasTable {
  readonly id: GeneratedAlways<number>;
  readonly name: string;
  readonly address: string;
  readonly sealed_secret: string;
  readonly sealed_secret_next: string;
  readonly vendor: NasVendor;
  readonly coa_port: number;
  readonly coa_address: string;
  readonly swap_directions: boolean;
  readonly require_message_authenticator: boolean;
  readonly allow_mac_authentication: boolean;
  readonly accept_attributes: Json;
  readonly driver_settings: Json;
  readonly message_authenticator_since: OptionalTime;
  readonly gigawords_since: OptionalTime;
  readonly boot: number;
  readonly booted_at: OptionalTime;
  readonly created_at: Time;
  readonly updated_at: Time;
}

/** Columns of `plan`. */
export interface PlanTable {
  readonly id: GeneratedAlways<number>;
  readonly name: string;
  readonly created_at: Time;
  readonly updated_at: Time;
}

/** Columns of `plan_version`; the definition is a `Plan` without its name. */
export interface PlanVersionTable {
  readonly plan_id: number;
  readonly valid_from: Time;
  readonly definition: Json;
  readonly created_at: Time;
}

/** Columns of `line`. */
export interface LineTable {
  readonly id: GeneratedAlways<number>;
  readonly username: string;
  readonly display_name: string;
  readonly revision: number;
  readonly status: LineStatus;
  readonly sealed_password: string;
  readonly plan_name: string;
  readonly expires_at: OptionalTime;
  readonly static_ip: string | null;
  readonly reserve_plan_name: string | null;
  readonly reserve_from: OptionalTime;
  readonly reserve_until: OptionalTime;
  readonly concurrent_sessions: number | null;
  readonly mac_lock: string;
  readonly framed_routes: Json;
  readonly framed_ipv6_prefix: string;
  readonly delegated_ipv6_prefix: string;
  readonly created_at: Time;
  readonly updated_at: Time;
}

/** Columns of `line_status_history`. */
export interface LineStatusHistoryTable {
  readonly id: GeneratedAlways<number>;
  readonly line_id: number;
  readonly status: LineStatus;
  readonly reason: string;
  readonly actor: string;
  readonly changed_at: Time;
}

/** Columns of `grant`. */
export interface GrantTable {
  readonly id: string;
  readonly line_id: number;
  readonly kind: GrantKind;
  readonly octets: number;
  readonly consumed_octets: number;
  readonly valid_from: Time;
  readonly valid_until: OptionalTime;
  readonly priority: number;
  readonly tier: number;
  readonly created_at: Time;
}

/** Columns of `outbox`. */
export interface OutboxTable {
  readonly id: GeneratedAlways<number>;
  readonly kind: 'line' | 'reference';
  readonly key: string;
}

/** Columns of `session`. */
export interface SessionTable {
  readonly line_id: number;
  readonly session_key: string;
  readonly username: string;
  readonly nas: string;
  readonly nas_port: string;
  readonly acct_session_id: string;
  readonly calling_station_id: string;
  readonly framed_ip: string;
  readonly state: SessionState;
  readonly started_at: Time;
  readonly updated_at: Time;
  readonly log_position: number;
  readonly input_octets: number;
  readonly output_octets: number;
  readonly charged_octets: number;
  readonly free_octets: number;
  readonly quarantined_octets: number;
  readonly burned_octets: number;
  readonly overshot_octets: number;
  readonly close_cause: string;
  readonly resume: Json | null;
  readonly closed_at: GeneratedAlways<Instant | null>;
}

/** Columns of `counter_partition`. */
export interface CounterPartitionTable {
  readonly partition: number;
  readonly epoch: string;
  readonly last_event: number;
  readonly last_event_at: OptionalTime;
  readonly begun_at: Time;
}

/** Tables of the ledger that are read and written through the query builder. */
export interface LedgerTables {
  readonly nas: NasTable;
  readonly plan: PlanTable;
  readonly plan_version: PlanVersionTable;
  readonly line: LineTable;
  readonly line_status_history: LineStatusHistoryTable;
  readonly grant: GrantTable;
  readonly outbox: OutboxTable;
  readonly session: SessionTable;
  readonly counter_partition: CounterPartitionTable;
}

/** A connection to the ledger, or a transaction on one. */
export type LedgerDb = Kysely<LedgerTables>;

/** An instant as the ledger's columns take it. */
export function toTime(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** An instant that may be missing, as the ledger's columns take it. */
export function toOptionalTime(instant: Instant | undefined): string | null {
  return instant === undefined ? null : toTime(instant);
}
