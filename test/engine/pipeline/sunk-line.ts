import type { EngineEvent } from '../../../engine/pipeline/engine-event.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { packEvent, unpackEvent } from '../../../engine/store/counters/pack-event.ts';
import { foldEvents } from '../../../engine/store/ledger/fold-events.ts';
import type { SunkLine, SunkSession } from '../../../engine/subscribers/recovery.ts';
import { octets } from '../../../engine/values/octets.ts';

/** What the ledger holds of a line after these events were sunk, all of them through the text of a log. */
export function sunkLine(bought: LineState, events: readonly EngineEvent[]): SunkLine {
  const logged = events.map((event, index) => ({
    position: index + 1,
    event: unpackEvent(JSON.parse(JSON.stringify(packEvent(event)))),
  }));
  const { sessions, consumed } = foldEvents(logged);
  return {
    profile: bought.profile,
    grants: bought.grants.map((grant) => ({
      ...grant,
      consumed: octets(Math.max(grant.consumed, consumed.get(grant.id) ?? 0)),
    })),
    sessions: sessions.map(({ newest, startedAt, counters }): SunkSession => {
      const [input, output, charged, free, quarantined, burned, overshot] = counters as [
        ...figures: [number, number, number, number, number, number, number],
      ];
      return {
        key: newest.sessionKey,
        nas: newest.nas,
        nasPort: newest.nasPort,
        acctSessionId: newest.acctSessionId,
        callingStationId: newest.callingStationId,
        framedIp: newest.framedIp,
        state: newest.state,
        startedAt,
        updatedAt: newest.at,
        inputOctets: input,
        outputOctets: output,
        chargedOctets: charged,
        freeOctets: free,
        quarantinedOctets: quarantined,
        burnedOctets: burned,
        overshotOctets: overshot,
        closeCause: newest.closeCause,
        resume: newest.resume,
      };
    }),
  };
}
