import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { classAttributeFault, trafficClassReader } from '../../../engine/nas/traffic-class.ts';
import { Code } from '../../../engine/radius/code.ts';
import { decodePacket } from '../../../engine/radius/decode-packet.ts';
import { encodeNamed } from '../../../engine/radius/named-attributes.ts';
import { loadDictionaries } from '../../../engine/runtime/load-dictionaries.ts';

const shipped = loadDictionaries([fileURLToPath(new URL('../../../schemas/dictionaries', import.meta.url))]);
if (!shipped.ok) throw new Error('the shipped dictionaries are broken');
const dictionary = shipped.value;

/** An Accounting-Request that holds the attribute. */
function packetWith(name: string, value: string) {
  const encoded = encodeNamed(dictionary, name, value);
  if (!encoded.ok) throw new Error(encoded.error);
  const header = Buffer.alloc(20);
  header[0] = Code.AccountingRequest;
  header.writeUInt16BE(20 + encoded.value.length, 2);
  const decoded = decodePacket(Buffer.concat([header, encoded.value]));
  if (typeof decoded === 'string') throw new Error(decoded);
  return decoded;
}

describe('the class of traffic of an accounting packet', () => {
  const juniper = trafficClassReader(
    { classAttribute: 'ERX-Service-Session', classes: { 'svc-in': 'domestic' } },
    dictionary,
  );

  it.each([
    ['svc-in', 'domestic'],
    ['svc-in(52428800,52428800)', 'domestic'],
    ['svc-out(9,9)', 'svc-out'],
  ])('%s is %s', (text, expected) => expect(juniper(packetWith('ERX-Service-Session', text))).toBe(expected));

  it('is none where the attribute is missing, or the settings name none', () => {
    expect(juniper(packetWith('User-Name', 'ali'))).toBe('');
    expect(trafficClassReader({}, dictionary)(packetWith('ERX-Service-Session', 'svc-in'))).toBe('');
  });

  it('can stand in any attribute that is a text', () => {
    const read = trafficClassReader({ classAttribute: 'Filter-Id' }, dictionary);
    expect(read(packetWith('Filter-Id', 'night'))).toBe('night');
    expect(classAttributeFault('Filter-Id', dictionary)).toBeUndefined();
    expect(classAttributeFault('Framed-MTU', dictionary)).toBe('is no text');
    expect(classAttributeFault('No-Such', dictionary)).toBe('is in no dictionary');
  });
});
