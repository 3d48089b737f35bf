import type { AppliedService } from '../../accounting/session.ts';
import type { DriverSettings } from '../driver-settings.ts';
import { serviceFiller } from '../service-text.ts';
import type { DriverSpec } from './make-driver.ts';
import { CAPTIVE_NAME, type CoaStep } from './vendor-driver.ts';

/** How a vendor switches a named service of a session. */
export interface ServiceSwitch {
  readonly activate: (name: string, service: AppliedService) => CoaStep;
  readonly deactivate: (name: string) => CoaStep;
  /** Access-Accept; default is what `activate` writes. */
  readonly login?: (name: string, service: AppliedService) => CoaStep;
}

/**
 * Speed as a service on the NAS. A change switches the old one off and then the new one on, in two requests; without
 * knowing the old one only a new login is sure to leave one of them.
 */
export function bySwitchingServices(
  settings: DriverSettings,
  { activate, deactivate, login = activate }: ServiceSwitch,
): Pick<DriverSpec, 'speed' | 'captive' | 'change' | 'speedChange'> {
  const fill = serviceFiller(settings.service);
  const nameOf = (service: AppliedService) =>
    service.mode === 'captive' ? (settings.captive ?? CAPTIVE_NAME) : fill(service);
  return {
    speedChange: 'coa',
    captive: 'speed',
    speed(service) {
      const name = nameOf(service);
      return name === undefined ? undefined : login(name, service);
    },
    change({ before, after }) {
      const [old, next] = [before && nameOf(before), nameOf(after)];
      if (old === undefined || next === undefined) return 'reconnect';
      return [deactivate(old), activate(next, after)];
    },
  };
}
