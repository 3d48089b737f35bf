import { describe, expect, it } from 'vitest';
import type { Dictionary, DictionaryAttribute } from '../../../engine/radius/dictionary.ts';
import type { DictionaryError, DictionaryErrorCode } from '../../../engine/radius/dictionary-error.ts';
import { parseDictionary } from '../../../engine/radius/dictionary-parser.ts';

const BASE = `
ATTRIBUTE User-Name 1 string
ATTRIBUTE Service-Type 6 integer
VENDOR Acme 64999
`;

function parse(text: string, files: Record<string, string> = {}) {
  return parseDictionary([{ file: 'main', text }], (_from, target) =>
    Object.hasOwn(files, target) ? { file: target, text: files[target]! } : undefined,
  );
}

function compiled(text: string, files: Record<string, string> = {}): Dictionary {
  const parsed = parse(text, files);
  if (!parsed.ok) throw new Error(parsed.error.map((error) => error.text).join('\n'));
  return parsed.value;
}

function errors(text: string, files: Record<string, string> = {}): readonly DictionaryError[] {
  const parsed = parse(text, files);
  return parsed.ok ? [] : parsed.error;
}

function attribute(text: string, name: string): DictionaryAttribute | undefined {
  return compiled(text).attributesByName.get(name);
}

const plain = {
  vendor: 0,
  tagged: false,
  concatenated: false,
  array: false,
  encryption: undefined,
  length: undefined,
};

describe('what an ATTRIBUTE line means', () => {
  it.each([
    ['byte', 'uint8'],
    ['short', 'uint16'],
    ['integer', 'uint32'],
    ['uint32', 'uint32'],
    ['integer64', 'uint64'],
    ['signed', 'int32'],
    ['string', 'text'],
    ['abinary', 'octets'],
    ['ipaddr', 'ipv4addr'],
    ['ipv4prefix', 'ipv4prefix'],
    ['ipv6addr', 'ipv6addr'],
    ['ipv6prefix', 'ipv6prefix'],
    ['combo-ip', 'combo-ip'],
    ['date', 'date'],
    ['ifid', 'ifid'],
    ['ether', 'ether'],
  ] as const)('reads the type %s as %s', (written, dataType) => {
    expect(attribute(`ATTRIBUTE X 5 ${written}`, 'X')).toEqual({ ...plain, name: 'X', path: [5], dataType });
  });

  it('reads flags, a fixed length, hexadecimal numbers, comments and CR LF', () => {
    const text = [
      '\uFEFF# a comment\r',
      'ATTRIBUTE Tunnel-Password 69 string has_tag,encrypt=2 # salted\r',
      'ATTRIBUTE User-Password 2 string encrypt=1\r',
      'ATTRIBUTE Secret 214 string encrypt=3\r',
      'ATTRIBUTE EAP-Message 0x4f octets concat\r',
      'ATTRIBUTE Message-Authenticator 80 octets[16]\r',
      'attribute List 200 ipaddr array\r',
      'ATTRIBUTE Shown 201 octets secret',
    ].join('\n');
    const { attributesByName: names } = compiled(text);
    expect(names.get('Tunnel-Password')).toMatchObject({ tagged: true, encryption: 'salted' });
    expect(names.get('User-Password')).toMatchObject({ tagged: false, encryption: 'user-password' });
    expect(names.get('Secret')).toMatchObject({ encryption: 'ascend-secret' });
    expect(names.get('EAP-Message')).toMatchObject({ path: [79], concatenated: true });
    expect(names.get('Message-Authenticator')).toMatchObject({ dataType: 'octets', length: 16 });
    expect(names.get('List')).toMatchObject({ array: true });
    expect(names.get('Shown')).toEqual({ ...plain, name: 'Shown', path: [201], dataType: 'octets' });
  });

  it('gives one attribute of a vendor the same meaning in all four spellings', () => {
    const block = 'VENDOR Acme 64999\nBEGIN-VENDOR Acme\nATTRIBUTE Rate 8 string\nEND-VENDOR Acme';
    const expected = { ...plain, name: 'Rate', vendor: 64999, path: [8], dataType: 'text' };
    expect(attribute(block, 'Rate')).toEqual(expected);
    expect(attribute('VENDOR Acme 64999\nATTRIBUTE Rate 8 string Acme', 'Rate')).toEqual(expected);
    expect(attribute('VENDOR Acme 64999\nATTRIBUTE Rate 26.64999.8 string', 'Rate')).toEqual(expected);
    expect(compiled(block).attributesByKey.get('64999:8')).toEqual(expected);
  });

  it('reads TLVs as paths and as blocks, also before the attribute they are named after', () => {
    const paths = 'ATTRIBUTE T 173 tlv\nATTRIBUTE A 173.1 tlv\nATTRIBUTE B 173.1.2 integer';
    const nested = `
      BEGIN-TLV T
      BEGIN-TLV A
      ATTRIBUTE B 2 integer
      END-TLV A
      ATTRIBUTE A 1 tlv
      END-TLV T
      ATTRIBUTE T 173 tlv`;
    expect(attribute(paths, 'B')).toEqual({ ...plain, name: 'B', path: [173, 1, 2], dataType: 'uint32' });
    expect(attribute(nested, 'B')).toEqual(attribute(paths, 'B'));
  });

  it('reads the extended spaces of RFC 6929, with vendors in them', () => {
    const spaces = 'ATTRIBUTE E5 245 long-extended\nATTRIBUTE EVS5 245.26 evs\nVENDOR Acme 64999\n';
    const block = `${spaces}BEGIN-VENDOR Acme format=EVS5\nATTRIBUTE Key 1 octets\nEND-VENDOR Acme`;
    const dotted = `${spaces}ATTRIBUTE Key 245.26.64999.1 octets`;
    const key = { ...plain, name: 'Key', vendor: 64999, path: [245, 26, 1], dataType: 'octets' };
    expect(attribute(block, 'Key')).toEqual(key);
    expect(attribute(dotted, 'Key')).toEqual(key);
    expect(attribute('ATTRIBUTE E1 241 extended\nATTRIBUTE R 241.3 integer', 'R')?.path).toEqual([241, 3]);
  });
});

