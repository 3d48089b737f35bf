import { type OfferHistory, type OfferVersion, offerAt } from '../catalog/offer.ts';
import type { Promotion } from '../catalog/promotion.ts';
import {
  type DeclaredChange,
  declaredChange,
  effectiveFrom,
  toldTime,
} from '../subscribers/declared-changes.ts';
import { type SettingVersion, settingsAt } from './house-settings.ts';

/**
 * What becomes of an offer, beside what it would have been at the instant from which the version is in force; `undefined`
 * when that is the same.
 */
export function offerChange(
  code: string,
  { from, offer }: OfferVersion,
  stored: OfferHistory | undefined,
): DeclaredChange | undefined {
  const was = stored && offerAt(stored, from);
  const before = was && { ...was, code: undefined };
  if (offer !== undefined) {
    return effectiveFrom(declaredChange('offer', code, before, { ...offer, code: undefined }), from);
  }
  if (before === undefined) return undefined;
  const { after } = declaredChange('offer', code, undefined, before)!;
  const withdrawal = { action: 'offer.withdraw', subject: `offer:${code}`, before: after, after: null };
  return effectiveFrom(withdrawal, from);
}

/** What becomes of a promotion; `undefined` when nothing does. */
export function promotionChange(next: Promotion, stored: Promotion | undefined): DeclaredChange | undefined {
  return declaredChange('promotion', next.name, stored && promotionFields(stored), promotionFields(next));
}

/** What becomes of a setting, beside the value that would have held at the instant from which the new one does. */
export function settingChange(
  { name, from, value }: SettingVersion,
  stored: readonly SettingVersion[],
): DeclaredChange | undefined {
  const before = { value: settingsAt(stored, from)[name] };
  const change = { action: 'setting.update', subject: `setting:${name}`, before, after: { value } };
  return effectiveFrom(change, from);
}

function promotionFields({ extraPercent, kinds, from, until }: Promotion): Readonly<Record<string, unknown>> {
  return { extraPercent, kinds, from: toldTime(from), until: toldTime(until) };
}
