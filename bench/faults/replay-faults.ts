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
const NOTHING = { usageOctets: 0, consumedOctets: 0, sessionsClosed: 0, sessionsOpened: 0 };

interface OpenSession {
  readonly username: string;
  readonly key: string;
  readonly state: string;
  readonly cause: string;
}

interface Books {
  readonly usage: StoredUsage;
  /** Sessions as the ledger has them, by line and key. */
  readonly sessions: ReadonlyMap<string, OpenSession>;
}

/** What a replay changed; all must be nothing. */
interface Change {
  usageOctets: number;
  consumedOctets: number;
  sessionsClosed: number;
  sessionsOpened: number;
  /** Closed sessions by what the engine gave as the cause. */
  readonly causes: Record<string, number>;
}

interface Replayed {
  readonly datagrams: number;
  readonly answered: number;
  readonly change: Change;
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
  // Without Class, and without a clock that is set, a copy is the very record of an id that is used again: no server can
  // tell. And where a 32-bit counter wraps, the order of a session's records is all there is to go by.
  const kinds = NAS_KINDS.filter(({ name, echoesClass }) => name !== 'wrap32' && echoesClass);
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
  const pass = result.isRight && replayed !== undefined && isNothing(replayed.change);
  return { pass, ...bookFigures(result), hours, ...replayed };
}

function isNothing({ usageOctets, consumedOctets, sessionsClosed, sessionsOpened }: Change): boolean {
  return [usageOctets, consumedOctets, sessionsClosed, sessionsOpened].every((figure) => figure === 0);
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
    change: changeOf(before, after),
  };
}

async function readBooks(servers: Servers): Promise<Books> {
  const rows = await servers.postgres.query<OpenSession>(
    'SELECT username, session_key AS key, state, close_cause AS cause FROM session',
  );
  return {
    usage: await readServers(servers),
    sessions: new Map(rows.map((row) => [`${row.username} ${row.key}`, row])),
  };
}

function changeOf(before: Books, after: Books): Change {
  const change: Change = { ...NOTHING, causes: {} };
  for (const [{ usage }, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    for (const { input, output } of usage.sessions) change.usageOctets += sign * (input + output);
    for (const octets of usage.consumed.values()) change.consumedOctets += sign * octets;
  }
  for (const [name, { state, cause }] of after.sessions) {
    const wasOpen = (before.sessions.get(name)?.state ?? 'closed') !== 'closed';
    if (!wasOpen && state !== 'closed') change.sessionsOpened += 1;
    if (!wasOpen || state !== 'closed') continue;
    change.sessionsClosed += 1;
    change.causes[cause] = (change.causes[cause] ?? 0) + 1;
  }
  return change;
}
