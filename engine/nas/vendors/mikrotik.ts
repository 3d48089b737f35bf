import type { AppliedService } from '../../accounting/session.ts';
import type { DriverSettings } from '../driver-settings.ts';
import { serviceFiller } from '../service-text.ts';
import { hasSpeed, makeDriver } from './make-driver.ts';
import type { VendorDriver } from './vendor-driver.ts';

const MIKROTIK = 14988;
const RATE_LIMIT = 8;
const TOTAL_LIMIT = 17;
const TOTAL_LIMIT_GIGAWORDS = 18;
const ADDRESS_LIST = 19;
const GIGAWORD = 2 ** 32;

/**
 * MikroTik RouterOS (MikroTik manual "RADIUS"): `rx/tx` as the router sees it, so the upload comes first; k is 1000.
 * A CoA may change Rate-Limit, but neither Total-Limit nor Address-List. It is found by whatever is sent; some
 * versions want the address (daloradius#31).
 */
export function mikrotik(settings: DriverSettings): VendorDriver {
  const rate = settings.rate === undefined ? usualRate : serviceFiller(settings.rate);
  return makeDriver(settings, {
    speed(service) {
      const text = hasSpeed(service) ? rate(service) : undefined;
      return text === undefined ? undefined : (writer) => writer.vendorText(MIKROTIK, RATE_LIMIT, text);
    },
    captive: (writer, name) => writer.vendorText(MIKROTIK, ADDRESS_LIST, name),
    volumeCap(writer, octets) {
      writer.vendorUint32(MIKROTIK, TOTAL_LIMIT, octets % GIGAWORD);
      writer.vendorUint32(MIKROTIK, TOTAL_LIMIT_GIGAWORDS, Math.trunc(octets / GIGAWORD));
    },
    volumeCapUsual: true,
    speedChange: 'coa',
    identity: ['User-Name', 'Acct-Session-Id', 'Framed-IP-Address'],
  });
}

/** rx/tx, then the burst's rx/tx, its thresholds and its times. */
function usualRate({ upKbps, downKbps, burst }: AppliedService): string {
  const rate = `${upKbps}k/${downKbps}k`;
  if (burst === undefined) return rate;
  const threshold = `${burst.thresholdUpKbps}k/${burst.thresholdDownKbps}k`;
  return `${rate} ${burst.upKbps}k/${burst.downKbps}k ${threshold} ${burst.seconds}/${burst.seconds}`;
}
