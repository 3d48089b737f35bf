import type { NasLearned } from './nas.ts';

/** Nothing known of a NAS yet. */
export const NOTHING_LEARNED: NasLearned = {
  messageAuthenticatorSince: undefined,
  gigawordsSince: undefined,
  boot: 0,
  bootedAt: undefined,
};

/** What two observers of one NAS know together; nothing that either knows is ever lowered. */
export function mergeLearned(left: NasLearned, right: NasLearned): NasLearned {
  const newerBoot = isNewerBoot(right, left) ? right : left;
  return {
    messageAuthenticatorSince: earliest(left.messageAuthenticatorSince, right.messageAuthenticatorSince),
    gigawordsSince: earliest(left.gigawordsSince, right.gigawordsSince),
    boot: newerBoot.boot,
    bootedAt: newerBoot.bootedAt,
  };
}

/** By number, then by time, so that the order of the two observers makes no difference. */
function isNewerBoot(one: NasLearned, other: NasLearned): boolean {
  if (one.boot !== other.boot) return one.boot > other.boot;
  return one.bootedAt !== undefined && (other.bootedAt === undefined || one.bootedAt > other.bootedAt);
}

function earliest(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined) return right;
  return right === undefined ? left : Math.min(left, right);
}