describe('vendors and values', () => {
  it('reads the header format of a vendor', () => {
    const text = 'VENDOR A 1\nVENDOR B 2 format=2,1\nVENDOR C 3 format=4,0\nVENDOR D 4 format=1,1,c';
    const { vendors } = compiled(text);
    expect(vendors.get(1)).toEqual({
      name: 'A',
      number: 1,
      typeOctets: 1,
      lengthOctets: 1,
      continuation: false,
    });
    expect(vendors.get(2)).toMatchObject({ typeOctets: 2, lengthOctets: 1 });
    expect(vendors.get(3)).toMatchObject({ typeOctets: 4, lengthOctets: 0 });
    expect(vendors.get(4)).toMatchObject({ continuation: true });
  });

  it('takes wide numbers and number 0 where the vendor has them', () => {
    const text = 'VENDOR W 2 format=2,1\nATTRIBUTE Wide 65535 string W\nATTRIBUTE Zero 0 string W';
    expect(compiled(text).attributesByKey.get('2:65535')?.name).toBe('Wide');
    expect(compiled(text).attributesByKey.get('2:0')?.name).toBe('Zero');
  });

  it('shows the first name of a number, understands all, and shares values between aliases', () => {
    const text = `
      ATTRIBUTE Kind 40 integer
      ATTRIBUTE Old-Kind 40 integer
      VALUE Kind Interim-Update 3
      VALUE Old-Kind Alive 0x3
      VALUE Kind Alive 3`;
    const dictionary = compiled(text);
    expect(dictionary.attributesByKey.get('0:40')?.name).toBe('Kind');
    expect(dictionary.valueNames.get('Old-Kind')?.get(3)).toBe('Interim-Update');
    expect(dictionary.valueNumbers.get('Kind')).toEqual(
      new Map([
        ['Interim-Update', 3],
        ['Alive', 3],
      ]),
    );
  });

  it('includes files where they stand, each once, and an optional one only when it is there', () => {
    const files = { a: 'ATTRIBUTE A 1 string\n$INCLUDE b', b: 'ATTRIBUTE B 2 string' };
    const { attributesByName } = compiled('$INCLUDE a\n$INCLUDE b\n$INCLUDE- none', files);
    expect([...attributesByName.keys()]).toEqual(['A', 'B']);
  });
});

