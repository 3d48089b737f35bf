import { AttributeType } from '../radius/attribute-type.ts';
import { attributeKey, type Dictionary, type DictionaryAttribute } from '../radius/dictionary.ts';
import { type EncodeFailure, encodeNamed } from '../radius/named-attributes.ts';
import { fail, ok, type Result } from '../values/result.ts';

/** Attributes beyond the engine's own by their names in the dictionaries, for example `{ "Framed-MTU": 1492 }`. */
export type AcceptAttributes = Readonly<Record<string, string | number>>;

/** Why an attribute cannot be sent; `name` is '' when the fault is that of all together. */
export interface AcceptAttributeFault {
  readonly name: string;
  readonly message: string;
}

/** What of `AcceptAttributes` can be sent, and what is wrong with the rest. */
export interface SendableAttributes {
  /** Complete attributes, headers included. */
  readonly octets: Uint8Array;
  readonly faults: readonly AcceptAttributeFault[];
}

const ATTRIBUTES_MAX = 32;
/** Leaves three quarters of a packet (4,096 octets, RFC 2865 §3) to the engine's attributes and to Proxy-State. */
const OCTETS_MAX = 1_024;
const MICROSOFT = 311;
/** MS-CHAP-Error, MS-CHAP-MPPE-Keys, MS-MPPE-Send-Key, MS-MPPE-Recv-Key, MS-CHAP2-Success (RFC 2548 §2). */
const MICROSOFT_OWN = [2, 12, 16, 17, 26];

/** What the engine writes or signs itself and what may stand in an Access-Accept once only. */
const OWN: ReadonlySet<string> = new Set([
  ...[
    AttributeType.UserPassword,
    AttributeType.ServiceType,
    AttributeType.FramedIpAddress,
    AttributeType.State,
    AttributeType.Class,
    AttributeType.SessionTimeout,
    AttributeType.ProxyState,
    AttributeType.EapMessage,
    AttributeType.MessageAuthenticator,
    AttributeType.AcctInterimInterval,
    AttributeType.FramedPool,
  ].map((type) => attributeKey(0, [type])),
  ...MICROSOFT_OWN.map((type) => attributeKey(MICROSOFT, [type])),
]);

/** Types whose values are attributes: given as octets they would slip past every check by name. */
const HOLDERS: ReadonlySet<string> = new Set(['tlv', 'vsa', 'extended', 'long-extended', 'evs']);

/** The attributes by name, so that equal ones have equal JSON texts; `undefined` for none. */
export function sortedAttributes(attributes: AcceptAttributes): AcceptAttributes | undefined {
  const names = Object.keys(attributes).sort();
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, attributes[name]!]));
}

/**
 * The attributes as they stand in every Access-Accept of a NAS, headers included and in the order given; or the fault
 * of each that cannot be sent.
 */
export function encodeAcceptAttributes(
  dictionary: Dictionary,
  attributes: AcceptAttributes,
): Result<Uint8Array, readonly AcceptAttributeFault[]> {
  const { octets, faults } = sendableAttributes(dictionary, attributes);
  return faults.length === 0 ? ok(octets) : fail(faults);
}

/**
 * The same for attributes that were right when they were declared: what cannot be sent any more, because an operator
 * has changed his dictionaries since, is left out and told, and the rest is kept. Too many or too long together, they
 * are all left out.
 */
export function sendableAttributes(dictionary: Dictionary, attributes: AcceptAttributes): SendableAttributes {
  const entries = Object.entries(attributes);
  const faults: AcceptAttributeFault[] = [];
  if (entries.length > ATTRIBUTES_MAX) {
    faults.push({ name: '', message: `has more than ${ATTRIBUTES_MAX} attributes` });
    return { octets: new Uint8Array(0), faults };
  }
  const parts: Uint8Array[] = [];
  for (const [name, value] of entries) {
    const encoded = encodeOne(dictionary, name, value);
    if (encoded.ok) parts.push(encoded.value);
    else faults.push({ name, message: encoded.error });
  }
  const octets = Buffer.concat(parts);
  if (octets.length <= OCTETS_MAX) return { octets, faults };
  const message = `takes ${octets.length} octets, at most ${OCTETS_MAX} are sent`;
  return { octets: new Uint8Array(0), faults: [...faults, { name: '', message }] };
}

function encodeOne(dictionary: Dictionary, name: string, value: string | number): Result<Uint8Array, string> {
  const sendable = sendableAttribute(dictionary, name);
  if (!sendable.ok) return sendable;
  if (value === '') return fail('is empty');
  const encoded = encodeNamed(dictionary, name, value);
  if (!encoded.ok) return fail(wordFailure(encoded.error, sendable.value));
  return encoded.value.length === 0 ? fail('is empty') : encoded;
}

/** An attribute that staff may have sent to a NAS, or in words why they may not. */
export function sendableAttribute(dictionary: Dictionary, name: string): Result<DictionaryAttribute, string> {
  const attribute = dictionary.attributesByName.get(name);
  if (attribute === undefined) return fail('is in no dictionary');
  if (OWN.has(attributeKey(attribute.vendor, attribute.path))) return fail('is written by the engine itself');
  if (attribute.encryption !== undefined) return fail('is sent hidden, which is not possible here');
  if (HOLDERS.has(attribute.dataType)) return fail('holds other attributes; name those');
  return ok(attribute);
}

/** Words for an attribute that cannot hold its value. */
export function wordFailure(failure: EncodeFailure, attribute: DictionaryAttribute): string {
  switch (failure) {
    case 'unknown-attribute':
      return 'is in no dictionary';
    case 'malformed-value':
      return `is no value of its type, ${attribute.dataType}`;
    case 'out-of-range':
      return `is beyond what its type, ${attribute.dataType}, can hold`;
    case 'wrong-length':
      return `must be ${attribute.length} octets long`;
    case 'too-long':
      return 'is longer than an attribute can be';
  }
}
