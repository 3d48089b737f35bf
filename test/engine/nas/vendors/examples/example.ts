import type { AppliedService } from '../../../../../engine/accounting/session.ts';
import type { DriverSettings } from '../../../../../engine/nas/driver-settings.ts';
import type { NasVendor } from '../../../../../engine/nas/nas.ts';
import type { AfterNak, SessionIdentity } from '../../../../../engine/nas/vendors/vendor-driver.ts';

/** Attributes as the dictionaries name them, and as the octets they are; a long one takes several lines. */
export interface Written {
  readonly lines: readonly string[];
  readonly hex: readonly string[];
}

/** What a login gets. */
export interface AcceptExample extends Written {
  readonly title: string;
  readonly settings?: DriverSettings;
  readonly service: AppliedService;
  readonly cap?: number;
}

/** The CoA-Requests of a change, in their order. */
export interface ChangeExample {
  readonly title: string;
  readonly settings?: DriverSettings;
  readonly before?: AppliedService | undefined;
  readonly after: AppliedService;
  readonly requests: readonly Written[] | 'reconnect';
}

/** How a session is named. */
export interface IdentityExample extends Written {
  readonly title: string;
  readonly settings?: DriverSettings;
  readonly session?: Partial<SessionIdentity>;
}

/** All that one vendor's driver is expected to do. */
export interface VendorExamples {
  readonly vendor: NasVendor;
  readonly accepts: readonly AcceptExample[];
  readonly changes: readonly ChangeExample[];
  readonly identities: readonly IdentityExample[];
  readonly naks: readonly (readonly [errorCause: number, meaning: AfterNak])[];
}

export const FULL: AppliedService = { mode: 'full', downKbps: 16_384, upKbps: 2_048 };
export const SLOW: AppliedService = { mode: 'slow', downKbps: 256, upKbps: 128 };
/** Twice the speed for a while. */
export const BURST: AppliedService = {
  ...FULL,
  burst: {
    downKbps: 32_768,
    upKbps: 4_096,
    thresholdDownKbps: 8_192,
    thresholdUpKbps: 1_024,
    seconds: 12,
  },
};
/** Beyond what 32 bits hold in bit/s. */
export const FAST: AppliedService = { mode: 'full', downKbps: 10_000_000, upKbps: 5_000_000 };
/** The NAS's own speed. */
export const OWN: AppliedService = { mode: 'full', downKbps: 0, upKbps: 0 };
export const CAPTIVE: AppliedService = { mode: 'captive', downKbps: 0, upKbps: 0 };

export const SESSION: SessionIdentity = {
  username: 'ali@isp',
  acctSessionId: '8150001a',
  nasPort: '15728661',
  nasAddress: '10.0.0.1',
  callingStationId: 'AA:BB:CC:00:11:22',
  framedIp: '10.9.8.7',
};

/** Meanings of Error-Cause that all vendors share. */
export const USUAL_NAKS: VendorExamples['naks'] = [
  [401, 'disconnect'],
  [402, 'disconnect'],
  [403, 'disconnect'],
  [404, 'disconnect'],
  [407, 'disconnect'],
  [501, 'disconnect'],
  [502, 'retry'],
  [503, 'gone'],
  [504, 'disconnect'],
  [505, 'retry'],
  [506, 'retry'],
  [508, 'disconnect'],
];
