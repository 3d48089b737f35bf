import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  encodeAcceptAttributes,
  sendableAttributes,
  sortedAttributes,
} from '../../../engine/nas/accept-attributes.ts';
import type { Dictionary } from '../../../engine/radius/dictionary.ts';
import { loadDictionaries } from '../../../engine/runtime/load-dictionaries.ts';

const shipped = loadDictionaries([fileURLToPath(new URL('../../../schemas/dictionaries', import.meta.url))]);
if (!shipped.ok) throw new Error('the shipped dictionaries are broken');
const dictionary: Dictionary = shipped.value;

function faultsOf(attributes: Readonly<Record<string, string | number>>) {
  const encoded = encodeAcceptAttributes(dictionary, attributes);
  return encoded.ok ? [] : encoded.error.map(({ name, message }) => `${name}: ${message}`);
}

describe('attributes that a NAS wants in its Access-Accepts', () => {
  it('are written with their headers, in the order given', () => {
    const wanted = { 'Framed-MTU': 1492, 'Mikrotik-Group': 'full', 'Idle-Timeout': '600' };
    expect(encodeAcceptAttributes(dictionary, wanted)).toEqual({
      ok: true,
      value: Buffer.from(
        // Vendor-Specific of 12 octets, vendor 14988, its attribute 3 of 6 octets.
        `0c06000005d4 1a0c00003a8c0306${Buffer.from('full').toString('hex')} 1c0600000258`.replaceAll(
          ' ',
          '',
        ),
        'hex',
      ),
    });
    expect(encodeAcceptAttributes(dictionary, {})).toEqual({ ok: true, value: Buffer.alloc(0) });
  });

  it.each([
    ['Framed-Protocol', 'PPP', '070600000001'],
    ['Framed-IP-Netmask', '255.255.255.255', '0906ffffffff'],
    ['Tunnel-Private-Group-Id', '7', '510337'],
    ['Framed-Interface-Id', '0001:0002:0003:0004', '600a0001000200030004'],
  ])('may be %s', (name, value, hex) => {
    const encoded = encodeAcceptAttributes(dictionary, { [name]: value });
    expect(encoded.ok && Buffer.from(encoded.value).toString('hex')).toBe(hex);
  });

  it.each<[string, string | number, string]>([
    ['No-Such-Thing', 1, 'is in no dictionary'],
    ['raw.Class', '0x00', 'is in no dictionary'],
    ['Attr-25', '0x00', 'is in no dictionary'],
    ['toString', 'x', 'is in no dictionary'],
    ['Framed-MTU', 'wide', 'is no value of its type, uint32'],
    ['Framed-MTU', 1.5, 'is no value of its type, uint32'],
    ['Framed-MTU', 2 ** 32, 'is beyond what its type, uint32, can hold'],
    ['Framed-MTU', -1, 'is beyond what its type, uint32, can hold'],
    ['Mikrotik-Group', 7, 'is no value of its type, text'],
    ['Mikrotik-Group', '', 'is empty'],
    ['Mikrotik-Group', 'x'.repeat(248), 'is longer than an attribute can be'],
    ['Vendor-Specific', '0x00000137100400ff', 'holds other attributes; name those'],
    ['Tunnel-Password', '0x00', 'is sent hidden, which is not possible here'],
    ...[
      'User-Password',
      'Service-Type',
      'Framed-IP-Address',
      'State',
      'Class',
      'Session-Timeout',
      'Proxy-State',
      'EAP-Message',
      'Message-Authenticator',
      'Acct-Interim-Interval',
      'Framed-Pool',
      'MS-CHAP-Error',
      'MS-CHAP-MPPE-Keys',
      'MS-MPPE-Send-Key',
      'MS-MPPE-Recv-Key',
      'MS-CHAP2-Success',
    ].map((name): [string, string, string] => [name, '1', 'is written by the engine itself']),
  ])('may not be %s = %s', (name, value, message) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name}: ${message}`]);
  });

  it('are each named when they cannot be sent', () => {
    const faults = faultsOf({ Class: '0x00', 'Idle-Timeout': 60, Nothing: 1 });
    expect(faults).toEqual(['Class: is written by the engine itself', 'Nothing: is in no dictionary']);
  });

  it('are at most 32, and at most 1,024 octets', () => {
    const names = [...dictionary.attributesByName.values()]
      .filter(({ vendor, dataType }) => vendor === 14988 && dataType === 'uint32')
      .map(({ name }) => name);
    const others = [...dictionary.attributesByName.values()]
      .filter(({ vendor, dataType, tagged }) => vendor === 2011 && dataType === 'uint32' && !tagged)
      .map(({ name }) => name);
    const many = Object.fromEntries([...names, ...others].slice(0, 33).map((name) => [name, 1]));
    expect(Object.keys(many)).toHaveLength(33);
    expect(faultsOf(many)).toEqual([': has more than 32 attributes']);
    expect(faultsOf(Object.fromEntries(Object.entries(many).slice(0, 32)))).toEqual([]);
    const long = (last: number) => ({
      'Filter-Id': 'x'.repeat(253),
      'Callback-Number': 'x'.repeat(253),
      'Reply-Message': 'x'.repeat(253),
      'Login-LAT-Group': `0x${'00'.repeat(last)}`,
    });
    expect(faultsOf(long(253))).toEqual([]);
    const over = { ...long(253), 'Idle-Timeout': 1 };
    expect(faultsOf(over)).toEqual([': takes 1026 octets, at most 1024 are sent']);
    expect(sendableAttributes(dictionary, over).octets).toHaveLength(0);
  });

  it('lose only what cannot be sent any more', () => {
    const { octets, faults } = sendableAttributes(dictionary, { 'Gone-Vendor': 1, 'Framed-MTU': 1492 });
    expect(Buffer.from(octets).toString('hex')).toBe('0c06000005d4');
    expect(faults).toEqual([{ name: 'Gone-Vendor', message: 'is in no dictionary' }]);
  });

  it('are the same in whichever order they are declared', () => {
    expect(JSON.stringify(sortedAttributes({ b: 1, a: '2' }))).toBe('{"a":"2","b":1}');
    expect(sortedAttributes({})).toBeUndefined();
  });
});
