import type { Dictionary } from '../radius/dictionary.ts';
import type { Packet } from '../radius/packet.ts';
import { findAttribute, readText } from '../radius/read-attribute.ts';
import { findVendorAttribute } from '../radius/vendor-attribute.ts';
import type { DriverSettings } from './driver-settings.ts';

/** The class of traffic that an Accounting-Request counts, '' where it counts the whole session. */
export type TrafficClassReader = (packet: Packet) => string;

const WHOLE_SESSION: TrafficClassReader = () => '';

/**
 * Reads the class as the settings say: the text of `classAttribute` (Juniper's ERX-Service-Session, Cisco's
 * Cisco-Service-Info) is looked up in `classes`, without the parameters that stand behind it in parentheses. What is not
 * named there is a class by its own text, so that no octet is taken for the session's own.
 */
export function trafficClassReader(
  { classAttribute, classes = {} }: Pick<DriverSettings, 'classAttribute' | 'classes'>,
  dictionary: Dictionary,
): TrafficClassReader {
  const attribute =
    classAttribute === undefined ? undefined : dictionary.attributesByName.get(classAttribute);
  const type = attribute?.path[0];
  if (attribute === undefined || type === undefined || attribute.path.length > 1) return WHOLE_SESSION;
  return (packet) => {
    const found =
      attribute.vendor === 0
        ? findAttribute(packet, type)
        : findVendorAttribute(packet, attribute.vendor, type);
    if (found === undefined) return '';
    const text = readText(packet, found);
    const name = text.includes('(') ? text.slice(0, text.indexOf('(')) : text;
    return classes[text] ?? classes[name] ?? name;
  };
}

/** In words why this attribute cannot name a class, `undefined` when it can. */
export function classAttributeFault(name: string, dictionary: Dictionary): string | undefined {
  const attribute = dictionary.attributesByName.get(name);
  if (attribute === undefined) return 'is in no dictionary';
  if (attribute.dataType !== 'text') return 'is no text';
  return attribute.path.length > 1 ? 'stands inside another attribute' : undefined;
}
