import type { EndAction, Plan } from '../catalog/plan.ts';
import { sortedAttributes } from '../nas/accept-attributes.ts';
import { sortedSettings } from '../nas/driver-settings.ts';
import type { NasEntry } from '../nas/nas.ts';
import { vendorKind } from '../nas/vendors/vendor-drivers.ts';
import { octets } from '../values/octets.ts';
import type { Speed } from '../values/speed.ts';
import type { NasDeclaration, PlanDeclaration } from './provisioning.ts';

const INTERIM_SECONDS = 300;
/** Regulator's floor after a fair-use threshold (R02). */
const FLOOR: Speed = { downKbps: 128, upKbps: 128 };
const ALL_WEEKDAYS: readonly number[] = [0, 1, 2, 3, 4, 5, 6];

/** The NAS of a declaration, absent fields filled in. Two declarations of one NAS give equal JSON texts. */
export function declaredNas(declaration: NasDeclaration): NasEntry {
  const vendor = declaration.vendor ?? 'generic';
  return {
    name: declaration.name,
    address: declaration.address,
    secret: declaration.secret,
    secretNext: declaration.secretNext ?? '',
    vendor,
    coaPort: declaration.coaPort ?? vendorKind(vendor).coaPort,
    coaAddress: declaration.coaAddress ?? '',
    swapDirections: declaration.swapDirections ?? false,
    requireMessageAuthenticator: declaration.requireMessageAuthenticator ?? false,
    allowMacAuthentication: declaration.allowMacAuthentication ?? false,
    acceptAttributes: sortedAttributes(declaration.acceptAttributes ?? {}),
    driverSettings: sortedSettings(declaration.driverSettings ?? {}),
  };
}

/**
 * The plan of a declaration, absent fields filled in. Two declarations of one plan give equal JSON texts.
 * @throws RangeError when the quota is no count of octets, which `checkProvisioning` reports before.
 */
export function declaredPlan(declaration: PlanDeclaration): Plan {
  const { quota } = declaration;
  return {
    name: declaration.name,
    days: declaration.days,
    quota: quota && { octets: octets(quota.octets), charge: quota.charge, per: quota.per ?? 'term' },
    speed: fullSpeed(declaration.speed),
    tiers: (declaration.tiers ?? []).map((tier) => ({ ...speedOf(tier), octets: octets(tier.octets) })),
    exhausted: endAction(declaration.exhausted ?? FLOOR),
    expired: endAction(declaration.expired ?? 'disconnect'),
    windows: (declaration.windows ?? []).map(({ weekdays, fromMinute, toMinute, percent, speed }) => ({
      weekdays: weekdays === undefined ? ALL_WEEKDAYS : [...weekdays].sort((a, b) => a - b),
      fromMinute,
      toMinute,
      percent: percent ?? 100,
      speed: speed && speedOf(speed),
    })),
    classes: (declaration.classes ?? []).map(({ name, percent }) => ({ name, percent })),
    concurrentSessions: declaration.concurrentSessions ?? 1,
    locksFirstMac: declaration.locksFirstMac ?? false,
    softLanding: declaration.softLanding ?? false,
    pool: declaration.pool,
    interimSeconds: declaration.interimSeconds ?? INTERIM_SECONDS,
  };
}

function endAction(action: EndAction): EndAction {
  return typeof action === 'string' ? action : speedOf(action);
}

function fullSpeed(speed: PlanDeclaration['speed']): Plan['speed'] {
  if (speed?.burst === undefined) return speed && speedOf(speed);
  const { thresholdDownKbps, thresholdUpKbps, seconds } = speed.burst;
  return {
    ...speedOf(speed),
    burst: { ...speedOf(speed.burst), thresholdDownKbps, thresholdUpKbps, seconds },
  };
}

function speedOf({ downKbps, upKbps }: Speed): Speed {
  return { downKbps, upKbps };
}
