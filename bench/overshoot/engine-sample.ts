import type { StoredUsage } from '../fleet/compare.ts';
import { NAS_KINDS } from '../fleet/nas-kind.ts';
import type { SimOptions } from '../fleet/options.ts';
import type { PlanDocument } from '../fleet/plans.ts';
import { Random } from '../fleet/random.ts';
import { runFleet } from '../fleet/run-fleet.ts';
import { boundOf, rateOf } from './bound.ts';
import { playLine } from './play-line.ts';
import type { Scenario } from './scenario.ts';
import type { Variant } from './variant.ts';

/** What is asked of the sample. */
export interface SampleOptions {
  readonly lines: number;
  readonly seed: number;
  readonly engineScript: string | undefined;
  readonly softLanding: boolean;
}

/** What the real engine let through, beside what its rules alone let through. */
export interface EngineSample {
  readonly softLanding: boolean;
  readonly lines: number;
  readonly meanMegabytes: number;
  /** The same lines played through the rules without sockets. */
  readonly rulesMeanMegabytes: number;
  readonly worstOctets: number;
  readonly boundOctets: number;
  /** Lines beyond that bound, which holds where no report is lost; of all reports one in 200 is. */
  readonly beyondBound: number;
  /** Octets by which the books disagree with what the NAS counted. */
  readonly diff: number;
  readonly isRight: boolean;
}

const SPEED = { downKbps: 20_000, upKbps: 5_000 };
const QUOTA_OCTETS = 2 ** 31;
const HOURS = 4;
/** More than any hour of the day takes away, so that all use as much as they can. */
const ALWAYS_ALL = 6;
const NEVER_HOURS = 1e9;
const DAY_SECONDS = 86_400;
const LONGEST_INTERVAL_SECONDS = 330;
/** Virtual time goes on by as much while an order is under way. */
const STEP_SECONDS = 5;

/** Runs lines of 20/5 Mbit/s with 2 GiB to their end through the engine on embedded stores, over UDP. */
export async function sampleEngine(options: SampleOptions): Promise<EngineSample> {
  const { lines, softLanding } = options;
  const overshot = new Map<string, number>();
  const { diff } = await runFleet(simOptions(options), () => undefined, {
    afterAudit: async (run, stored) => {
      for (const { username } of run.fleet.lines) overshot.set(username, overshotOf(username, stored));
    },
  });
  const variant: Variant = { name: 'sample', adaptive: true, softLanding, cap: false };
  const rules = Array.from({ length: lines }, (_, number) =>
    playLine(scenarioOf(number, options.seed), variant),
  );
  const outcome = { ...rules[0]!, intervalsSeconds: [LONGEST_INTERVAL_SECONDS + STEP_SECONDS] };
  const boundOctets = boundOf(scenarioOf(0, options.seed), variant, outcome);
  const octets = [...overshot.values()];
  const beyondBound = octets.filter((each) => each > boundOctets).length;
  const worstOctets = Math.max(...octets);
  // A lost report lets as much pass again as until the next one.
  const isPossible = worstOctets <= boundOctets + rateOf(SPEED) * (LONGEST_INTERVAL_SECONDS + STEP_SECONDS);
  return {
    softLanding,
    lines,
    meanMegabytes: meanMegabytes(octets),
    rulesMeanMegabytes: meanMegabytes(rules.map(({ overshotOctets }) => overshotOctets)),
    worstOctets,
    boundOctets,
    beyondBound,
    diff,
    isRight: diff === 0 && isPossible && beyondBound <= lines / 20,
  };
}

function simOptions({ lines, seed, engineScript, softLanding }: SampleOptions): SimOptions {
  const plan: PlanDocument & { readonly softLanding: boolean } = {
    name: 'overshoot',
    days: 30,
    quota: { octets: QUOTA_OCTETS, charge: 'both' },
    speed: SPEED,
    exhausted: 'disconnect',
    interimSeconds: 300,
    softLanding,
  };
  return {
    seed,
    lines,
    hours: HOURS,
    faults: { loss: 0, dup: 0, reorder: 0 },
    kills: 0,
    servers: false,
    storeKills: 0,
    kinds: NAS_KINDS.filter(({ name }) => name === 'mikrotik'),
    start: (Math.floor(Date.now() / 1000 / DAY_SECONDS) - 1) * DAY_SECONDS,
    engineScript,
    keep: false,
    shape: {
      plans: [plan],
      concurrentSessions: 1,
      share: ALWAYS_ALL,
      medianHoursBetweenReboots: NEVER_HOURS,
    },
  };
}

function overshotOf(username: string, { sessions }: StoredUsage): number {
  return sessions.reduce((sum, each) => (each.username === username ? sum + each.overshot : sum), 0);
}

function scenarioOf(number: number, seed: number): Scenario {
  return {
    number,
    megabits: 20,
    speed: SPEED,
    quotaOctets: QUOTA_OCTETS,
    leftOctets: QUOTA_OCTETS,
    exhausted: 'disconnect',
    sessions: 1,
    shape: 'steady',
    lost: 0,
    random: new Random(`sample ${seed} ${number}`),
  };
}

function meanMegabytes(octets: readonly number[]): number {
  return octets.reduce((sum, each) => sum + each, 0) / Math.max(1, octets.length) / 1e6;
}
