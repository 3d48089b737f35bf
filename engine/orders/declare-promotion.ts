import { isDeepStrictEqual } from 'node:util';
import type { Promotion } from '../catalog/promotion.ts';
import { readInstant } from '../subscribers/read-instant.ts';
import type { Instant } from '../values/instant.ts';
import type { PromotionDeclaration } from './catalogue-document.ts';
import { CLOCKS_APART_MS } from './place-version.ts';

/** What is wrong with a promotion, and in which of its fields. */
export interface PromotionFault {
  readonly field: '' | 'from' | 'until';
  readonly message: string;
}

/** The promotion of a declaration; `undefined` when it is like that already. Its times are such. */
export function declarePromotion(
  declaration: PromotionDeclaration,
  stored: Promotion | undefined,
  now: Instant,
): Promotion | undefined {
  const declared = declaredPromotion(declaration, stored, now);
  return isDeepStrictEqual(declared, stored) ? undefined : declared;
}

/** Why a promotion cannot become what is declared; `undefined` when it can. Its times are such. */
export function promotionFault(
  declaration: PromotionDeclaration,
  stored: Promotion | undefined,
  now: Instant,
): PromotionFault | undefined {
  const next = declaredPromotion(declaration, stored, now);
  if (next.until <= next.from) return { field: 'until', message: 'must be later than from' };
  if (stored === undefined || isDeepStrictEqual(next, stored)) return undefined;
  const recent = now - CLOCKS_APART_MS;
  if (stored.from > now) {
    return next.from < recent ? { field: 'from', message: 'is over' } : undefined;
  }
  if (stored.until <= now) return { field: '', message: 'is over and cannot change' };
  if (!isDeepStrictEqual({ ...next, until: 0 }, { ...stored, until: 0 })) {
    return { field: '', message: 'has begun: only its until can change' };
  }
  return next.until < recent ? { field: 'until', message: 'is over' } : undefined;
}

function declaredPromotion(
  { name, extraPercent, kinds, from, until }: PromotionDeclaration,
  stored: Promotion | undefined,
  now: Instant,
): Promotion {
  return {
    name,
    extraPercent,
    kinds: kinds.toSorted(),
    from: readInstant(from) ?? stored?.from ?? now,
    until: readInstant(until) ?? now,
  };
}
