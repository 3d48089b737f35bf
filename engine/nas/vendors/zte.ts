import type { AppliedService } from '../../accounting/session.ts';
import type { DriverSettings } from '../driver-settings.ts';
import { serviceFiller } from '../service-text.ts';
import { bitsPerSecond, hasSpeed, makeDriver } from './make-driver.ts';
import { speedFormOf } from './speed-form.ts';
import type { CoaStep, VendorDriver } from './vendor-driver.ts';

const ZTE = 3902;
const QOS_PROFILE_DOWN = 82;
const SCR_DOWN = 83;
const SCR_UP = 89;
const QOS_PROFILE_UP = 94;

/**
 * ZTE M6000: sustained rates or profile names. Public projects disagree on the unit of the rates (ToughRADIUS 9 sends
 * bit/s, ABillS kbit/s): it is a setting, and kbit/s until the box was asked.
 */
export function zte(settings: DriverSettings): VendorDriver {
  const isNamed = speedFormOf(settings, 'rate') === 'profile';
  const [down, up] = [serviceFiller(settings.profileDown), serviceFiller(settings.profileUp)];
  const rateOf = settings.rateUnit === 'bit/s' ? bitsPerSecond : (kbps: number) => Math.min(kbps, 0xffffffff);
  return makeDriver(settings, {
    speed: (service) => (isNamed ? names(down(service), up(service)) : rates(service, rateOf)),
    speedChange: 'coa',
  });
}

function names(down = '', up = ''): CoaStep | undefined {
  if (down === '' && up === '') return undefined;
  return (writer) => {
    writer.vendorText(ZTE, QOS_PROFILE_DOWN, down);
    writer.vendorText(ZTE, QOS_PROFILE_UP, up);
  };
}

function rates(service: AppliedService, rateOf: (kbps: number) => number): CoaStep | undefined {
  if (!hasSpeed(service)) return undefined;
  return (writer) => {
    writer.vendorUint32(ZTE, SCR_DOWN, rateOf(service.downKbps));
    writer.vendorUint32(ZTE, SCR_UP, rateOf(service.upKbps));
  };
}
