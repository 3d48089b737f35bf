import type { AppliedService } from '../../accounting/session.ts';
import { AttributeType } from '../../radius/attribute-type.ts';
import type { DriverSettings } from '../driver-settings.ts';
import { meaningOfNak } from './after-nak.ts';
import { bitsPerSecond, hasSpeed, makeDriver } from './make-driver.ts';
import type { CoaStep, VendorDriver } from './vendor-driver.ts';

const WISPR = 14122;
const BANDWIDTH_MAX_UP = 7;
const BANDWIDTH_MAX_DOWN = 8;
const CHILLISPOT = 14559;
const MAX_TOTAL_OCTETS = 3;
const MAX_TOTAL_GIGAWORDS = 23;
const GIGAWORD = 2 ** 32;

/** WISPr attributes in bit/s (Ubiquiti and others); of most such NAS only Disconnect is documented. */
export function wispr(settings: DriverSettings): VendorDriver {
  return makeDriver(settings, {
    speed: bandwidth,
    speedChange: 'reconnect',
    identity: ['User-Name', 'Acct-Session-Id', 'Framed-IP-Address'],
  });
}

/**
 * CoovaChilli (src/chilli.c, cb_radius_coa_ind): a CoA without User-Name is not answered, one for a session it does not
 * have is refused without Error-Cause, and what a CoA leaves out is set to nothing. So the interim interval is told
 * again; a volume cap and Session-Timeout of the login end with the first CoA.
 */
export function coova(settings: DriverSettings): VendorDriver {
  return makeDriver(settings, {
    speed: bandwidth,
    volumeCap(writer, octets) {
      writer.vendorUint32(CHILLISPOT, MAX_TOTAL_OCTETS, octets % GIGAWORD);
      writer.vendorUint32(CHILLISPOT, MAX_TOTAL_GIGAWORDS, Math.trunc(octets / GIGAWORD));
    },
    volumeCapUsual: true,
    speedChange: 'coa',
    change({ before, after, interimSeconds }) {
      const step = bandwidth(after);
      const isCaptive = after.mode === 'captive' || before?.mode === 'captive';
      if (step === undefined || isCaptive || interimSeconds === undefined) return 'reconnect';
      return [
        (writer) => {
          writer.uint32(AttributeType.AcctInterimInterval, interimSeconds);
          step(writer);
        },
      ];
    },
    afterNak: (errorCause) => (errorCause === 0 ? 'gone' : meaningOfNak(errorCause)),
  });
}

function bandwidth(service: AppliedService): CoaStep | undefined {
  if (!hasSpeed(service)) return undefined;
  return (writer) => {
    writer.vendorUint32(WISPR, BANDWIDTH_MAX_UP, bitsPerSecond(service.upKbps));
    writer.vendorUint32(WISPR, BANDWIDTH_MAX_DOWN, bitsPerSecond(service.downKbps));
  };
}
