import { AttributeType } from '../../radius/attribute-type.ts';
import { CAPTIVE_NAME, type VendorDriver } from './vendor-driver.ts';

/**
 * accel-ppp's shaper by default reads Filter-Id as `down/up` in kbit/s (accel-ppp.conf [shaper]). Filter-Id being
 * taken, captive subscribers get an address pool of their own.
 */
export const accelPpp: VendorDriver = {
  writeAccept(writer, { service }) {
    if (service.mode === 'captive') writer.text(AttributeType.FramedPool, CAPTIVE_NAME);
    if (service.downKbps === 0 || service.upKbps === 0) return;
    writer.text(AttributeType.FilterId, `${service.downKbps}/${service.upKbps}`);
  },
  writeSpeedChange: undefined,
};
