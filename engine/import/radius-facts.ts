import type { ChargeMode, QuotaPeriod } from '../catalog/plan.ts';
import type { PlanDeclaration } from '../subscribers/provisioning.ts';
import type { Attributes } from './radius-attributes.ts';
import { kbpsOfBits, readRateLimit } from './rate-limit.ts';

/** A volume that somebody's attributes limit. */
export interface VolumeLimit {
  readonly octets: number;
  readonly per: QuotaPeriod;
  /** Absent where upload and download count, or the file does not tell. */
  readonly charge?: ChargeMode;
}

/** What the attributes of a user or a group say about a plan. */
export interface PlanFacts {
  readonly speed: PlanDeclaration['speed'];
  readonly volume: VolumeLimit | undefined;
  readonly pool: string | undefined;
  readonly interimSeconds: number | undefined;
}

/** The password of a user, or why there is none that can be used. */
export type PasswordFact =
  | { readonly kind: 'clear'; readonly text: string }
  | { readonly kind: 'hashed'; readonly attribute: string }
  | { readonly kind: 'none' };

const MB = 1_024 ** 2;
const GIGAWORD = 2 ** 32;
const MOST_INTERIM_SECONDS = 86_400;

const CLEAR_PASSWORDS = ['cleartext-password', 'user-password', 'password'];
const VOLUME =
  /^(?:chillispot-|coovachilli-|pfsense-|tp-)?max-(?:(all|daily|weekly|monthly)-)?(?:(total|input|output|upload|download)-)?(octets|traffic|bytes|data|mb)$/;
const PERIODS: Readonly<Record<string, QuotaPeriod>> = { daily: 'day', weekly: 'week', monthly: 'month' };

/** Names that are understood elsewhere or mean nothing to us, so that nobody need be told of them. */
const SILENT =
  /password$|^auth-type$|^expiration$|^expire-after$|^simultaneous-use$|^calling-station-id$|^framed-(ip-address|ip-netmask|route|pool|protocol|compression|mtu|ipv6-prefix)$|^delegated-ipv6-prefix$|^service-type$|^fall-through$|^acct-interim-interval$|^mikrotik-(rate-limit|total-limit|xmit-limit)(-gigawords)?$|^(wispr|chillispot|coovachilli)-bandwidth-max-(down|up)$|^ascend-(data|xmit)-rate$|^pppd-(down|up)stream-speed-limit$/;

/** What a plan has to be for these attributes. */
export function planFacts(attributes: Attributes): PlanFacts {
  const interim = Number(first(attributes, 'acct-interim-interval') ?? 0);
  return {
    speed: speedOf(attributes),
    volume: volumeOf(attributes),
    pool: first(attributes, 'framed-pool'),
    interimSeconds:
      Number.isInteger(interim) && interim > 0 && interim <= MOST_INTERIM_SECONDS ? interim : undefined,
  };
}

/** The password, in clear if it is anywhere. */
export function passwordOf(attributes: Attributes): PasswordFact {
  for (const name of CLEAR_PASSWORDS) {
    const text = first(attributes, name);
    if (text !== undefined) return { kind: 'clear', text };
  }
  const hashed = [...attributes.values.keys()].find((name) => name.endsWith('password'));
  return hashed === undefined ? { kind: 'none' } : { kind: 'hashed', attribute: hashed };
}

/** Attributes that say something and are not taken over. */
export function leftOut(attributes: Attributes): readonly string[] {
  const names = [...attributes.values.keys()].filter((name) => !SILENT.test(name));
  return [...names.filter((name) => !isVolume(name)), ...attributes.conditions];
}

/** The first value of an attribute, `undefined` for none and for an empty one. */
export function first(attributes: Attributes, name: string): string | undefined {
  return attributes.values.get(name)?.[0]?.trim() || undefined;
}

function speedOf(attributes: Attributes): PlanFacts['speed'] {
  const rate = first(attributes, 'mikrotik-rate-limit');
  if (rate !== undefined) return readRateLimit(rate);
  const pairs = [
    ['wispr-bandwidth-max-down', 'wispr-bandwidth-max-up', 1],
    ['ascend-xmit-rate', 'ascend-data-rate', 1],
    ['coovachilli-bandwidth-max-down', 'coovachilli-bandwidth-max-up', 1_000],
    ['chillispot-bandwidth-max-down', 'chillispot-bandwidth-max-up', 1_000],
    ['pppd-downstream-speed-limit', 'pppd-upstream-speed-limit', 1_000],
  ] as const;
  for (const [down, up, bits] of pairs) {
    const read = (name: string) => kbpsOfBits(String(Number(first(attributes, name) ?? 0) * bits));
    const downKbps = read(down) ?? read(up);
    const upKbps = read(up) ?? downKbps;
    if (downKbps !== undefined && upKbps !== undefined) return { downKbps, upKbps };
  }
  return undefined;
}

function volumeOf(attributes: Attributes): VolumeLimit | undefined {
  for (const [name, values] of attributes.values) {
    const [, period = '', direction = '', unit = ''] = VOLUME.exec(name) ?? [];
    if (unit === '' || direction === 'input' || direction === 'upload') continue;
    const octets = wholeOf(values[0]) * (unit === 'mb' ? MB : 1);
    if (octets <= 0) continue;
    const isDownload = direction === 'output' || direction === 'download';
    return { octets, per: PERIODS[period] ?? 'term', ...(isDownload && { charge: 'download' as const }) };
  }
  for (const [name, charge] of [
    ['mikrotik-total-limit', 'both'],
    ['mikrotik-xmit-limit', 'download'],
  ] as const) {
    const words = wholeOf(first(attributes, `${name}-gigawords`));
    const octets = wholeOf(first(attributes, name)) + words * GIGAWORD;
    if (octets > 0) return { octets, per: 'term', charge };
  }
  return undefined;
}

function isVolume(name: string): boolean {
  const [, , direction] = VOLUME.exec(name) ?? [undefined, undefined, 'input'];
  return direction !== 'input' && direction !== 'upload';
}

function wholeOf(text: string | undefined): number {
  const value = Number(text?.trim() ?? 0);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
