import { isUtf8 } from 'node:buffer';
import { fail, ok, type Result } from '../values/result.ts';
import type { DataType } from './dictionary.ts';
import {
  formatIpv4,
  formatIpv6,
  ipv4PrefixOctets,
  ipv6PrefixOctets,
  parseIpv4,
  parseIpv6,
} from './ip-address.ts';
import { readIpv4Prefix, readIpv6Prefix } from './read-attribute.ts';

/**
 * One value without its header, as operators read and type it: `text` as text; `octets` as `0x` and hexadecimal
 * digits; integers, `date` and `time` as numbers; `uint64` as a number up to 2^53 - 1 and a bigint above;
 * addresses, prefixes, `ifid` (`0001:0002:0003:0004`) and `ether` (`00:11:22:33:44:55`) as text.
 */
export type ScalarValue = string | number | bigint;

/** Why a value cannot be written. */
export type ValueFailure =
  /** It is no value of the attribute's data type: wrong kind, unknown value name, bad address, odd hexadecimal. */
  | 'malformed-value'
  /** An integer that the data type cannot hold. */
  | 'out-of-range'
  /** Not as many octets as the dictionary demands with `octets[n]`. */
  | 'wrong-length'
  /** More octets than the attribute can carry. */
  | 'too-long';

interface ScalarCodec {
  /** Octets of every value, undefined when they vary. */
  readonly size: number | undefined;
  /** The value, undefined when the octets are none. */
  readonly decode: (octets: Buffer) => ScalarValue | undefined;
  readonly encode: (value: ScalarValue) => Result<Uint8Array, ValueFailure>;
}

/** Hexadecimal form of octets, `0x` for none. */
export function toHex(octets: Uint8Array): string {
  return `0x${Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex')}`;
}

/** Octets of `0x` and an even number of hexadecimal digits, undefined for any other value. */
export function fromHex(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || !/^0x(?:[0-9a-f]{2})*$/i.test(value)) return undefined;
  return Buffer.from(value.slice(2), 'hex');
}

function wholeNumber(value: ScalarValue): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}

function integer(size: number, signed = false): ScalarCodec {
  const bits = BigInt(8 * size);
  const least = signed ? -(1n << (bits - 1n)) : 0n;
  const greatest = (1n << (signed ? bits - 1n : bits)) - 1n;
  return {
    size,
    decode: (octets) => {
      if (octets.length !== size) return undefined;
      if (size === 8) {
        const value = octets.readBigUInt64BE();
        return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
      }
      return signed ? octets.readIntBE(0, size) : octets.readUIntBE(0, size);
    },
    encode: (value) => {
      const whole = wholeNumber(value);
      if (whole === undefined) return fail('malformed-value');
      if (whole < least || whole > greatest) return fail('out-of-range');
      const octets = Buffer.alloc(8);
      octets.writeBigUInt64BE(BigInt.asUintN(64, whole));
      return ok(octets.subarray(8 - size));
    },
  };
}

/** A data type written as text, by one function each way that returns undefined for what is no value of it. */
function textual(
  size: number | undefined,
  decode: (octets: Buffer) => string | undefined,
  parse: (text: string) => Uint8Array | undefined,
): ScalarCodec {
  return {
    size,
    decode: (octets) => (size === undefined || octets.length === size ? decode(octets) : undefined),
    encode: (value) => {
      const octets = typeof value === 'string' ? parse(value) : undefined;
      return octets === undefined ? fail('malformed-value') : ok(octets);
    },
  };
}

/** Groups of `digits` hexadecimal digits between colons. */
function colonHex(size: number, digits: number): ScalarCodec {
  const pattern = new RegExp(`^(?:[0-9a-f]{${digits}}(?::(?!$)|$)){${(2 * size) / digits}}$`, 'i');
  const groups = new RegExp(`.{${digits}}(?!$)`, 'g');
  return textual(
    size,
    (octets) => octets.toString('hex').replaceAll(groups, '$&:'),
    (text) => (pattern.test(text) ? Buffer.from(text.replaceAll(':', ''), 'hex') : undefined),
  );
}

function ipv4Octets(text: string): Uint8Array | undefined {
  const address = parseIpv4(text);
  if (address === -1) return undefined;
  return Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address);
}

function wholeOf(octets: Buffer): { type: number; start: number; end: number } {
  return { type: 0, start: 0, end: octets.length };
}

const OCTETS = textual(undefined, toHex, fromHex);
const UINT32 = integer(4);
const IPV4 = textual(4, (octets) => formatIpv4(octets, 0), ipv4Octets);
const IPV6 = textual(16, (octets) => formatIpv6(octets, 0), parseIpv6);

/** Types whose values hold attributes are octets here; `value-codec.ts` opens `tlv` itself. */
const CODECS: Readonly<Record<DataType, ScalarCodec>> = {
  uint8: integer(1),
  uint16: integer(2),
  uint32: UINT32,
  uint64: integer(8),
  int32: integer(4, true),
  date: UINT32,
  time: UINT32,
  text: textual(
    undefined,
    (octets) => (isUtf8(octets) ? octets.toString() : undefined),
    (text) => (text.isWellFormed() ? Buffer.from(text) : undefined),
  ),
  octets: OCTETS,
  ipv4addr: IPV4,
  ipv6addr: IPV6,
  ipv4prefix: textual(6, (bytes) => readIpv4Prefix({ bytes }, wholeOf(bytes)), ipv4PrefixOctets),
  ipv6prefix: textual(undefined, (bytes) => readIpv6Prefix({ bytes }, wholeOf(bytes)), ipv6PrefixOctets),
  ifid: colonHex(8, 4),
  ether: colonHex(6, 2),
  'combo-ip': textual(
    undefined,
    (octets) => (octets.length === 4 ? IPV4 : IPV6).decode(octets) as string | undefined,
    (text) => ipv4Octets(text) ?? parseIpv6(text),
  ),
  tlv: OCTETS,
  vsa: OCTETS,
  extended: OCTETS,
  'long-extended': OCTETS,
  evs: OCTETS,
};

/** Octets of every value of a data type, undefined when they vary. */
export function sizeOfType(dataType: DataType): number | undefined {
  return CODECS[dataType].size;
}

/** The value that `octets` mean as `dataType`, undefined when they are no value of it. */
export function decodeScalar(dataType: DataType, octets: Buffer): ScalarValue | undefined {
  return CODECS[dataType].decode(octets);
}

/** Octets of a value of `dataType`. Integers are taken as number, bigint or decimal text. */
export function encodeScalar(dataType: DataType, value: ScalarValue): Result<Uint8Array, ValueFailure> {
  return CODECS[dataType].encode(value);
}
