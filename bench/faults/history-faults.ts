import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanDocument } from '../fleet/plans.ts';
import type { Servers } from '../fleet/servers.ts';
import type { ClickHouseBridge } from '../servers/clickhouse-bridge.ts';
import { type Fault, scaled } from './fault.ts';
import { describeCounts, ENDLESS, runSteady, watchMemory } from './steady-run.ts';

const SILENCE_MS = 60_000;
const BEFORE_MS = 10_000;
const GROWTH_MIB_MAX = 200;
/** A tenth of what a million sessions report in 5 minutes. */
const LINES = 333;
const DRAIN_TIMES = 10;
const MARKER_EVERY_MS = 150;
const CUTS_FOR_MS = 120_000;
const LOOK_EVERY_MS = 50;

const COUNTS = `
  SELECT count() AS rows, uniqExact(line_id, session_key, kind, session_time, input_octets, output_octets) AS unique
  FROM usage_event WHERE username != ''`;
const MAXIMA = (table: string) => `
  SELECT sum(octets) FROM (
    SELECT max(input_octets) + max(output_octets) AS octets FROM ${table} WHERE username != ''
    GROUP BY line_id, session_key)`;

/** A fifth of the lines have volumes that end one after the other, before, in and after the silence. */
function endingPlan(index: number): PlanDocument {
  if (index % 5 !== 0) return ENDLESS;
  const seconds = 10 + (index % 90);
  const { downKbps, upKbps } = ENDLESS.speed;
  const octets = Math.round((downKbps * 0.5 + upKbps * 0.25) * 125 * seconds);
  return { ...ENDLESS, name: `ends-after-${seconds}-s`, quota: { octets, charge: 'both' } };
}

/** Row 7: ClickHouse takes connections and answers nothing. */
export const CLICKHOUSE_SILENT: Fault = {
  row: 7,
  fault: 'ClickHouse silent for 60 s (for an hour), load going on',
  async run({ scale }) {
    const silenceMs = SILENCE_MS * scale;
    const phases: Record<string, object> = {};
    let measured = {
      ...{ rssMib: [0, 0], backlog: 0, resumedAfterSeconds: 0, drainSeconds: 0 },
      ...{ drainPerSecond: 0, eventsPerSecond: 0, cut: 0 },
    };
    const outcome = await runSteady({
      load: { lines: Math.round(LINES * scale), planOf: endingPlan },
      async play({ stage, load }) {
        const clickhouse = stage.servers!.clickhouse;
        const rssBefore = await watchMemory(stage, BEFORE_MS);
        phases.before = describeCounts(load.takeCounts(), BEFORE_MS);
        await clickhouse.fault({ kind: 'silence', requests: 1_000_000, ms: 600_000 });
        const rssMost = await watchMemory(stage, silenceMs);
        const backlog = await stage.engine.backlog();
        const counts = load.takeCounts();
        phases.silent = describeCounts(counts, silenceMs);
        await clickhouse.stop();
        await clickhouse.restart();
        const drain = await watchDrain(() => stage.engine.backlog(), 0.02 * backlog);
        phases.after = describeCounts(load.takeCounts(), drain.ms + drain.waitedMs);
        measured = {
          rssMib: [rssBefore, rssMost],
          backlog,
          resumedAfterSeconds: Math.round(drain.waitedMs / 100) / 10,
          drainSeconds: Math.round(drain.ms / 100) / 10,
          drainPerSecond: Math.round((drain.events * 1000) / drain.ms),
          eventsPerSecond: Math.round((counts.acknowledged * 1000) / silenceMs),
          cut: counts.disconnects,
        };
      },
    });
    const { rssMib, drainPerSecond, eventsPerSecond, cut } = measured;
    const timesRealTime = Math.round((10 * drainPerSecond) / eventsPerSecond) / 10;
    const isBounded = rssMib[1]! - rssMib[0]! <= GROWTH_MIB_MAX;
    const pass = outcome.pass && isBounded && cut > 0 && timesRealTime >= DRAIN_TIMES;
    return { ...outcome, pass, phases, ...measured, timesRealTime };
  },
};

/**
 * Watches a backlog until it is nearly gone. The sink tries a store that is away every 30 s at most, which is little beside
 * an hour and much beside a minute: `waitedMs` is how long it took to notice, `ms` and `events` are what followed.
 */
