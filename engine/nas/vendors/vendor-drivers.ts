import type { Dictionary } from '../../radius/dictionary.ts';
import type { DriverSettings, SpeedForm } from '../driver-settings.ts';
import type { NasEntry, NasVendor } from '../nas.ts';
import { accelPpp } from './accel-ppp.ts';
import { cisco } from './cisco.ts';
import { generic } from './generic.ts';
import { huawei } from './huawei.ts';
import { juniper } from './juniper.ts';
import { mikrotik } from './mikrotik.ts';
import { nokia } from './nokia.ts';
import { redback } from './redback.ts';
import type { VendorDriver } from './vendor-driver.ts';
import { coova, wispr } from './wispr.ts';
import { zte } from './zte.ts';

/** What a vendor's driver is, apart from what it writes. */
export interface VendorKind {
  readonly open: (settings: DriverSettings, dictionary: Dictionary) => VendorDriver;
  /** The settings that it reads beside those of all vendors. */
  readonly settings: readonly (keyof DriverSettings)[];
  /** Values of `speedBy` that it knows. */
  readonly speedForms: readonly SpeedForm[];
  /** UDP port of CoA and Disconnect that the vendor's devices listen on unless told otherwise. */
  readonly coaPort: number;
}

/** RFC 5176 §2. */
const STANDARD_COA_PORT = 3799;
/** `/radius incoming` of RouterOS and `aaa server radius dynamic-author` of IOS. */
const OLD_COA_PORT = 1700;

const NONE: Pick<VendorKind, 'settings' | 'speedForms' | 'coaPort'> = {
  settings: [],
  speedForms: [],
  coaPort: STANDARD_COA_PORT,
};

const KINDS: Readonly<Record<NasVendor, VendorKind>> = {
  generic: {
    ...NONE,
    open: generic,
    settings: ['accept', 'captiveAccept', 'change', 'captiveEnter', 'captiveLeave', 'volumeCap'],
  },
  mikrotik: { ...NONE, open: mikrotik, settings: ['rate', 'volumeCap'], coaPort: OLD_COA_PORT },
  'accel-ppp': { ...NONE, open: accelPpp, settings: ['rate'] },
  wispr: { ...NONE, open: wispr },
  coova: { ...NONE, open: coova, settings: ['volumeCap'] },
  cisco: {
    open: cisco,
    settings: ['speedBy', 'service', 'profileDown', 'profileUp', 'rateDown', 'rateUp'],
    speedForms: ['rate', 'profile', 'service'],
    coaPort: OLD_COA_PORT,
  },
  huawei: {
    ...NONE,
    open: huawei,
    settings: ['speedBy', 'profile', 'volumeCap'],
    speedForms: ['rate', 'profile'],
  },
  juniper: {
    ...NONE,
    open: juniper,
    settings: ['speedBy', 'service', 'profileDown', 'profileUp', 'volumeCap'],
    speedForms: ['profile', 'service'],
  },
  nokia: {
    ...NONE,
    open: nokia,
    settings: ['speedBy', 'profile', 'rateDown', 'rateUp', 'creditCategory', 'volumeCap'],
    speedForms: ['rate', 'profile'],
  },
  zte: {
    ...NONE,
    open: zte,
    settings: ['speedBy', 'rateUnit', 'profileDown', 'profileUp'],
    speedForms: ['rate', 'profile'],
  },
  redback: {
    ...NONE,
    open: redback,
    settings: ['speedBy', 'service', 'serviceParameter', 'profileDown', 'profileUp', 'context'],
    speedForms: ['rate', 'profile', 'service'],
  },
};

const NO_DICTIONARY: Dictionary = {
  vendors: new Map(),
  attributesByName: new Map(),
  attributesByKey: new Map(),
  valueNames: new Map(),
  valueNumbers: new Map(),
};

/** Which settings a vendor's driver understands, and the port its devices listen on. */
export function vendorKind(vendor: NasVendor): VendorKind {
  return KINDS[vendor];
}

/** The driver of a NAS. Without dictionaries the attributes of a template are left out. */
export function openDriver(
  { vendor, driverSettings = {} }: Pick<NasEntry, 'vendor' | 'driverSettings'>,
  dictionary: Dictionary = NO_DICTIONARY,
): VendorDriver {
  return KINDS[vendor].open(driverSettings, dictionary);
}
