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
  const newerBoot = right.boot > left.boot ? right : left;
  return {
    messageAuthenticatorSince: earliest(left.messageAuthenticatorSince, right.messageAuthenticatorSince),
    gigawordsSince: earliest(left.gigawordsSince, right.gigawordsSince),
    boot: newerBoot.boot,
    bootedAt: newerBoot.bootedAt,
  };
}

function earliest(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined) return right;
  return right === undefined ? left : Math.min(left, right);
}
