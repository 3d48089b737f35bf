import { readServers } from '../fleet/audit.ts';
import type { StoredUsage } from '../fleet/compare.ts';
import { NAS_KINDS } from '../fleet/nas-kind.ts';
import { type FleetRun, runFleet } from '../fleet/run-fleet.ts';
import type { Servers } from '../fleet/servers.ts';
import {
  bookFigures,
  type Fault,
  type FaultContext,
  type FaultOutcome,
  scaled,
  simOptions,
} from './fault.ts';
import { type CapturedDatagram, replay } from './replay.ts';

const DRAIN_WITHIN_MS = 120_000;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

interface Books {
  readonly usage: StoredUsage;
  readonly octets: number;
  readonly consumed: number;
  /** Sessions that the ledger has as open, by line and key. */
  readonly open: ReadonlySet<string>;
}

interface Replayed {
  readonly datagrams: number;
  readonly answered: number;
  /** By how much the lines' usage differs afterwards, octets. */
  readonly usageChange: number;
  readonly consumedChange: number;
  readonly sessionsClosed: number;
  readonly sessionsOpened: number;
  /** What each make of NAS has to do with it: octets of usage by NAS. */
  readonly changeByNas: Readonly<Record<string, number>>;
}

/** Row 25 at once: everything that was ever sent, again in the last second of the day, while sessions are online. */
export const REPLAY_AT_ONCE: Fault = {
  row: 25,
  fault: "replay of a whole day's accounting at once",
  run: (context) => playReplay(context, 24, (captured) => captured),
};

/** Row 25 late: the first hours again when the tombstones of their sessions are gone (24 h after the Stop). */
export const REPLAY_LATE: Fault = {
  row: 25,
  fault: 'replay of the first two hours of accounting after 48 hours, when tombstones are gone',
  run: (context) =>
    playReplay(context, 48, (captured) => {
      const last = captured[0]!.at + 2 * HOUR_SECONDS;
      return captured.filter(({ at }) => at <= last);
    }),
};

async function playReplay(
  context: FaultContext,
  hours: number,
  choose: (captured: readonly CapturedDatagram[]) => readonly CapturedDatagram[],
): Promise<FaultOutcome> {
  let replayed: Replayed | undefined;
  const captured: CapturedDatagram[] = [];
  // Those that keep all their sessions' order: where a Stop may carry zeros the books are right, yet rest on the Interims.
  const kinds = NAS_KINDS.filter(({ name }) => name !== 'wrap32');
  const options = simOptions(context, {
    servers: true,
    lines: scaled(context, 60),
    hours,
    kinds,
    faults: { loss: 0.05, dup: 0.05, reorder: 0.05 },
    start: Math.floor(Date.now() / 1000 / DAY_SECONDS) * DAY_SECONDS - (hours + 24) * HOUR_SECONDS,
  });
  const result = await runFleet(options, context.progress, {
    disturbances({ fleet, queue }) {
      fleet.wire.onSent = ({ packet, port, socket }) => {
        if (port !== fleet.nas[0]!.setup.acctPort) return;
        captured.push({ address: socket.address().address, packet, at: queue.now });
      };
      return [];
    },
    beforeClosing: async (run) => {
      run.fleet.wire.onSent = () => undefined;
      replayed = await replayAll(run, choose(captured));
    },
  });
  const unchanged =
    replayed?.usageChange === 0 && replayed.consumedChange === 0 && replayed.sessionsClosed === 0;
  const pass = result.isRight && unchanged && replayed?.sessionsOpened === 0;
  return { pass, ...bookFigures(result), hours, ...replayed };
}

async function replayAll(run: FleetRun, datagrams: readonly CapturedDatagram[]): Promise<Replayed> {
  const { engine, servers, stage } = run;
  await engine.drained(DRAIN_WITHIN_MS);
  const before = await readBooks(servers!);
  const answered = await replay(datagrams, stage.ports.acct);
  await engine.drained(DRAIN_WITHIN_MS);
  const after = await readBooks(servers!);
  return {
    datagrams: datagrams.length,
    answered,
    usageChange: after.octets - before.octets,
    consumedChange: after.consumed - before.consumed,
    sessionsClosed: [...before.open].filter((session) => !after.open.has(session)).length,
    sessionsOpened: [...after.open].filter((session) => !before.open.has(session)).length,
    changeByNas: changes(before.usage, after.usage),
  };
}

async function readBooks(servers: Servers): Promise<Books> {
  const usage = await readServers(servers);
  const rows = await servers.postgres.query<{ name: string }>(
    "SELECT line_id || ' ' || session_key AS name FROM session WHERE state <> 'closed'",
  );
  return {
    usage,
    octets: usage.sessions.reduce((sum, { input, output }) => sum + input + output, 0),
    consumed: [...usage.consumed.values()].reduce((sum, octets) => sum + octets, 0),
    open: new Set(rows.map(({ name }) => name)),
  };
}

function changes(before: StoredUsage, after: StoredUsage): Record<string, number> {
  const change: Record<string, number> = {};
  for (const [{ sessions }, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    for (const { nas, input, output } of sessions) change[nas] = (change[nas] ?? 0) + sign * (input + output);
  }
  return Object.fromEntries(Object.entries(change).filter(([, octets]) => octets !== 0));
}
