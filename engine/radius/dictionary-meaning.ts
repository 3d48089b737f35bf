import { attributeKey, type DataType, type DictionaryAttribute, type VendorFormat } from './dictionary.ts';

const VENDOR_SPECIFIC = 26;

/**
 * What the numbers of a line are relative to: a vendor (0 is the standard space) and the path in front of
 * them.
 */
export interface AttributeBase {
  readonly vendor: number;
  readonly path: readonly number[];
}

/**
 * Reads a path written from the outside, `26.14988.8` or `241.26.9.1` (RFC 6929 §2.4), as the vendor and the
 * path `DictionaryAttribute` keeps: the number of the vendor is taken out, for an extended space `[241, 26,
 * 1]` stays.
 */
export function splitVendorPath(vendor: number, path: readonly number[]): AttributeBase {
  if (vendor !== 0) return { vendor, path };
  if (path[0] === VENDOR_SPECIFIC && path.length > 2) return { vendor: path[1]!, path: path.slice(2) };
  if (isExtendedSpace(path) && path.length > 3) {
    return { vendor: path[2]!, path: [path[0]!, VENDOR_SPECIFIC, ...path.slice(3)] };
  }
  return { vendor, path };
}

function isExtendedSpace(path: readonly number[]): boolean {
  return path[0]! >= 241 && path[0]! <= 246 && path[1] === VENDOR_SPECIFIC;
}

/**
 * Whether `path` of `vendor` is an attribute directly in the Extended-Vendor-Specific space (RFC 6929 §2.4).
 */
export function isExtendedVendorPath(vendor: number, path: readonly number[]): boolean {
  return vendor !== 0 && path.length === 3 && isExtendedSpace(path);
}

/** Whether a value of this type consists of attributes whose paths go on from its own. */
export function holdsAttributes(dataType: DataType): boolean {
  return dataType === 'tlv' || dataType === 'extended' || dataType === 'long-extended';
}

/** Whether two VENDOR lines describe the same sub-attribute header; names and numbers are not compared. */
export function sameFormat(a: VendorFormat, b: VendorFormat): boolean {
  return (
    a.typeOctets === b.typeOctets && a.lengthOctets === b.lengthOctets && a.continuation === b.continuation
  );
}

/** Whether two definitions read and write the wire alike; their names may differ. */
export function sameMeaning(a: DictionaryAttribute, b: DictionaryAttribute): boolean {
  return describeMeaning(a) === describeMeaning(b);
}

/** Number, type and flags in words, for errors and for comparing: everything but the name. */
export function describeMeaning(attribute: DictionaryAttribute): string {
  const parts = [attributeKey(attribute.vendor, attribute.path), attribute.dataType];
  if (attribute.length !== undefined) parts.push(`of ${attribute.length} octets`);
  if (attribute.tagged) parts.push('has_tag');
  if (attribute.concatenated) parts.push('concat');
  if (attribute.array) parts.push('array');
  if (attribute.encryption !== undefined) parts.push(attribute.encryption);
  return parts.join(' ');
}

/**
 * Least and greatest value that may have a name, `undefined` when the type has none; a tagged integer keeps
 * three octets for the value (RFC 2868 §3.1).
 */
export function namedValueRange(attribute: DictionaryAttribute): readonly [number, number] | undefined {
  switch (attribute.dataType) {
    case 'uint8':
      return [0, 0xff];
    case 'uint16':
      return [0, 0xffff];
    case 'uint32':
      return [0, attribute.tagged ? 0xffffff : 0xffffffff];
    case 'uint64':
      return [0, Number.MAX_SAFE_INTEGER];
    case 'int32':
      return [-0x80000000, 0x7fffffff];
    default:
      return undefined;
  }
}