/** One faulty text for every code, and the line that must be blamed. */
const FAULTS: readonly (readonly [DictionaryErrorCode, string, number])[] = [
  ['unknown-keyword', 'ATTRIBUTE A 1 string\nPROTOCOL RADIUS 1', 2],
  ['wrong-field-count', 'ATTRIBUTE A 1', 1],
  ['wrong-field-count', 'VENDOR Acme 1 format=1,1 more', 1],
  ['bad-name', 'ATTRIBUTE -A 1 string', 1],
  ['bad-name', 'VENDOR {x} 1', 1],
  ['bad-number', 'ATTRIBUTE A one string', 1],
  ['bad-number', 'ATTRIBUTE A 1..2 string', 1],
  ['bad-number', 'VENDOR A 99999999999999999', 1],
  ['bad-number', 'ATTRIBUTE A 1 integer\nVALUE A b 1.5', 2],
  ['number-out-of-range', 'ATTRIBUTE A 256 string', 1],
  ['number-out-of-range', 'ATTRIBUTE A 0 string', 1],
  ['number-out-of-range', 'VENDOR A 16777216', 1],
  ['number-out-of-range', 'VENDOR A 7\nATTRIBUTE X 256 string A', 2],
  ['number-out-of-range', 'VENDOR A 7 format=2,1\nATTRIBUTE X 65536 string A', 2],
  ['number-out-of-range', 'ATTRIBUTE A 1 octets[0]', 1],
  ['number-out-of-range', 'ATTRIBUTE A 1 octets[254]', 1],
  ['number-out-of-range', 'ATTRIBUTE A 1 byte\nVALUE A b 256', 2],
  ['number-out-of-range', 'ATTRIBUTE A 1 integer\nVALUE A b -1', 2],
  ['number-out-of-range', 'ATTRIBUTE A 1 integer has_tag\nVALUE A b 0x1000000', 2],
  ['unknown-type', 'ATTRIBUTE A 1 struct', 1],
  ['unknown-flag', 'ATTRIBUTE A 1 string encrypt=9', 1],
  ['unknown-flag', 'ATTRIBUTE A 1 string has_tags', 1],
  ['flag-not-allowed', 'ATTRIBUTE A 1 ipaddr has_tag', 1],
  ['flag-not-allowed', 'ATTRIBUTE A 1 string concat', 1],
  ['bad-vendor-format', 'VENDOR A 1 format=3,1', 1],
  ['bad-vendor-format', 'VENDOR A 1 format=2,1,c', 1],
  ['bad-vendor-format', 'VENDOR A 1\nBEGIN-VENDOR A evs\nEND-VENDOR A', 2],
  ['unknown-vendor', 'BEGIN-VENDOR Acme\nEND-VENDOR Acme', 1],
  ['unknown-vendor', 'ATTRIBUTE A 26.64999.1 string', 1],
  ['vendor-redefined', 'VENDOR A 1\nVENDOR A 2', 2],
  ['vendor-redefined', 'VENDOR A 1\nVENDOR B 1 format=2,1', 2],
  ['attribute-redefined', 'ATTRIBUTE A 1 string\nATTRIBUTE A 2 string', 2],
  ['attribute-redefined', 'ATTRIBUTE A 1 string\nATTRIBUTE A 1 integer', 2],
  ['number-redefined', 'ATTRIBUTE A 1 string\nATTRIBUTE B 1 integer', 2],
  ['number-redefined', 'ATTRIBUTE A 1 string\nATTRIBUTE B 1 string has_tag', 2],
  ['unknown-parent', 'ATTRIBUTE A 1 string\nATTRIBUTE B 1.1 string', 2],
  ['unknown-parent', 'ATTRIBUTE B 241.1 string', 1],
  ['unknown-parent', 'BEGIN-TLV A\nATTRIBUTE B 1 string\nEND-TLV A', 1],
  ['unknown-parent', 'VENDOR A 1\nBEGIN-VENDOR A format=Nowhere\nEND-VENDOR A', 2],
  ['unknown-attribute', 'VALUE A b 1', 1],
  ['value-not-integer', 'ATTRIBUTE A 1 string\nVALUE A b 1', 2],
  ['value-redefined', 'ATTRIBUTE A 1 integer\nVALUE A b 1\nVALUE A b 2', 3],
  ['unclosed-block', 'VENDOR A 1\nBEGIN-VENDOR A\nATTRIBUTE X 1 string', 2],
  ['block-mismatch', 'END-VENDOR A', 1],
  ['block-mismatch', 'VENDOR A 1\nVENDOR B 2\nBEGIN-VENDOR A\nEND-VENDOR B\nEND-VENDOR A', 4],
  ['block-mismatch', 'VENDOR A 1\nBEGIN-VENDOR A\nBEGIN-VENDOR A\nEND-VENDOR A\nEND-VENDOR A', 3],
  ['include-not-found', '$INCLUDE nothing', 1],
  ['include-loop', 'ATTRIBUTE A 1 string\n$INCLUDE main', 2],
];

