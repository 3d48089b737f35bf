import type { LinePast } from '../../../engine/explain/past-stores.ts';
import type { EngineEvent } from '../../../engine/pipeline/engine-event.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import type { HistoryRow } from '../../../engine/subscribers/recovery.ts';
import { T0 } from '../accounting/samples.ts';

/** The rows that these events leave in the history, in the order in which it gives them. */
export function historyRows(events: readonly EngineEvent[]): readonly HistoryRow[] {
  const rows = events.flatMap((event): HistoryRow[] => {
    if (event.type !== 'usage') return [];
    const { at, sessionKey, resume, ...rest } = event;
    const through = resume === undefined ? undefined : JSON.parse(JSON.stringify(resume));
    return [{ ...rest, key: sessionKey, updatedAt: at, resume: through }];
  });
  return rows.sort((left, right) => {
    const [mine, others] = [orderOf(left), orderOf(right)];
    const first = mine.findIndex((value, index) => value !== others[index]);
    return first === -1 ? 0 : mine[first]! < others[first]! ? -1 : 1;
  });
}

const STATES = ['reserved', 'live', 'suspect', 'closed'];

/** As the query orders them. */
function orderOf(row: HistoryRow): readonly (string | number)[] {
  return [
    row.lineId,
    row.key,
    row.updatedAt,
    row.inputOctets + row.outputOctets,
    row.chargedOctets + row.freeOctets,
    row.burnedOctets + row.overshotOctets,
    row.quarantinedOctets,
    row.segment,
    STATES.indexOf(row.state),
    row.resume === undefined ? 1 : 0,
    row.kind === 'split' ? 1 : 0,
  ];
}

/** The books of a line that was never changed. */
export function pastOf({ profile, grants }: LineState): LinePast {
  const createdAt = T0 - 1e9;
  const statuses = [{ status: profile.status, reason: 'declared', actor: 'test', at: createdAt }];
  return { profile, grants, createdAt, earlier: [], earlierGrants: [], statuses };
}
