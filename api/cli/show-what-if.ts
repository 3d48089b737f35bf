import type { ReplayAnswer, TrackAnswer, WhatIfAnswer } from '../routes/what-if.ts';
import { formatFields, formatInstant, formatOctets, formatTable } from './format.ts';
import type { Show } from './show.ts';

/** `what-if`: the sums as they were and as they would have been, and the lines that would have felt it most. */
export const showWhatIf: Show = (body) => {
  const found = body as WhatIfAnswer;
  const { plans, lines, records, proof, burnedOctets, wouldBurnOctets } = found;
  const title = `${plans.join(', ')}: ${lines} lines, ${records} records, from ${formatInstant(found.from)} to ${formatInstant(found.to)}`;
  const octets = found.octetsBelowFullSpeed;
  const sums = formatTable(
    [
      { heading: '', cell: ([name]) => name },
      { heading: 'AS IT WAS', align: 'right', cell: ([, was]) => was },
      { heading: 'AS IT WOULD BE', align: 'right', cell: ([, , would]) => would },
    ],
    [
      ...(['slowed', 'captive', 'cut'] as const).map(
        (mode) => [`lines ${mode}`, String(found[mode].were), String(found[mode].wouldBe)] as const,
      ),
      ['below full speed', formatOctets(octets.were), formatOctets(octets.wouldBe)] as const,
      ['burned', formatOctets(burnedOctets), formatOctets(wouldBurnOctets)] as const,
    ],
  );
  const facts = formatFields([
    ['Worse off', `${found.worseOff} lines`],
    ['Better off', `${found.betterOff} lines`],
    [
      'Burned',
      `${burnedOctets} octets; it would be ${wouldBurnOctets} (${signed(wouldBurnOctets - burnedOctets)})`,
    ],
    [
      'Proof',
      `the plans as they were, replayed, differ by ${proof.differenceOctets} octets on ${proof.differingLines} lines`,
    ],
  ]);
  const notes = found.reservations.map(({ text }) => `- ${text.en}`).join('\n');
  return [title, sums, facts, ...mostAffected(found.mostAffected), notes].join('\n\n');
};

function mostAffected(lines: readonly ReplayAnswer[]): readonly string[] {
  if (lines.length === 0) return ['No line would have noticed.'];
  const table = formatTable(
    [
      { heading: 'USERNAME', cell: ({ username }) => username },
      { heading: 'BURNED', align: 'right', cell: ({ burnedOctets }) => formatOctets(burnedOctets) },
      { heading: 'WOULD BURN', align: 'right', cell: ({ wouldBurnOctets }) => formatOctets(wouldBurnOctets) },
      { heading: 'WAS', cell: ({ was }) => trackText(was) },
      { heading: 'WOULD BE', cell: ({ would }) => trackText(would) },
      {
        heading: 'BELOW FULL SPEED',
        align: 'right',
        cell: ({ would }) => formatOctets(would.octetsBelowFullSpeed),
      },
    ],
    lines,
  );
  return [table];
}

function trackText({ slowedAt, slowedMs, captiveAt, captiveMs, cutAt, cutMs }: TrackAnswer): string {
  const parts = [
    ['slowed', slowedAt, slowedMs],
    ['captive', captiveAt, captiveMs],
    ['cut', cutAt, cutMs],
  ] as const;
  const said = parts
    .filter(([, , ms]) => ms > 0)
    .map(([mode, at, ms]) => `${mode} at ${formatInstant(at)} for ${minutes(ms)}`);
  return said.length === 0 ? 'full speed' : said.join(', ');
}

function signed(octets: number): string {
  return octets > 0 ? `+${octets}` : String(octets);
}

function minutes(ms: number): string {
  const all = Math.round(ms / 60_000);
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')} h`;
}
