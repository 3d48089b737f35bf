/** A speed pair in kilobits (1000 bits) per second, seen from the subscriber: down is received. */
export interface Speed {
  readonly downKbps: number;
  readonly upKbps: number;
}

/**
 * A higher speed for a short time, as routers with token buckets give it (MikroTik "Rate-Limit"): up to the burst's own
 * speed while the average over `seconds` stays below the threshold.
 */
export interface Burst extends Speed {
  readonly thresholdDownKbps: number;
  readonly thresholdUpKbps: number;
  readonly seconds: number;
}

/** True when both bursts, or their absence, are the same to a NAS. */
export function isSameBurst(left: Burst | undefined, right: Burst | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  return (
    left.downKbps === right.downKbps &&
    left.upKbps === right.upKbps &&
    left.thresholdDownKbps === right.thresholdDownKbps &&
    left.thresholdUpKbps === right.thresholdUpKbps &&
    left.seconds === right.seconds
  );
}

/** `downKbps/upKbps`, and behind it `+` with the burst's five figures where there is one; `readSpeedText` reads it. */
export function speedText({
  downKbps,
  upKbps,
  burst,
}: Speed & { readonly burst?: Burst | undefined }): string {
  if (burst === undefined) return `${downKbps}/${upKbps}`;
  const { thresholdDownKbps, thresholdUpKbps, seconds } = burst;
  return `${downKbps}/${upKbps}+${burst.downKbps}/${burst.upKbps}/${thresholdDownKbps}/${thresholdUpKbps}/${seconds}`;
}

/** What `speedText` wrote. The burst is absent, and not merely undefined, where there is none. */
export function readSpeedText(text: string): Speed & { readonly burst?: Burst } {
  const [speed = '', burst] = text.split('+');
  const [downKbps = 0, upKbps = 0] = speed.split('/').map(Number);
  if (burst === undefined) return { downKbps, upKbps };
  const [down = 0, up = 0, thresholdDownKbps = 0, thresholdUpKbps = 0, seconds = 0] = burst
    .split('/')
    .map(Number);
  return {
    downKbps,
    upKbps,
    burst: { downKbps: down, upKbps: up, thresholdDownKbps, thresholdUpKbps, seconds },
  };
}
