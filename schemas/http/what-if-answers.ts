import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';
import { bothLanguages } from './explain-answers.ts';

/** What a line had within the range. */
export const trackAnswer = z
  .object({
    slowedAt: utcInstant.nullable(),
    slowedMs: count,
    captiveAt: utcInstant.nullable(),
    captiveMs: count,
    cutAt: utcInstant.nullable(),
    cutMs: count,
    octetsBelowFullSpeed: count.describe('Octets of both directions that flowed meanwhile.'),
  })
  .meta({ id: 'ServiceTrack', description: 'How long a line had less than its full speed.' });

/** A line that a change of plans would have changed most. */
export const replayAnswer = z
  .object({
    username: z.string(),
    burnedOctets: count.describe("By the history's own rows."),
    replayedOctets: count.describe('Rated again under the plans as they were: the proof.'),
    wouldBurnOctets: count,
    was: trackAnswer,
    would: trackAnswer,
    startsFull: z.boolean(),
    records: count,
  })
  .meta({ id: 'LineReplay', description: 'What happened to a line, and what would have.' });

const affected = z.object({ were: count, wouldBe: count });

/** What changed plans would have done. */
export const whatIfAnswer = z
  .object({
    plans: z.array(z.string()),
    from: utcInstant,
    to: utcInstant,
    lines: count,
    records: count,
    slowed: affected,
    captive: affected,
    cut: affected,
    octetsBelowFullSpeed: affected,
    worseOff: count.describe('Lines that would have had less for a longer time.'),
    betterOff: count,
    burnedOctets: count,
    wouldBurnOctets: count,
    proof: z
      .object({ differenceOctets: count, differingLines: count })
      .describe('The plans as they were, replayed, against what the history says.'),
    startedFull: count.describe('Lines of which nothing before the range counts as burned.'),
    mostAffected: z.array(replayAnswer),
    reservations: z
      .array(
        z.object({
          key: z.enum(['same-behaviour', 'flow-after-cut', 'not-replayed', 'started-full']),
          text: bothLanguages,
        }),
      )
      .describe('What the figures cannot tell.'),
  })
  .meta({ id: 'WhatIf', description: 'What changed plans would have done.' });

/** What is answered while the run goes on. */
export const whatIfRunning = z
  .object({ running: z.literal(true), lines: count.describe('Lines so far.') })
  .describe('It takes longer than a call may: ask the same again.');
