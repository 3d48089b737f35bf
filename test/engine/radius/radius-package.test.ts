import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../../engine/radius/decode-packet.ts';
import { parseDictionary } from '../../../engine/radius/dictionary-parser.ts';
import { decodeNamed, encodeNamed, type NamedAttribute } from '../../../engine/radius/named-attributes.ts';
import { PacketWriter } from '../../../engine/radius/packet-writer.ts';

/** What this test uses of the npm package `radius`, which has no types. Its attributes are lists of name and value. */
interface RadiusPackage {
  add_dictionary(file: string): void;
  decode(options: { packet: Buffer; secret: string; no_secret: boolean }): {
    code: string;
    identifier: number;
    attributes: Record<string, unknown>;
  };
  encode(options: {
    code: string;
    identifier: number;
    secret: string;
    authenticator: Buffer;
    attributes: unknown[];
    add_message_authenticator: boolean;
  }): Buffer;
}

const require = createRequire(import.meta.url);
const peer = require('radius') as RadiusPackage;
const folder = `${require.resolve('radius/package.json').slice(0, -'package.json'.length)}dictionaries/`;

/** Both sides read the dictionaries that the package ships, and one vendor's of its test folder. */
const vendorFile = `${folder}../test/dictionaries/dictionary.airespace`;
peer.add_dictionary(vendorFile);
const files = ['rfc2865', 'rfc2866', 'rfc2868', 'rfc2869', 'rfc3162'].map(
  (name) => `${folder}dictionary.${name}`,
);
const parsed = parseDictionary(
  [...files, vendorFile].map((file) => ({ file, text: readFileSync(file, 'utf8') })),
  () => undefined,
);
if (!parsed.ok) throw new Error(parsed.error.map((error) => error.text).join('\n'));
const dictionary = parsed.value;

const AIRESPACE = 14179;
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((s) => Buffer.byteLength(s) < 200);
const octets = fc.uint8Array({ minLength: 1, maxLength: 253 }).map((bytes) => Buffer.from(bytes));
const address = fc.ipV4();

/** An attribute as both sides name it, and its value as each of them writes it. */
interface Pair {
  readonly name: string;
  readonly ours: string | number | { tag: number; value: string | number };
  readonly theirs: unknown;
  readonly vendor?: number;
}

const pair = (name: string, ours: Pair['ours'], theirs: unknown = ours, vendor = 0): Pair => ({
  name,
  ours,
  theirs,
  vendor,
});
const tag = fc.integer({ min: 1, max: 31 });

/** At most one of each name: the package shows two of a kind in another shape. */
const pairs = fc
  .tuple(
    ...['User-Name', 'Calling-Station-Id', 'Acct-Session-Id', 'Reply-Message'].map((name) =>
      text.map((s) => pair(name, s)),
    ),
    ...['NAS-Port', 'Acct-Input-Octets', 'Acct-Input-Gigawords', 'Session-Timeout'].map((name) =>
      uint32.map((n) => pair(name, n)),
    ),
    fc.constantFrom('Start', 'Stop', 'Interim-Update').map((s) => pair('Acct-Status-Type', s)),
    ...['NAS-IP-Address', 'Framed-IP-Address'].map((name) => address.map((a) => pair(name, a))),
    ...['Class', 'State', 'Proxy-State'].map((name) =>
      octets.map((b) => pair(name, `0x${b.toString('hex')}`, b)),
    ),
    uint32.map((n) => pair('Event-Timestamp', n, new Date(n * 1_000))),
    fc.tuple(tag, text).map(([t, s]) => pair('Tunnel-Client-Endpoint', { tag: t, value: s }, [t, s])),
    fc
      .tuple(tag, fc.integer({ min: 30, max: 2 ** 24 - 1 }))
      .map(([t, n]) => pair('Tunnel-Preference', { tag: t, value: n }, [t, n])),
    text.map((s) => pair('Airespace-Interface-Name', s, s, AIRESPACE)),
    uint32.map((n) => pair('Airespace-Wlan-Id', n, n, AIRESPACE)),
  )
  .chain((all) => fc.shuffledSubarray(all as Pair[]));

function ourNamed(bytes: Buffer): NamedAttribute[] {
  const packet = decodePacket(bytes);
  if (typeof packet === 'string') throw new Error(packet);
  return decodeNamed(packet, dictionary);
}

function theirAttributes(bytes: Buffer): Record<string, unknown> {
  const { attributes } = peer.decode({ packet: bytes, secret: 's', no_secret: true });
  const { 'Vendor-Specific': vendor, ...rest } = attributes;
  return { ...rest, ...(vendor as object | undefined) };
}

/**
 * Octets first: the package keeps in mind that an attribute had a tag until the next one that is not octets, and
 * writes octets in between with a wrong length (seen with 1.1.4).
 */
function inPeerOrder(attributes: readonly Pair[]): Pair[] {
  const isOctets = ({ theirs }: Pair) => Number(theirs instanceof Buffer);
  return attributes.toSorted((a, b) => isOctets(b) - isOctets(a));
}

describe('the npm package radius', () => {
  it('reads what we write as we meant it', () => {
    fc.assert(
      fc.property(pairs, fc.nat(255), (attributes, identifier) => {
        const writer = new PacketWriter();
        writer.begin(4, identifier);
        for (const { name, ours } of attributes) {
          const bytes = encodeNamed(dictionary, name, ours);
          if (!bytes.ok) throw new Error(`${name}: ${bytes.error}`);
          writer.raw(bytes.value);
        }
        const expected = attributes.map(({ name, theirs }) => [name, theirs]);
        expect(theirAttributes(writer.finish())).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 500 },
    );
  });

  it('writes what we read as it meant it', () => {
    fc.assert(
      fc.property(pairs.map(inPeerOrder), fc.nat(255), (attributes, identifier) => {
        const bytes = peer.encode({
          code: 'Access-Request',
          identifier,
          secret: 's',
          authenticator: Buffer.alloc(16, 7),
          add_message_authenticator: false,
          attributes: attributes.map(({ name, theirs, vendor }) => {
            if (vendor) return ['Vendor-Specific', vendor, [[name, theirs]]];
            return Array.isArray(theirs) ? [name, ...theirs] : [name, theirs];
          }),
        });
        expect(bytes.subarray(0, 2)).toEqual(Buffer.of(1, identifier));
        expect(ourNamed(bytes)).toEqual(attributes.map(({ name, ours }) => ({ name, value: ours })));
      }),
      { numRuns: 500 },
    );
  });
});