async function watchDrain(waiting: () => Promise<number>, few: number) {
  const began = performance.now();
  let most = 0;
  let first: { readonly at: number; readonly events: number } | undefined;
  for (;;) {
    const events = await waiting();
    most = Math.max(most, events);
    if (first === undefined && events < most) first = { at: performance.now(), events };
    if (first !== undefined && events <= few) {
      return { waitedMs: first.at - began, ms: performance.now() - first.at, events: first.events - events };
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** Row 8: ClickHouse stores a batch and the connection breaks before its answer, again and again. */
export const CLICKHOUSE_ACK_LOST: Fault = {
  row: 8,
  fault: 'ClickHouse stores a batch and its answer is lost',
  async run(context) {
    let cuts = 0;
    let found = { rows: 0, unique: 0, acknowledged: 0, base: '', view: '' };
    const outcome = await runSteady({
      load: { lines: scaled(context, 200), planOf: () => ENDLESS },
      async play({ stage }) {
        const { clickhouse } = stage.servers!;
        // The repetition of a batch gets its answer, so that the sink never waits longer than a second.
        await clickhouse.fault({ kind: 'cut', requests: 1_000, only: 'inserts', spare: 1 });
        await sleep(CUTS_FOR_MS * context.scale);
        cuts = await clickhouse.fault(undefined);
      },
      async afterAudit({ stage, load }) {
        const records = load.truth().sessions.flatMap((session) => session.records);
        found = { ...(await readHistory(stage.servers!)), acknowledged: records.length };
      },
    });
    const { rows, unique, acknowledged, base, view } = found;
    const pass = outcome.pass && cuts > 0 && rows === unique && rows === acknowledged && base === view;
    return { ...outcome, pass, cuts, rows, acknowledged, duplicates: rows - unique, base, view };
  },
};

/** Row 9: between a lost answer and its retry so much else was inserted that the token is forgotten. */
export const CLICKHOUSE_TOKEN_FORGOTTEN: Fault = {
  row: 9,
  fault: 'ClickHouse retry after its dedupe window (1 block) has passed',
  async run(context) {
    let cuts = 0;
    let found = { rows: 0, unique: 0, base: '', view: '' };
    const outcome = await runSteady({
      load: { lines: scaled(context, 200), planOf: () => ENDLESS },
      async play({ stage }) {
        const { clickhouse } = stage.servers!;
        for (const table of ['usage_event', 'usage_session_day', 'access_event']) {
          await clickhouse.query(
            `ALTER TABLE ${table} MODIFY SETTING non_replicated_deduplication_window = 1`,
          );
        }
        const end = performance.now() + (CUTS_FOR_MS / 3) * context.scale;
        for (let turn = 0; performance.now() < end; turn += 1) {
          if (turn % 20 === 0) await clickhouse.fault({ kind: 'cut', requests: 1, only: 'inserts' });
          else await insertMarker(clickhouse, turn);
          await sleep(MARKER_EVERY_MS);
        }
        cuts = await clickhouse.fault(undefined);
      },
      async afterAudit({ stage }) {
        found = await readHistory(stage.servers!);
      },
    });
    const { rows, unique, base, view } = found;
    const pass = outcome.pass && cuts > 0 && base === view && rows > unique;
    return { ...outcome, pass, cuts, rows, rawDuplicates: rows - unique, base, view };
  },
};

/** A row of nobody, as another writer would insert it. */
async function insertMarker(clickhouse: ClickHouseBridge, turn: number): Promise<void> {
  const row = `(now64(3), 0, '', ${turn}, 'interim', 'live', '')`;
  await clickhouse
    .query(`INSERT INTO usage_event (at, line_id, username, session_key, kind, state, nas) VALUES ${row}`)
    .catch(() => undefined);
}

async function readHistory({ clickhouse }: Servers) {
  const counted = JSON.parse(await clickhouse.query(`${COUNTS} FORMAT JSONEachRow`)) as Record<
    'rows' | 'unique',
    string
  >;
  return {
    rows: Number(counted.rows),
    unique: Number(counted.unique),
    base: await clickhouse.query(MAXIMA('usage_event')),
    view: await clickhouse.query(MAXIMA('usage_session_day')),
  };
}
