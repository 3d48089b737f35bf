import type { AppliedService } from '../accounting/session.ts';
import type { Dictionary } from '../radius/dictionary.ts';
import { octets } from '../values/octets.ts';
import { fillTemplate, parseTemplate, unencodable } from './attribute-template.ts';
import type { DriverSettings, TemplateAttributes } from './driver-settings.ts';
import type { NasVendor } from './nas.ts';
import { fillServiceText, parseServiceText, serviceValues } from './service-text.ts';
import { classAttributeFault } from './traffic-class.ts';
import { speedFormOf } from './vendors/speed-form.ts';
import { vendorKind } from './vendors/vendor-drivers.ts';

/** What is wrong with the settings of a NAS, and where: `accept.Filter-Id`, '' for all of them. */
export interface DriverSettingFault {
  readonly path: string;
  readonly message: string;
}

/** The settings that every driver reads. */
const COMMON: readonly (keyof DriverSettings)[] = [
  'captive',
  'swapSpeeds',
  'speedChange',
  'provesSpeed',
  'identifyBy',
  'classAttribute',
  'classes',
];

const TEXTS = [
  'rate',
  'rateDown',
  'rateUp',
  'profile',
  'profileDown',
  'profileUp',
  'service',
  'serviceParameter',
] as const;
const NAMES = ['captive', 'context', 'creditCategory'] as const;

/** Templates of CoA-Requests, none of which may be empty. */
const REQUESTS = ['change', 'captiveEnter', 'captiveLeave'] as const;

const TEMPLATE_ATTRIBUTES_MAX = 32;
const TEMPLATE_OCTETS_MAX = 1_024;
const NAME_OCTETS_MAX = 200;

/** A service whose figures are as long as they get. */
const LONGEST: AppliedService = { mode: 'captive', downKbps: 999_999_999, upKbps: 999_999_999 };
const LONGEST_VALUES = serviceValues(LONGEST, LONGEST, octets(Number.MAX_SAFE_INTEGER));

/** All that keeps a vendor's driver from doing what the settings say; empty when it can. */
export function driverSettingFaults(
  vendor: NasVendor,
  settings: DriverSettings,
  dictionary: Dictionary,
): readonly DriverSettingFault[] {
  const kind = vendorKind(vendor);
  const known = new Set<string>([...COMMON, ...kind.settings]);
  const faults: DriverSettingFault[] = [];
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined && !known.has(name))
      faults.push({ path: name, message: `means nothing to ${vendor}` });
  }
  if (faults.length > 0) return faults;
  return [
    ...textFaults(settings),
    ...formFaults(vendor, settings),
    ...classFaults(settings, dictionary),
    ...(vendor === 'nokia' && settings.volumeCap === true && settings.creditCategory === undefined
      ? [{ path: 'creditCategory', message: 'is missing' }]
      : []),
    ...templateFaults('accept', settings.accept, dictionary),
    ...templateFaults('captiveAccept', settings.captiveAccept, dictionary),
    ...REQUESTS.flatMap((path) =>
      (settings[path] ?? []).flatMap((request, index) =>
        templateFaults(`${path}[${index}]`, request, dictionary),
      ),
    ),
  ];
}

function textFaults(settings: DriverSettings): DriverSettingFault[] {
  const names = NAMES.flatMap((path) => {
    const name = settings[path];
    if (name === undefined) return [];
    if (name === '') return [{ path, message: 'is empty' }];
    return Buffer.byteLength(name) > NAME_OCTETS_MAX ? [{ path, message: TOO_LONG }] : [];
  });
  const texts = TEXTS.flatMap((path) => {
    const text = settings[path];
    if (text === undefined) return [];
    if (text === '') return [{ path, message: 'is empty' }];
    const parsed = parseServiceText(text);
    if (!parsed.ok) return [{ path, message: parsed.error }];
    // Only templates know of the service before and of the volume.
    if (/\{(was|cap)/.test(text)) return [{ path, message: 'may name the mode and the speeds only' }];
    return fillServiceText(parsed.value, LONGEST_VALUES) === undefined ? [{ path, message: TOO_LONG }] : [];
  });
  return [...names, ...texts];
}

const TOO_LONG = `is longer than ${NAME_OCTETS_MAX} octets`;

function formFaults(vendor: NasVendor, settings: DriverSettings): DriverSettingFault[] {
  const { speedForms } = vendorKind(vendor);
  const form = speedFormOf(settings, 'none');
  if (form === 'none') return [];
  if (settings.speedBy !== undefined && !speedForms.includes(form)) {
    return [{ path: 'speedBy', message: `must be one of ${speedForms.join(', ')}` }];
  }
  const { service, profile, profileDown, profileUp } = settings;
  if (form === 'service' && service === undefined) return [{ path: 'service', message: 'is missing' }];
  const hasProfile = (profile ?? profileDown ?? profileUp) !== undefined;
  return form === 'profile' && !hasProfile
    ? [{ path: 'speedBy', message: 'needs the name of a profile' }]
    : [];
}

function classFaults(
  { classAttribute, classes }: DriverSettings,
  dictionary: Dictionary,
): DriverSettingFault[] {
  if (classAttribute === undefined) {
    return classes === undefined ? [] : [{ path: 'classAttribute', message: 'is missing' }];
  }
  const message = classAttributeFault(classAttribute, dictionary);
  return message === undefined ? [] : [{ path: 'classAttribute', message }];
}

function templateFaults(
  path: string,
  attributes: TemplateAttributes | undefined,
  dictionary: Dictionary,
): DriverSettingFault[] {
  if (attributes === undefined) return [];
  const { template, faults } = parseTemplate(dictionary, attributes);
  const all = [...faults, ...unencodable(template, LONGEST_VALUES)];
  if (all.length > 0) return all.map(({ name, message }) => ({ path: `${path}.${name}`, message }));
  if (template.items.length > TEMPLATE_ATTRIBUTES_MAX) {
    return [{ path, message: `has more than ${TEMPLATE_ATTRIBUTES_MAX} attributes` }];
  }
  const size = fillTemplate(template, LONGEST_VALUES)?.length ?? 0;
  if (size === 0 && REQUESTS.some((name) => path.startsWith(name))) return [{ path, message: 'is empty' }];
  return size > TEMPLATE_OCTETS_MAX
    ? [{ path, message: `takes ${size} octets, at most ${TEMPLATE_OCTETS_MAX} are sent` }]
    : [];
}
