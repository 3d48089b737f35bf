import { type EngineSample, sampleEngine } from './engine-sample.ts';
import { measureOvershoot, type VariantFigures } from './measure.ts';
import { readOvershootOptions } from './options.ts';

/**
 * `--overshoot`: plays the ends of many volumes in all ways, and a few through the real engine over UDP. Prints one line of
 * JSON per way on stdout and a table for people on stderr, and returns whether no line was beyond its bound or cut early.
 */
export async function playOvershoot(args: readonly string[]): Promise<boolean> {
  const { lines, seed, engineLines, engineScript } = readOvershootOptions(args);
  const figures = measureOvershoot(lines, seed);
  for (const each of figures) process.stdout.write(`${JSON.stringify({ lines, seed, ...each })}\n`);
  process.stderr.write(`${tableOf(figures)}\n`);
  let isRight = figures.every(
    (each) => each.beyondBound + each.cutEarly + each.booksDiffer + each.unended === 0,
  );
  if (engineLines === 0) return isRight;
  for (const softLanding of [false, true]) {
    const sample = await sampleEngine({ lines: engineLines, seed, engineScript, softLanding });
    process.stdout.write(`${JSON.stringify(sample)}\n`);
    process.stderr.write(`${sampleText(sample)}\n`);
    isRight &&= sample.isRight;
  }
  return isRight;
}

function tableOf(all: readonly VariantFigures[]): string {
  const head = ['Mbit/s', 'way', 'mean %', 'p99 %', 'max %', 'max MB', 'bound MB', 'orders', 'slowed min'];
  const classes = all[0]?.classes ?? [];
  const rows = classes.flatMap(({ megabits }) =>
    all.map(({ variant, classes: own }) => {
      const figures = own.find((each) => each.megabits === megabits)!;
      const { meanPercent, p99Percent, maxPercent, maxOctets, boundOctets, orders, slowedMinutes } = figures;
      return [
        ...[String(megabits), variant],
        ...[meanPercent, p99Percent, maxPercent].map((percent) => percent.toFixed(percent < 1 ? 3 : 1)),
        ...[maxOctets, boundOctets].map((octets) => (octets / 1e6).toFixed(1)),
        ...[orders, slowedMinutes].map((figure) => figure.toFixed(1)),
      ];
    }),
  );
  return [head, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function sampleText({
  softLanding,
  lines,
  meanMegabytes,
  rulesMeanMegabytes,
  ...sample
}: EngineSample): string {
  const way = softLanding ? 'soft landing' : 'adaptive interval';
  const means = `mean ${meanMegabytes.toFixed(1)} MB (rules alone ${rulesMeanMegabytes.toFixed(1)} MB)`;
  const [worst, bound] = [sample.worstOctets, sample.boundOctets].map((octets) => (octets / 1e6).toFixed(1));
  const verdict = `${sample.beyondBound} beyond, diff ${sample.diff}: ${sample.isRight ? 'right' : 'WRONG'}`;
  return `engine over UDP, ${lines} lines, ${way}: ${means}, worst ${worst} MB, bound ${bound} MB, ${verdict}`;
}
