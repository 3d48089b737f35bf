import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeKey, type Dictionary } from '../../../engine/radius/dictionary.ts';
import { parseDictionary } from '../../../engine/radius/dictionary-parser.ts';

function compiled(text: string): Dictionary {
  const parsed = parseDictionary([{ file: 'main', text }], () => undefined);
  if (!parsed.ok) throw new Error(parsed.error.map((error) => error.text).join('\n'));
  return parsed.value;
}

/**
 * The text that `dictionary` says, one line for each fact, in an order that `parseDictionary` need not see.
 */
function print(dictionary: Dictionary): string[] {
  const encryptions = { 'user-password': 1, salted: 2, 'ascend-secret': 3 };
  const lines: string[] = [];
  for (const { name, number, typeOctets, lengthOctets, continuation } of dictionary.vendors.values()) {
    lines.push(`VENDOR ${name} ${number} format=${typeOctets},${lengthOctets}${continuation ? ',c' : ''}`);
  }
  for (const a of dictionary.attributesByName.values()) {
    const flags = [
      ...(a.tagged ? ['has_tag'] : []),
      ...(a.concatenated ? ['concat'] : []),
      ...(a.array ? ['array'] : []),
      ...(a.encryption === undefined ? [] : [`encrypt=${encryptions[a.encryption]}`]),
    ].join(',');
    const path = (a.vendor === 0 ? a.path : [26, a.vendor, ...a.path]).join('.');
    const type = a.length === undefined ? a.dataType : `octets[${a.length}]`;
    lines.push(`ATTRIBUTE ${a.name} ${path} ${type} ${flags}`);
  }
  for (const [name, values] of dictionary.valueNumbers) {
    for (const [value, number] of values) lines.push(`VALUE ${name} ${value} ${number}`);
  }
  return lines;
}

/** Dictionaries in which every number has one name, so that the order of lines cannot matter. */
const randomLines = fc
  .record({
    vendors: fc.uniqueArray(fc.integer({ min: 1, max: 0xffffff }), { maxLength: 4 }),
    wide: fc.boolean(),
    attributes: fc.uniqueArray(
      fc.record({
        owner: fc.nat(4),
        number: fc.integer({ min: 1, max: 255 }),
        type: fc.constantFrom(
          'integer has_tag',
          'integer',
          'string encrypt=2',
          'octets[8]',
          'octets concat',
          'tlv',
        ),
        inner: fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { maxLength: 3 }),
        values: fc.uniqueArray(fc.nat(0xffffff), { maxLength: 3 }),
      }),
      { selector: (a) => `${a.owner}:${a.number}`, maxLength: 30 },
    ),
  })
  .map(({ vendors, wide, attributes }) => {
    const lines = vendors.map((number) => `VENDOR V-${number} ${number} format=${wide ? '2,2' : '1,1'}`);
    for (const a of attributes) {
      const vendor = vendors[a.owner - 1];
      const path = vendor === undefined ? `${a.number}` : `26.${vendor}.${a.number}`;
      const name = `A-${path}`;
      if (vendor === undefined && (a.owner !== 0 || a.number === 26)) continue;
      lines.push(`ATTRIBUTE ${name} ${path} ${a.type}`);
      if (a.type === 'tlv') {
        for (const n of a.inner) lines.push(`ATTRIBUTE ${name}.${n} ${path}.${n} ipaddr`);
      } else if (a.type.startsWith('integer')) {
        for (const n of a.values) lines.push(`VALUE ${name} v${n} ${n}`);
      }
    }
    return lines;
  });

describe('properties', () => {
  it('gives equal dictionaries for lines in any order and for its own print', () => {
    const shuffled = randomLines.chain((lines) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
    );
    fc.assert(
      fc.property(shuffled, ([lines, reordered]) => {
        const dictionary = compiled(lines.join('\n'));
        expect(compiled(reordered.join('\r\n'))).toEqual(dictionary);
        expect(compiled(print(dictionary).join('\n'))).toEqual(dictionary);
        for (const [key, a] of dictionary.attributesByKey) expect(attributeKey(a.vendor, a.path)).toBe(key);
      }),
    );
  });

  it('never throws, whatever the text', () => {
    const word = fc.oneof(
      fc.constantFrom('ATTRIBUTE', 'VALUE', 'VENDOR', 'BEGIN-VENDOR', 'END-VENDOR', 'BEGIN-TLV', 'END-TLV'),
      fc.constantFrom('$INCLUDE', '$INCLUDE-', 'main', 'A', 'B', '1', '26.1.1', '241.26.1.1', '__proto__'),
      fc.constantFrom('tlv', 'evs', 'extended', 'integer', 'octets[', 'format=', 'format=A', 'has_tag', '#'),
      fc.string(),
    );
    const text = fc.array(
      fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          text.map((lines) => lines.join('\n')),
          fc.string({ unit: 'binary' }),
        ),
        (input) => {
          const parsed = parseDictionary([{ file: 'main', text: input }], (_from, target) =>
            target === 'main' || target === 'A' ? { file: target, text: input } : undefined,
          );
          if (parsed.ok) return;
          expect(parsed.error.length).toBeGreaterThan(0);
          for (const error of parsed.error) expect(error.line).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