describe('errors', () => {
  it.each(FAULTS)('%s: %j', (code, text, line) => {
    const parsed = parseDictionary([{ file: 'main', text }], (_from, target) =>
      target === 'main' ? { file: 'main', text } : undefined,
    );
    expect(parsed.ok).toBe(false);
    const found = parsed.ok ? [] : parsed.error;
    expect(found.map((error) => [error.file, error.line, error.code])).toEqual([['main', line, code]]);
    expect(found[0]!.text.length).toBeGreaterThan(5);
  });

  it('collects all of them in the order of files and lines', () => {
    const files = { more: 'VALUE Nobody a 1\nATTRIBUTE Y 2 strange' };
    const found = errors(`${BASE}ATTRIBUTE X 300 string\n$INCLUDE more\nEND-TLV X`, files);
    expect(found.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
      'main:5 number-out-of-range',
      'main:7 block-mismatch',
      'more:1 unknown-attribute',
      'more:2 unknown-type',
    ]);
  });

  it('names both places of a contradiction', () => {
    const found = errors('$INCLUDE a\nATTRIBUTE X 2 string', { a: '\nATTRIBUTE X 1 string' });
    expect(found).toMatchObject([{ file: 'main', line: 2, earlier: { file: 'a', line: 2 } }]);
    expect(found[0]!.text).toContain('a:2');
  });

  it('finds a loop over several files and stops at includes without end', () => {
    const loop = errors('$INCLUDE a', { a: '$INCLUDE b', b: '\n$INCLUDE a' });
    expect(loop).toMatchObject([{ file: 'b', line: 2, code: 'include-loop' }]);
    let count = 0;
    const endless = parseDictionary([{ file: '0', text: '$INCLUDE on' }], () => {
      count += 1;
      return { file: `${count}`, text: '$INCLUDE on' };
    });
    expect(endless.ok ? [] : endless.error.map((error) => error.code)).toEqual(['include-loop']);
    expect(count).toBeLessThan(100);
  });

  it('refuses blocks nested without end', () => {
    const codes = errors('BEGIN-TLV A\n'.repeat(50_000)).map((error) => error.code);
    expect(new Set(codes)).toEqual(new Set(['block-mismatch', 'unclosed-block', 'unknown-parent']));
  });
});
