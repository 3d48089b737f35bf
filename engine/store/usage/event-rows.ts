import type { LoggedEvent } from '../../pipeline/counter-store.ts';
import type { UsageEvent } from '../../pipeline/engine-event.ts';
import { derivedColumns } from './derived-columns.ts';

/** A row by its columns, in an order that is the same for all rows of a table; instants are epoch ms. */
export type EventRow = Readonly<Record<string, string | number | readonly string[]>>;

/** Rows of `usage_event`. */
export function usageRows(events: readonly LoggedEvent[]): EventRow[] {
  return events.flatMap(({ event }) => (event.type === 'usage' ? [usageRow(event)] : []));
}

/** Rows of `access_event`. */
export function accessRows(events: readonly LoggedEvent[]): EventRow[] {
  return events.flatMap(({ position, event }) => {
    if (event.type !== 'access') return [];
    return {
      at: event.at,
      log_position: position,
      username: event.username.toWellFormed(),
      nas: event.nas.toWellFormed(),
      calling_station_id: event.callingStationId.toWellFormed(),
      outcome: event.outcome,
      reason: event.reason,
      count: event.count,
    };
  });
}

/** Texts of packets are made well-formed: broken UTF-16 in one row would refuse the whole batch. */
function usageRow(event: UsageEvent): EventRow {
  return {
    at: event.at,
    line_id: event.lineId,
    username: event.username.toWellFormed(),
    session_key: BigInt(`0x${event.sessionKey}`).toString(),
    kind: event.kind,
    state: event.state,
    nas: event.nas.toWellFormed(),
    nas_port: event.nasPort.toWellFormed(),
    acct_session_id: event.acctSessionId.toWellFormed(),
    calling_station_id: event.callingStationId.toWellFormed(),
    framed_ip: event.framedIp.toWellFormed(),
    started_at: event.startedAt,
    segment: event.segment,
    input_octets: event.inputOctets,
    output_octets: event.outputOctets,
    quarantined_octets: event.quarantinedOctets,
    overshot_octets: event.overshotOctets,
    ...derivedColumns(event),
    close_cause: event.closeCause.toWellFormed(),
    anomalies: event.anomalies,
    resume: event.resume === undefined ? '' : JSON.stringify(event.resume),
  };
}
