import type { Disturbance, Stricken } from '../fleet/disturbance.ts';
import { outage } from '../fleet/disturbance.ts';
import { NAS_KINDS } from '../fleet/nas-kind.ts';
import { FAST_PLANS } from '../fleet/plans.ts';
import { runFleet } from '../fleet/run-fleet.ts';
import type { Servers } from '../fleet/servers.ts';
import {
  bookFigures,
  type Fault,
  type FaultContext,
  type FaultOutcome,
  scaled,
  simOptions,
} from './fault.ts';

const HALF_HOUR_SECONDS = 1_800;

/** NAS that log in and report without fail, on plans whose volume does not end: nobody must be refused or cut off. */
const CALM = {
  servers: true,
  kinds: NAS_KINDS.filter(({ name }) => name === 'mikrotik' || name === 'stamped'),
  shape: {
    plans: FAST_PLANS.filter(({ name }) => name === 'large' || name === 'unlimited'),
    concurrentSessions: 1,
    medianHoursBetweenReboots: 1_000,
  },
} as const;

/** What the fleet met while a store was away. */
interface Away {
  realMs: number;
  virtualSeconds: number;
  replies: number;
  unanswered: number;
  logins: number;
  disconnects: number;
}

/** Notes the fleet's counts at the beginning of an outage; what `end` returns is what came in between. */
function watch({ queue, fleet }: Stricken): () => Away {
  const { replies, silent } = fleet.wire.counts;
  const { sessions, disconnects } = fleet.counts;
  const began = performance.now();
  const since = queue.now;
  return () => ({
    realMs: Math.round(performance.now() - began),
    virtualSeconds: queue.now - since,
    replies: fleet.wire.counts.replies - replies,
    unanswered: fleet.wire.counts.silent - silent,
    logins: fleet.counts.sessions - sessions,
    disconnects: fleet.counts.disconnects - disconnects,
  });
}

interface Absence {
  readonly realMs: number;
  readonly hours: number;
  readonly begin: (servers: Servers) => Promise<unknown>;
  readonly end: (servers: Servers) => Promise<unknown>;
  readonly pass: (away: Away) => boolean;
}

/** Takes a store away from a calm fleet and gives it back; passes when the books are right and `pass` says so. */
async function playAbsence(context: FaultContext, absence: Absence): Promise<FaultOutcome> {
  let away: Away | undefined;
  const options = simOptions(context, { ...CALM, lines: scaled(context, 200), hours: absence.hours });
  const at = options.start + HALF_HOUR_SECONDS;
  const result = await runFleet(options, context.progress, {
    disturbances(stricken): Disturbance[] {
      const servers = stricken.servers!;
      let read = () => watch(stricken)();
      const begin = async () => {
        await absence.begin(servers);
        read = watch(stricken);
      };
      const end = async () => {
        away = read();
        await absence.end(servers);
      };
      return outage(at, absence.realMs, begin, end);
    },
  });
  const pass = result.isRight && away !== undefined && absence.pass(away);
  return { pass, ...bookFigures(result), away };
}

/**
 * Row 3: Redis is away for a while. Either nothing is answered or, from a journal, nearly everything is at the first try;
 * whatever was answered must be in the books: that is the equation.
 */
export const REDIS_DOWN: Fault = {
  row: 3,
  fault: 'Redis down for 20 s under load',
  async run(context) {
    const outcome = await playAbsence(context, {
      realMs: 20_000 * context.scale,
      hours: 2,
      begin: (servers) => servers.kill('redis'),
      end: (servers) => servers.restart('redis'),
      pass: ({ replies, unanswered, disconnects }) =>
        disconnects === 0 && (replies === 0 || unanswered <= 0.05 * replies),
    });
    const { replies = 0, unanswered = 0 } = (outcome.away ?? {}) as Partial<Away>;
    const answeredWhileAway = replies > 0 ? replies / (replies + unanswered) : 0;
    return { ...outcome, answeredWhileAway: Number(answeredWhileAway.toFixed(4)) };
  },
};

const POSTGRES_AWAY_MS = 60_000;

/**
 * The packet path needs no PostgreSQL: everybody logs in and every record is answered. What waits for longer than 150 ms
 * counts as unanswered and is tried again; a machine that is busy with others makes a few of those.
 */
function goesOn({ logins, replies, unanswered, disconnects }: Away): boolean {
  return logins > 0 && disconnects === 0 && unanswered <= 0.01 * replies;
}

/** Row 10: PostgreSQL is stopped and started. */
export const POSTGRES_DOWN: Fault = {
  row: 10,
  fault: 'PostgreSQL stopped for 60 s',
  run: (context) =>
    playAbsence(context, {
      realMs: POSTGRES_AWAY_MS * context.scale,
      hours: 2,
      begin: ({ postgres }) => postgres.stop(),
      end: ({ postgres }) => postgres.restart(),
      pass: goesOn,
    }),
};

/** Row 10: PostgreSQL is killed in the middle of its work. */
export const POSTGRES_KILLED: Fault = {
  row: 10,
  fault: 'PostgreSQL killed (SIGKILL of all its processes), back after 10 s',
  run: (context) =>
    playAbsence(context, {
      realMs: 10_000 * context.scale,
      hours: 2,
      begin: (servers) => servers.kill('postgres'),
      end: (servers) => servers.restart('postgres'),
      pass: goesOn,
    }),
};

const STORM = `
  CREATE FUNCTION storm() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF random() < 0.3 THEN RAISE EXCEPTION 'storm' USING ERRCODE = '40001'; END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER storm AFTER INSERT OR UPDATE ON session FOR EACH STATEMENT EXECUTE FUNCTION storm();
  CREATE TRIGGER storm AFTER UPDATE ON "grant" FOR EACH STATEMENT EXECUTE FUNCTION storm()`;

/** Row 10: three in ten statements of the sink fail as a serialization failure would. */
export const POSTGRES_STORM: Fault = {
  row: 10,
  fault: 'storm of 40001 in 30 % of the statements on sessions and grants for 30 s',
  run: (context) =>
    playAbsence(context, {
      realMs: 30_000 * context.scale,
      hours: 2,
      begin: ({ postgres }) => postgres.query(STORM),
      end: ({ postgres }) =>
        postgres.query('DROP TRIGGER storm ON session; DROP TRIGGER storm ON "grant"; DROP FUNCTION storm()'),
      pass: goesOn,
    }),
};
