import { fail, ok, type Result } from '../values/result.ts';
import type { DataType, Encryption, VendorFormat } from './dictionary.ts';
import type { DictionaryErrorCode } from './dictionary-error.ts';

/** Why one field of a line could not be read; the reader of the line adds file and line number. */
export interface FieldError {
  readonly code: DictionaryErrorCode;
  readonly text: string;
}

/** A data type together with the exact length that `octets[n]` gives. */
export interface TypeField {
  readonly dataType: DataType;
  readonly length: number | undefined;
}

/**
 * The flags of an ATTRIBUTE line; `vendorName` is the old style that names the vendor at the end of the line.
 */
export interface AttributeFlags {
  readonly tagged: boolean;
  readonly concatenated: boolean;
  readonly array: boolean;
  readonly encryption: Encryption | undefined;
  readonly vendorName: string | undefined;
}

/** Names of types in the files, FreeRADIUS 3 and RFC 8044 spellings, and what each is read as. */
const TYPES: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ['uint8', 'uint8'],
  ['byte', 'uint8'],
  ['uint16', 'uint16'],
  ['short', 'uint16'],
  ['uint32', 'uint32'],
  ['integer', 'uint32'],
  ['enum', 'uint32'],
  ['uint64', 'uint64'],
  ['integer64', 'uint64'],
  ['int32', 'int32'],
  ['signed', 'int32'],
  ['date', 'date'],
  ['time', 'time'],
  ['text', 'text'],
  ['string', 'text'],
  ['octets', 'octets'],
  ['abinary', 'octets'],
  ['ipv4addr', 'ipv4addr'],
  ['ipaddr', 'ipv4addr'],
  ['ipv4prefix', 'ipv4prefix'],
  ['ipv6addr', 'ipv6addr'],
  ['ipv6prefix', 'ipv6prefix'],
  ['ifid', 'ifid'],
  ['ether', 'ether'],
  ['combo-ip', 'combo-ip'],
  ['tlv', 'tlv'],
  ['vsa', 'vsa'],
  ['extended', 'extended'],
  ['long-extended', 'long-extended'],
  ['evs', 'evs'],
]);

const ENCRYPTIONS: ReadonlyMap<string, Encryption> = new Map<string, Encryption>([
  ['1', 'user-password'],
  ['2', 'salted'],
  ['3', 'ascend-secret'],
]);

/** FreeRADIUS's own bookkeeping (what it prints, what it computes); it changes nothing on the wire. */
const FLAGS_WITHOUT_MEANING: ReadonlySet<string> = new Set(['virtual', 'secret']);

/** RFC 2865 §5: the value of one attribute has at most 253 octets. */
const MAX_VALUE_OCTETS = 253;

const NAME = /^[A-Za-z0-9][-A-Za-z0-9_.:/+]*$/;

/**
 * Whether `name` may name an attribute or a vendor: the characters FreeRADIUS allows, not starting with a
 * sign.
 */
export function isDictionaryName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Reads a decimal or 0x number; a minus sign is for values of `int32`. `undefined` when it is not an exact
 * integer.
 */
export function parseNumber(field: string): number | undefined {
  if (!/^(-?\d{1,16}|0[xX][0-9A-Fa-f]{1,14})$/.test(field)) return undefined;
  const number = Number(field);
  return Number.isSafeInteger(number) ? number + 0 : undefined;
}

/**
 * Reads `5`, `241.1` or `26.14988.8` as the numbers between the dots; `undefined` when one is not a number.
 */
export function parsePath(field: string): readonly number[] | undefined {
  const numbers: number[] = [];
  for (const part of field.split('.')) {
    const number = parseNumber(part);
    if (number === undefined || number < 0) return undefined;
    numbers.push(number);
  }
  return numbers;
}

/** Reads the type of an ATTRIBUTE line, including the fixed length of `octets[n]`. */
export function parseType(field: string): Result<TypeField, FieldError> {
  const fixed = /^octets\[(\d{1,6})\]$/.exec(field);
  if (fixed !== null) {
    const length = Number(fixed[1]);
    if (length >= 1 && length <= MAX_VALUE_OCTETS) return ok({ dataType: 'octets', length });
    return fail({ code: 'number-out-of-range', text: `a length is 1 to ${MAX_VALUE_OCTETS}: ${field}` });
  }
  const dataType = TYPES.get(field.toLowerCase());
  if (dataType === undefined) return fail({ code: 'unknown-type', text: `no such data type: ${field}` });
  return ok({ dataType, length: undefined });
}

/**
 * Reads the comma-separated flags of an ATTRIBUTE line (`undefined` when it has none) for a value of
 * `dataType`.
 */
export function parseFlags(
  field: string | undefined,
  dataType: DataType,
): Result<AttributeFlags, FieldError> {
  const flags = { tagged: false, concatenated: false, array: false };
  let encryption: Encryption | undefined;
  let vendorName: string | undefined;
  for (const flag of field === undefined ? [] : field.split(',')) {
    if (flag === 'has_tag') flags.tagged = true;
    else if (flag === 'concat') flags.concatenated = true;
    else if (flag === 'array') flags.array = true;
    else if (flag.startsWith('encrypt=')) {
      encryption = ENCRYPTIONS.get(flag.slice('encrypt='.length));
      if (encryption === undefined)
        return fail({ code: 'unknown-flag', text: `encrypt is 1, 2 or 3: ${flag}` });
    } else if (vendorName === undefined && isDictionaryName(flag) && !FLAGS_WITHOUT_MEANING.has(flag)) {
      vendorName = flag;
    } else if (!FLAGS_WITHOUT_MEANING.has(flag)) {
      return fail({ code: 'unknown-flag', text: `no such flag: ${flag}` });
    }
  }
  const complaint = flagsContradict(flags, dataType);
  if (complaint !== undefined) return fail({ code: 'flag-not-allowed', text: complaint });
  return ok({ ...flags, encryption, vendorName });
}

/** RFC 2868 §3.1 tags integers (in the place of their high octet) and strings; only octets can be joined. */
function flagsContradict(
  flags: Pick<AttributeFlags, 'tagged' | 'concatenated'>,
  dataType: DataType,
): string | undefined {
  if (flags.tagged && dataType !== 'uint32' && dataType !== 'text' && dataType !== 'octets') {
    return `has_tag is for integer, string and octets, not ${dataType}`;
  }
  if (flags.concatenated && dataType !== 'octets') return `concat is for octets, not ${dataType}`;
  return undefined;
}

/** Reads `format=t,l[,c]` of a VENDOR line; without the field the RFC 2865 §5.26 header of one octet each. */
export function parseVendorFormat(
  field: string | undefined,
): Omit<VendorFormat, 'name' | 'number'> | undefined {
  if (field === undefined) return { typeOctets: 1, lengthOctets: 1, continuation: false };
  const parts = /^format=([124]),([012])(,c)?$/.exec(field);
  if (parts === null) return undefined;
  const continuation = parts[3] !== undefined;
  // WiMAX alone has the continuation octet, and its header is one octet of type and one of length.
  if (continuation && (parts[1] !== '1' || parts[2] !== '1')) return undefined;
  return {
    typeOctets: parts[1] === '4' ? 4 : parts[1] === '2' ? 2 : 1,
    lengthOctets: parts[2] === '2' ? 2 : parts[2] === '1' ? 1 : 0,
    continuation,
  };
}
