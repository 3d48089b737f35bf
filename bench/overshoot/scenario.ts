import type { EndAction } from '../../engine/catalog/plan.ts';
import type { Speed } from '../../engine/values/speed.ts';
import type { Random } from '../fleet/random.ts';

/** Download speeds of the lines in Mbit/s; the upload is a quarter of it. */
export const SPEED_CLASSES = [2, 10, 50, 100, 500, 1000] as const;

const TRAFFIC_SHAPES = ['steady', 'bursty', 'idle-then-full'] as const;

/** How a subscriber uses a session: all that it gives, in bursts, or hardly at first and then all. */
export type TrafficShape = (typeof TRAFFIC_SHAPES)[number];

/** A line near the end of its volume, the same for all variants. */
export interface Scenario {
  readonly number: number;
  readonly megabits: number;
  readonly speed: Speed;
  readonly quotaOctets: number;
  /** What is left when its sessions log in. */
  readonly leftOctets: number;
  readonly exhausted: EndAction;
  readonly sessions: 1 | 2;
  readonly shape: TrafficShape;
  /** Probability that an Interim-Update never arrives, though never two in a row. */
  readonly lost: number;
  /** For what happens on the way; each asks for a stream of its own. */
  readonly random: Random;
}

const GIB = 2 ** 30;
const LEAST_LEFT_OCTETS = 2 ** 20;
const INTERVAL_SECONDS = 300;
/** Sessions log in when at most so many intervals of full use are left. */
const INTERVALS_LEFT = 8;

/** Line `number` of a fleet: speeds in turn, the rest by chance. */
export function scenarioOf(number: number, fleet: Random): Scenario {
  const random = fleet.fork(`line ${number}`);
  const megabits = SPEED_CLASSES[number % SPEED_CLASSES.length]!;
  const speed = { downKbps: megabits * 1000, upKbps: megabits * 250 };
  const quotaOctets = Math.trunc(quotaGib(random) * GIB);
  const rate = (speed.downKbps + speed.upKbps) * 125;
  const left = random.unit() * INTERVALS_LEFT * INTERVAL_SECONDS * rate;
  return {
    number,
    megabits,
    speed,
    quotaOctets,
    leftOctets: Math.trunc(Math.min(quotaOctets, Math.max(LEAST_LEFT_OCTETS, left))),
    exhausted: random.chance(0.5) ? 'disconnect' : { downKbps: 512, upKbps: 256 },
    sessions: random.chance(0.3) ? 2 : 1,
    shape: random.pick(TRAFFIC_SHAPES),
    lost: 0,
    random,
  };
}

/** Four in five are sold by the month (5 to 100 GiB), one is small (0.2 to 5 GiB). */
function quotaGib(random: Random): number {
  const [low, high] = random.chance(0.2) ? [0.2, 5] : [5, 100];
  return low * (high / low) ** random.unit();
}
