import { Random } from '../fleet/random.ts';
import { boundOf } from './bound.ts';
import { playLine } from './play-line.ts';
import { SPEED_CLASSES, scenarioOf } from './scenario.ts';
import { VARIANTS, type Variant } from './variant.ts';

/** What lines of one speed used beyond their volume. */
export interface ClassFigures {
  readonly megabits: number;
  readonly lines: number;
  /** Overshoot in percent of the quota. */
  readonly meanPercent: number;
  readonly p99Percent: number;
  readonly maxPercent: number;
  readonly maxOctets: number;
  /** Highest bound of any of these lines. */
  readonly boundOctets: number;
  /** CoA- and Disconnect-Requests per line. */
  readonly orders: number;
  /** Minutes per line with volume left and less than the full speed. */
  readonly slowedMinutes: number;
}

/** One way of meeting the end of a volume, over all lines. */
export interface VariantFigures {
  readonly variant: string;
  readonly classes: readonly ClassFigures[];
  /** Lines that used more than their bound. */
  readonly beyondBound: number;
  /** Lines whose last session ended while there was volume. */
  readonly cutEarly: number;
  /** Lines of which the engine's books and the NAS tell different overshoots. */
  readonly booksDiffer: number;
  /** Lines that were not at their end within a virtual day. */
  readonly unended: number;
}

interface Row {
  readonly megabits: number;
  readonly percent: number;
  readonly octets: number;
  readonly bound: number;
  readonly orders: number;
  readonly slowedSeconds: number;
}

/** Plays `lines` lines in each of the ways; the same seed gives the same lines and figures. */
export function measureOvershoot(lines: number, seed: number): readonly VariantFigures[] {
  const fleet = new Random(`overshoot ${seed}`);
  return VARIANTS.map((variant) => measureVariant(variant, lines, fleet));
}

function measureVariant(variant: Variant, lines: number, fleet: Random): VariantFigures {
  const rows: Row[] = [];
  let beyondBound = 0;
  let cutEarly = 0;
  let booksDiffer = 0;
  let unended = 0;
  for (let number = 0; number < lines; number++) {
    const scenario = scenarioOf(number, fleet);
    const outcome = playLine(scenario, variant);
    const bound = boundOf(scenario, variant, outcome);
    const { overshotOctets, bookedOctets, unusedOctets, orders, slowedSeconds } = outcome;
    const isCut = scenario.exhausted === 'disconnect';
    if (overshotOctets > bound) beyondBound++;
    if (!outcome.isOver) unended++;
    else if (isCut && unusedOctets > 0) cutEarly++;
    // Octets are whole for the books: up to one less per direction and session. What a slow session used before it
    // was slowed is in no book.
    if (isCut && Math.abs(bookedOctets - overshotOctets) > 2 * scenario.sessions) booksDiffer++;
    rows.push({
      megabits: scenario.megabits,
      percent: (100 * overshotOctets) / scenario.quotaOctets,
      octets: overshotOctets,
      bound,
      orders,
      slowedSeconds,
    });
  }
  const classes = SPEED_CLASSES.map((megabits) => figuresOf(megabits, rows)).filter((each) => each.lines > 0);
  return { variant: variant.name, classes, beyondBound, cutEarly, booksDiffer, unended };
}

function figuresOf(megabits: number, all: readonly Row[]): ClassFigures {
  const rows = all.filter((row) => row.megabits === megabits);
  const percents = rows.map(({ percent }) => percent).sort((left, right) => left - right);
  const mean = (figure: (row: Row) => number) =>
    rows.reduce((sum, row) => sum + figure(row), 0) / Math.max(1, rows.length);
  return {
    megabits,
    lines: rows.length,
    meanPercent: mean(({ percent }) => percent),
    p99Percent: percents[Math.floor(percents.length * 0.99)] ?? 0,
    maxPercent: percents.at(-1) ?? 0,
    maxOctets: Math.round(Math.max(0, ...rows.map(({ octets }) => octets))),
    boundOctets: Math.max(0, ...rows.map(({ bound }) => bound)),
    orders: mean((row) => row.orders),
    slowedMinutes: mean((row) => row.slowedSeconds) / 60,
  };
}
