import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DOCUMENT_GRACE_DAYS,
  type DocumentVerdict,
  documentStanding,
} from '../../../engine/orders/document-deadline.ts';
import { DAY_MS } from '../../../engine/values/instant.ts';
import { daysLater, jalaliWallTime } from '../../../engine/values/jalali.ts';

const rejectedAt = jalaliWallTime({ year: 1394, month: 9, day: 1 }, 600);
const deadline = daysLater(rejectedAt, 7);

function verdict(
  documentType: string,
  at: number,
  what: DocumentVerdict['verdict'] = 'rejected',
): DocumentVerdict {
  return { documentType, at, verdict: what };
}

function standing(verdicts: readonly DocumentVerdict[], now: number) {
  return documentStanding(verdicts, DOCUMENT_GRACE_DAYS, now);
}

describe('product line P22: documents', () => {
  const rejected = [verdict('national-card', rejectedAt)];

  it('that are rejected leave a week; on day 7 the line is suspended', () => {
    expect(standing(rejected, rejectedAt - 1)).toEqual({ state: 'complete' });
    expect(standing(rejected, rejectedAt)).toEqual({
      state: 'in-grace',
      deadline,
      missing: ['national-card'],
    });
    expect(standing(rejected, deadline - 1)).toMatchObject({ state: 'in-grace' });
    expect(standing(rejected, deadline)).toMatchObject({ state: 'suspended' });
  });

  it('that are approved restore it at once', () => {
    const approved = [...rejected, verdict('national-card', deadline + 5, 'approved')];
    expect(standing(approved, deadline + 4)).toMatchObject({ state: 'suspended' });
    expect(standing(approved, deadline + 5)).toEqual({ state: 'complete' });
    const inTime = [...rejected, verdict('national-card', deadline - 5, 'approved')];
    expect(standing(inTime, deadline)).toEqual({ state: 'complete' });
  });

  it('that are rejected again get no second week, and all must be approved', () => {
    const verdicts = [
      ...rejected,
      verdict('lease', daysLater(rejectedAt, 3)),
      verdict('national-card', daysLater(rejectedAt, 4)),
      verdict('lease', daysLater(rejectedAt, 5), 'approved'),
    ];
    expect(standing(verdicts, daysLater(rejectedAt, 4))).toMatchObject({
      deadline,
      missing: ['national-card', 'lease'],
    });
    expect(standing(verdicts, deadline)).toEqual({
      state: 'suspended',
      deadline,
      missing: ['national-card'],
    });
  });

  it('suspend nobody within a week, nor after all are approved', () => {
    const rows = fc.array(
      fc.tuple(fc.nat(5 * DAY_MS), fc.constantFrom('a', 'b'), fc.constantFrom('approved', 'rejected')),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(rows, (story) => {
        let at = rejectedAt;
        const verdicts = story.map(([after, type, what]) => {
          at += after;
          return verdict(type, at, what as DocumentVerdict['verdict']);
        });
        const found = standing(verdicts, at);
        const isOpen = ['a', 'b'].some(
          (type) => verdicts.findLast((one) => one.documentType === type)?.verdict === 'rejected',
        );
        expect(found.state === 'complete').toBe(!isOpen);
        if (found.state === 'complete') return;
        expect(found.state === 'suspended').toBe(found.deadline <= at);
        expect(verdicts.some((one) => daysLater(one.at, 7) === found.deadline)).toBe(true);
        expect(standing(verdicts, found.deadline).state).toBe('suspended');
      }),
    );
  });
});
