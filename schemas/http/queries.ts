import { CalendarDate } from '@internationalized/date';
import { z } from 'zod';
import type { Instant } from '../../engine/values/instant.ts';
import { isoInstant, isWithinYears, PAGE_BEFORE, pageLimit, usernameText } from './fields.ts';
import { shownAs } from './shown-as.ts';

const ZONE = 'Asia/Tehran';
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** `GET /lines`: a page of lines by username. */
export const linesQuery = z.strictObject({
  limit: pageLimit,
  after: usernameText.optional().describe(PAGE_BEFORE),
});

/** `GET /sessions`: a page of sessions, newest first; `before` is `next` of the page before. */
export const sessionsQuery = z.strictObject({
  limit: pageLimit,
  username: usernameText.optional(),
  open: z
    .enum(['1', '0', 'true', 'false'], 'must be 1 or 0')
    .transform((text) => text === '1' || text === 'true')
    .optional()
    .describe('1: only sessions that run, 0: only those that are over.'),
  before: z
    .string()
    .regex(/^\d{1,15}-[0-9a-f]{16}$/, 'must be what the page before gave as next')
    .transform((text) => {
      const [startedAt = '', sessionKey = ''] = text.split('-');
      return { startedAt: Number(startedAt), sessionKey };
    })
    .optional()
    .describe(PAGE_BEFORE),
});

/** `GET /lines/{username}/effects`: newest orders of the line, or of one of its sessions. */
export const effectsQuery = z.strictObject({
  limit: pageLimit,
  session: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'must be the 16 digits of a session')
    .optional()
    .describe('Only those of this session.'),
});

/** `GET /usage/{username}`: from and to are instants, or days of Asia/Tehran that count whole. */
export const usageQuery = z
  .strictObject({ from: edge('start').optional(), to: edge('end').optional() })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    message: 'must be after from',
  });

/** `GET /lines/{username}/explain`: an instant, or the first one of a day of Asia/Tehran; now when absent. */
export const explainQuery = z.strictObject({ at: edge('start').optional() });

/** `PUT /test-clock`: the instant to move to. */
export const testClockBody = z.strictObject({
  now: isoInstant.transform((text): Instant => Date.parse(text)),
});

/** An instant as it is, or the first instant of a Tehran day, or that of the day after it. */
function edge(side: 'start' | 'end') {
  const read = z.string().transform((text, context): Instant => {
    const [, year, month, day] = DAY.exec(text) ?? [];
    if (year !== undefined) {
      const date = new CalendarDate(Number(year), Number(month), Number(day));
      const instant = startOfDay(side === 'start' ? date : date.add({ days: 1 }));
      if (date.toString() === text && isWithinYears(instant)) return instant;
    } else if (isoInstant.safeParse(text).success) return Date.parse(text);
    const message = 'must be a day such as 2026-11-21 or an instant such as 2026-11-21T07:30:00Z';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
  return shownAs(read, {
    type: 'string',
    anyOf: [{ format: 'date' }, { format: 'date-time' }],
    description:
      side === 'start'
        ? 'An instant with its zone, or a day of Asia/Tehran, from its first instant on.'
        : 'An instant with its zone, or a day of Asia/Tehran, to its last instant.',
  });
}

function startOfDay(date: CalendarDate): Instant {
  return date.toDate(ZONE).getTime();
}
