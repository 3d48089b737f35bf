import type { AppliedService } from '../../accounting/session.ts';
import type { PacketWriter } from '../../radius/packet-writer.ts';
import type { DriverSettings } from '../driver-settings.ts';
import { serviceFiller } from '../service-text.ts';
import { makeDriver } from './make-driver.ts';
import { bySwitchingServices } from './service-switch.ts';
import { speedFormOf } from './speed-form.ts';
import { tagged, taggedUint } from './tagged.ts';
import type { CoaStep, VendorDriver } from './vendor-driver.ts';

const ERX = 4874;
const INGRESS_POLICY_NAME = 10;
const EGRESS_POLICY_NAME = 11;
const SERVICE_ACTIVATE = 65;
const SERVICE_DEACTIVATE = 66;
const SERVICE_VOLUME = 67;
const SERVICE_STATISTICS = 69;
const TIME_AND_VOLUME = 2;
/** The service, its statistics and its volume belong together by this tag. */
const TAG = 1;
const MEBIBYTE = 2 ** 20;
const VOLUME_MAX = 2 ** 24 - 1;

/**
 * Juniper E and MX series: a service with its parameters in its name, `svc(52428800,52428800)`, or named policies given
 * at login. What exists is configuration of the router, so without settings no speed is sent. Service-Volume is MB in
 * 24 bits and ends the service, not the session (JunosE "Broadband Access", Service Session Profiles): it is sent when
 * the settings ask for it. A change is two requests, Deactivate then Activate.
 */
export function juniper(settings: DriverSettings): VendorDriver {
  switch (speedFormOf(settings, 'none')) {
    case 'service':
      return makeDriver(settings, { ...services(settings), volumeCap: writeVolume });
    case 'profile': {
      const [up, down] = [serviceFiller(settings.profileUp), serviceFiller(settings.profileDown)];
      const speed = (service: AppliedService): CoaStep => {
        const [ingress = '', egress = ''] = [up(service), down(service)];
        return (writer) => {
          writer.vendorText(ERX, INGRESS_POLICY_NAME, ingress);
          writer.vendorText(ERX, EGRESS_POLICY_NAME, egress);
        };
      };
      return makeDriver(settings, { speed, speedChange: 'reconnect' });
    }
    default:
      return makeDriver(settings, { speed: () => undefined, speedChange: 'reconnect' });
  }
}

function services(settings: DriverSettings) {
  return bySwitchingServices(settings, {
    activate: (name) => (writer) => writer.vendorOctets(ERX, SERVICE_ACTIVATE, tagged(TAG, name)),
    deactivate: (name) => (writer) => writer.vendorText(ERX, SERVICE_DEACTIVATE, name),
  });
}

/** The router measures a volume only where volume statistics are on. */
function writeVolume(writer: PacketWriter, octets: number): void {
  const megabytes = Math.min(Math.max(1, Math.trunc(octets / MEBIBYTE)), VOLUME_MAX);
  writer.vendorUint32(ERX, SERVICE_VOLUME, taggedUint(TAG, megabytes));
  writer.vendorUint32(ERX, SERVICE_STATISTICS, taggedUint(TAG, TIME_AND_VOLUME));
}
