import type { AppliedService } from '../../accounting/session.ts';
import type { PacketWriter } from '../../radius/packet-writer.ts';
import type { DriverSettings } from '../driver-settings.ts';
import { serviceFiller } from '../service-text.ts';
import { hasSpeed, makeDriver } from './make-driver.ts';
import { bySwitchingServices } from './service-switch.ts';
import { speedFormOf } from './speed-form.ts';
import { tagged, taggedUint } from './tagged.ts';
import type { CoaStep, VendorDriver } from './vendor-driver.ts';

const REDBACK = 2352;
const CONTEXT_NAME = 4;
const QOS_POLICING_PROFILE = 87;
const QOS_METERING_PROFILE = 88;
const FORWARD_POLICY = 92;
const HTTP_REDIRECT_PROFILE = 107;
const QOS_RATE_INBOUND = 156;
const QOS_RATE_OUTBOUND = 157;
const SERVICE_NAME = 190;
const SERVICE_ACTION = 191;
const SERVICE_PARAMETER = 192;
const DEACTIVATE_SERVICE_NAME = 194;
const ACTIVATE_WITH_ACCOUNTING = 1;
const TAG = 1;

/**
 * Redback and Ericsson SmartEdge, SSR: rates as texts in kbit/s with the context of the subscriber, as scripts of the
 * LMS project send them; policing (inbound) and metering (outbound) profiles; or services with parameters.
 */
export function redback(settings: DriverSettings): VendorDriver {
  const driver = driverOf(settings);
  const { context } = settings;
  if (context === undefined) return driver;
  return {
    ...driver,
    identify(writer, session) {
      driver.identify(writer, session);
      writer.vendorText(REDBACK, CONTEXT_NAME, context);
    },
  };
}

function driverOf(settings: DriverSettings): VendorDriver {
  switch (speedFormOf(settings, 'rate')) {
    case 'service':
      return makeDriver(settings, services(settings));
    case 'profile': {
      const [up, down] = [serviceFiller(settings.profileUp), serviceFiller(settings.profileDown)];
      const speed = (service: AppliedService) =>
        texts([QOS_POLICING_PROFILE, up(service)], [QOS_METERING_PROFILE, down(service)]);
      return makeDriver(settings, { speed, captive: writeRedirection, speedChange: 'coa' });
    }
    default:
      return makeDriver(settings, { speed: rates, captive: writeRedirection, speedChange: 'coa' });
  }
}

function rates(service: AppliedService): CoaStep | undefined {
  if (!hasSpeed(service)) return undefined;
  return texts([QOS_RATE_INBOUND, `${service.upKbps}`], [QOS_RATE_OUTBOUND, `${service.downKbps}`]);
}

function services(settings: DriverSettings) {
  const parameter = serviceFiller(settings.serviceParameter);
  return bySwitchingServices(settings, {
    activate: (name, service) => (writer) => {
      writer.vendorOctets(REDBACK, SERVICE_NAME, tagged(TAG, name));
      writer.vendorUint32(REDBACK, SERVICE_ACTION, taggedUint(TAG, ACTIVATE_WITH_ACCOUNTING));
      const value = parameter(service);
      if (value !== undefined) writer.vendorOctets(REDBACK, SERVICE_PARAMETER, tagged(TAG, value));
    },
    deactivate: (name) => (writer) =>
      writer.vendorOctets(REDBACK, DEACTIVATE_SERVICE_NAME, tagged(TAG, name)),
  });
}

function writeRedirection(writer: PacketWriter, name: string): void {
  writer.vendorText(REDBACK, FORWARD_POLICY, `in:${name}`);
  writer.vendorText(REDBACK, HTTP_REDIRECT_PROFILE, name);
}

function texts(...values: readonly (readonly [number, string | undefined])[]): CoaStep | undefined {
  if (values.every(([, text]) => text === undefined)) return undefined;
  return (writer) => {
    for (const [type, text] of values) if (text !== undefined) writer.vendorText(REDBACK, type, text);
  };
}
