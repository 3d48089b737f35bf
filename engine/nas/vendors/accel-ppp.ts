import type { AppliedService } from '../../accounting/session.ts';
import { AttributeType } from '../../radius/attribute-type.ts';
import type { DriverSettings } from '../driver-settings.ts';
import { serviceFiller } from '../service-text.ts';
import { hasSpeed, makeDriver } from './make-driver.ts';
import type { VendorDriver } from './vendor-driver.ts';

/**
 * accel-ppp's shaper by default reads Filter-Id as `down/up` in kbit/s (accel-ppp.conf [shaper]; no suffixes, its G is
 * ten times too small), at login and in a CoA. Filter-Id being taken, captive subscribers get an address pool of their
 * own. A CoA must name the session without Framed-IP-Address, by which its IPoE would change the address, and carry
 * neither Class nor Session-Timeout, behind which it stops reading (accel-pppd/radius/dm_coa.c).
 */
export function accelPpp(settings: DriverSettings): VendorDriver {
  const rate = settings.rate === undefined ? usualRate : serviceFiller(settings.rate);
  return makeDriver(settings, {
    speed(service) {
      const text = hasSpeed(service) ? rate(service) : undefined;
      return text === undefined ? undefined : (writer) => writer.text(AttributeType.FilterId, text);
    },
    captive: 'pool',
    speedChange: 'coa',
  });
}

function usualRate({ upKbps, downKbps }: AppliedService): string {
  return `${downKbps}/${upKbps}`;
}
