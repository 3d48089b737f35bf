import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSink } from '../../engine/jobs/sink.ts';
import type { UsageEvent } from '../../engine/pipeline/engine-event.ts';
import { LmdbCounterStore } from '../../engine/store/counters/lmdb-counter-store.ts';
import { openUsage } from '../../engine/store/usage/open-usage.ts';
import { ClickHouseBridge } from '../servers/clickhouse-bridge.ts';
import { type Fault, scaled } from './fault.ts';

const CUTS = 1_000;
const EVENTS = 3;
const BEGAN = Date.UTC(2026, 10, 20);
const STEP_MS = 300_000;
const OCTETS = 1_000_003;

/** Record `number` of one session that goes on and on, the counters as its NAS would send them. */
function interim(number: number): UsageEvent {
  const octets = number * OCTETS;
  return {
    ...{ type: 'usage', kind: 'interim', at: BEGAN + number * STEP_MS, lineId: 1, username: 'lost-answers' },
    ...{ sessionKey: '00000000000000aa', nas: 'bras', nasPort: '1', acctSessionId: 's1' },
    ...{ callingStationId: '', framedIp: '', state: 'live', startedAt: BEGAN, segment: 0 },
    ...{ sessionTimeSeconds: (number * STEP_MS) / 1000, inputOctets: 0, outputOctets: octets },
    ...{
      chargedOctets: octets,
      freeOctets: 0,
      quarantinedOctets: 0,
      burnedOctets: octets,
      overshotOctets: 0,
    },
    ...{ consumed: [], closeCause: '', anomalies: [], resume: undefined },
  } as UsageEvent;
}

/**
 * Row 8 a thousand times: the running engine waits a second after each failure, so here the sink alone is driven, with
 * the real log and the real client, and each of its batches loses its first answer.
 */
export const CLICKHOUSE_ACKS_LOST: Fault = {
  row: 8,
  fault: 'ClickHouse stores a batch and its answer is lost, a thousand batches one after the other',
  async run(context) {
    const folder = mkdtempSync(join(tmpdir(), 'mizan-acks-'));
    const bridge = await ClickHouseBridge.start();
    const counters = new LmdbCounterStore(folder);
    const history = await openUsage({ url: bridge.url });
    const ledger = { recordEvents: async () => undefined };
    const log = { warn: () => undefined };
    const sink = createSink({ source: counters.partitions[0]!, history, ledger, log });
    const cuts = scaled(context, CUTS);
    let failures = 0;
    try {
      for (let cut = 0; cut < cuts; cut++) {
        const first = cut * EVENTS + 1;
        await counters.append(Array.from({ length: EVENTS }, (_, index) => interim(first + index)));
        await bridge.fault({ kind: 'cut', requests: 1, only: 'inserts' });
        await sink.runOnce().catch(() => failures++);
        await sink.drain();
      }
      const rows = Number(await bridge.query('SELECT count() FROM usage_event'));
      const { outputOctets } = await history.totals('lost-answers');
      const diff = Math.abs(outputOctets - cuts * EVENTS * OCTETS);
      const { events: left } = await counters.partitions[0]!.backlog();
      const pass = diff === 0 && rows === cuts * EVENTS && failures === cuts && left === 0;
      return { pass, diff, cuts, failures, rows, records: cuts * EVENTS, left };
    } finally {
      await history.close();
      await counters.close();
      await bridge.remove();
      rmSync(folder, { recursive: true });
    }
  },
};
