import type { Plan } from '../catalog/plan.ts';
import { sortedAttributes } from '../nas/accept-attributes.ts';
import { sortedSettings } from '../nas/driver-settings.ts';
import type { NasEntry } from '../nas/nas.ts';
import { vendorKind } from '../nas/vendors/vendor-drivers.ts';
import { octets } from '../values/octets.ts';
import type { NasDeclaration, PlanDeclaration } from './provisioning.ts';

const INTERIM_SECONDS = 300;
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
  const { quota, speed } = declaration;
  return {
    name: declaration.name,
    days: declaration.days,
    quota: quota && { octets: octets(quota.octets), charge: quota.charge },
    speed: speed && { downKbps: speed.downKbps, upKbps: speed.upKbps },
    exhausted: endAction(declaration.exhausted),
    expired: endAction(declaration.expired),
    weights: (declaration.weights ?? []).map(({ weekdays, fromMinute, toMinute, percent }) => ({
      weekdays: weekdays === undefined ? ALL_WEEKDAYS : [...weekdays].sort((a, b) => a - b),
      fromMinute,
      toMinute,
      percent,
    })),
    pool: declaration.pool,
    interimSeconds: declaration.interimSeconds ?? INTERIM_SECONDS,
  };
}

function endAction(action: PlanDeclaration['exhausted']): Plan['exhausted'] {
  if (action === undefined) return 'disconnect';
  return typeof action === 'string' ? action : { downKbps: action.downKbps, upKbps: action.upKbps };
}
