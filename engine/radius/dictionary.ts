/**
 * Data types of attribute values (RFC 8044 §3, named as in FreeRADIUS dictionaries).
 * `date` is uint32 seconds, `ifid` 8 octets, `abinary` and unknown types are read as `octets`.
 */
export type DataType =
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'int32'
  | 'date'
  | 'time'
  | 'text'
  | 'octets'
  | 'ipv4addr'
  | 'ipv4prefix'
  | 'ipv6addr'
  | 'ipv6prefix'
  | 'ifid'
  | 'ether'
  | 'combo-ip'
  | 'tlv'
  | 'vsa'
  | 'extended'
  | 'long-extended'
  | 'evs';

/** How a value is hidden on the wire: RFC 2865 §5.2 User-Password, or RFC 2868 §3.5 / RFC 2548 salted. */
export type Encryption = 'user-password' | 'salted' | 'ascend-secret';

/** One attribute that a dictionary defines. */
export interface DictionaryAttribute {
  /** Name as the dictionary spells it, for example `Mikrotik-Rate-Limit`. */
  readonly name: string;
  /** SMI private enterprise number, 0 for the standard space. */
  readonly vendor: number;
  /**
   * Path of type numbers from the outermost: `[26]` is not repeated for vendor attributes; `[241, 1]` is the first
   * attribute of an extended space; deeper numbers are TLVs.
   */
  readonly path: readonly number[];
  readonly dataType: DataType;
  /** RFC 2868 tag octet in front of the value. */
  readonly tagged: boolean;
  /** Several attributes of this type are one value, split every 253 octets (for example EAP-Message). */
  readonly concatenated: boolean;
  /** The value is a sequence of fixed-size elements of `dataType`. */
  readonly array: boolean;
  readonly encryption: Encryption | undefined;
  /** Exact length in octets when the dictionary says `octets[n]`. */
  readonly length: number | undefined;
}

/** Sub-attribute header of a vendor: octets for the type and for the length, and whether a continuation octet follows (WiMAX). */
export interface VendorFormat {
  readonly name: string;
  readonly number: number;
  readonly typeOctets: 1 | 2 | 4;
  readonly lengthOctets: 0 | 1 | 2;
  readonly continuation: boolean;
}

/** A compiled dictionary: what every name means and what every number on the wire is called. Immutable. */
export interface Dictionary {
  readonly vendors: ReadonlyMap<number, VendorFormat>;
  readonly attributesByName: ReadonlyMap<string, DictionaryAttribute>;
  /** Key made by `attributeKey`. */
  readonly attributesByKey: ReadonlyMap<string, DictionaryAttribute>;
  /** Named values of an attribute, by attribute name then by number. */
  readonly valueNames: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** Numbers of named values, by attribute name then by value name. */
  readonly valueNumbers: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Key of an attribute in `Dictionary.attributesByKey`: vendor and path, for example `14988:8` or `0:241.1`. */
export function attributeKey(vendor: number, path: readonly number[]): string {
  return `${vendor}:${path.join('.')}`;
}
