import type { AppliedService } from '../../accounting/session.ts';
import type { DriverSettings } from '../driver-settings.ts';
import { serviceFiller } from '../service-text.ts';
import { makeDriver } from './make-driver.ts';
import { bySwitchingServices } from './service-switch.ts';
import { speedFormOf } from './speed-form.ts';
import type { CoaStep, VendorDriver } from './vendor-driver.ts';

const CISCO = 9;
const AV_PAIR = 1;
const ACCOUNT_INFO = 250;

/** "Parameterized QoS": changes a copy of the policies that the session already has ("ISG RADIUS-Based Policing"). */
const RATE_UP = 'qos-policy-in=add-class(sub,(class-default),police({upBps}))';
const RATE_DOWN = 'qos-policy-out=add-class(sub,(class-default),shape({downBps}))';

/**
 * Cisco IOS XE ISG, in the ways its guides give: named services, named policies for each direction, or figures for the
 * active policies. Which of them exist is configuration of the router, so without settings no speed is sent. "In" is
 * from the subscriber. When several attributes name a session all must agree, and User-Name is none of them
 * ("RADIUS Change of Authorization", Session Identification).
 */
export function cisco(settings: DriverSettings): VendorDriver {
  const identity = ['Acct-Session-Id'] as const;
  switch (speedFormOf(settings, 'none')) {
    case 'service':
      return makeDriver(settings, { ...services(settings), identity });
    case 'profile': {
      const [up, down] = [serviceFiller(settings.profileUp), serviceFiller(settings.profileDown)];
      const speed = (service: AppliedService) =>
        pairs(policy('ip:sub-qos-policy-in=', up(service)), policy('ip:sub-qos-policy-out=', down(service)));
      return makeDriver(settings, { speed, identity, speedChange: 'coa' });
    }
    case 'rate': {
      const up = serviceFiller(settings.rateUp ?? RATE_UP);
      const down = serviceFiller(settings.rateDown ?? RATE_DOWN);
      const speed = (service: AppliedService) => pairs(up(service), down(service));
      return makeDriver(settings, { speed, identity, speedChange: 'coa' });
    }
    case 'none':
      return makeDriver(settings, { speed: () => undefined, identity, speedChange: 'reconnect' });
  }
}

/** At login an auto-service of the user's profile ("A" and its name); later activated and deactivated by command. */
function services(settings: DriverSettings) {
  const command = (verb: string, name: string): CoaStep => {
    return (writer) => {
      writer.vendorText(CISCO, AV_PAIR, `subscriber:command=${verb}`);
      writer.vendorText(CISCO, AV_PAIR, `subscriber:service-name=${name}`);
    };
  };
  return bySwitchingServices(settings, {
    login: (name) => (writer) => writer.vendorText(CISCO, ACCOUNT_INFO, `A${name}`),
    activate: (name) => command('activate-service', name),
    deactivate: (name) => command('deactivate-service', name),
  });
}

function policy(prefix: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : prefix + name;
}

/** One attribute for each direction that has something to say. */
function pairs(...texts: readonly (string | undefined)[]): CoaStep | undefined {
  const known = texts.filter((text) => text !== undefined);
  if (known.length === 0) return undefined;
  return (writer) => {
    for (const text of known) writer.vendorText(CISCO, AV_PAIR, text);
  };
}
