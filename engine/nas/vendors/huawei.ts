import type { AppliedService } from '../../accounting/session.ts';
import type { DriverSettings } from '../driver-settings.ts';
import { serviceFiller } from '../service-text.ts';
import { bitsPerSecond, hasSpeed, makeDriver } from './make-driver.ts';
import { speedFormOf } from './speed-form.ts';
import type { CoaStep, VendorDriver } from './vendor-driver.ts';

const HUAWEI = 2011;
const INPUT_AVERAGE_RATE = 2;
const INPUT_PEAK_RATE = 3;
const OUTPUT_AVERAGE_RATE = 5;
const OUTPUT_PEAK_RATE = 6;
const REMANENT_VOLUME = 15;
const QOS_PROFILE_NAME = 31;
const KIBIBYTE = 1_024;
/** 2^32 - 1 means no limit. */
const REMANENT_MAX = 0xffff_fffe;
const FASTEST_KBPS = 4_294_967;

/**
 * Huawei ME60 and NetEngine (NetEngine 8000 "RADIUS attributes" HW-11_2 to 6, 15, 31): bit/s, input being from the
 * user; average and peak always together, because the old peak would stay (ETC0001084741). A speed beyond 32 bits goes
 * by profile name where the settings give one. The volume is in KB, documented for the attribute's twin HW-10_80 only:
 * it is sent when the settings ask for it.
 */
export function huawei(settings: DriverSettings): VendorDriver {
  const profile = serviceFiller(settings.profile);
  const form = speedFormOf(settings, 'rate');
  const isNamed = (service: AppliedService) =>
    form === 'profile' ||
    (settings.profile !== undefined && Math.max(service.downKbps, service.upKbps) > FASTEST_KBPS);
  const speed = (service: AppliedService) => (isNamed(service) ? named(profile(service)) : rates(service));
  return makeDriver(settings, {
    speed,
    volumeCap(writer, octets) {
      const kilobytes = Math.max(1, Math.trunc(octets / KIBIBYTE));
      writer.vendorUint32(HUAWEI, REMANENT_VOLUME, Math.min(kilobytes, REMANENT_MAX));
    },
    speedChange: 'coa',
    change({ before, after }) {
      const step = speed(after);
      const isCaptive = after.mode === 'captive' || before?.mode === 'captive';
      // Figures would compete with the profile that is still there.
      const isOtherForm = before !== undefined && hasSpeed(before) && isNamed(before) !== isNamed(after);
      return step === undefined || isCaptive || isOtherForm ? 'reconnect' : [step];
    },
  });
}

function named(profile: string | undefined): CoaStep | undefined {
  return profile === undefined ? undefined : (writer) => writer.vendorText(HUAWEI, QOS_PROFILE_NAME, profile);
}

function rates(service: AppliedService): CoaStep | undefined {
  if (!hasSpeed(service)) return undefined;
  const [up, down] = [bitsPerSecond(service.upKbps), bitsPerSecond(service.downKbps)];
  return (writer) => {
    writer.vendorUint32(HUAWEI, INPUT_AVERAGE_RATE, up);
    writer.vendorUint32(HUAWEI, INPUT_PEAK_RATE, up);
    writer.vendorUint32(HUAWEI, OUTPUT_AVERAGE_RATE, down);
    writer.vendorUint32(HUAWEI, OUTPUT_PEAK_RATE, down);
  };
}
