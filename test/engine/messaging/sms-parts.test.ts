import fc from 'fast-check';
import { expect, it } from 'vitest';
import { smsParts } from '../../../engine/messaging/sms-parts.ts';

const partsOf = (character: string, length: number): number => smsParts(character.repeat(length)).parts;

it('counts Persian as M01 does', () => {
  const figures = [70, 71, 134, 135, 201, 202].map((length) => [length, partsOf('م', length)]);
  expect(figures).toEqual([
    [70, 1],
    [71, 2],
    [134, 2],
    [135, 3],
    [201, 3],
    [202, 4],
  ]);
});

it('counts Latin as M01 does', () => {
  const figures = [160, 161, 306, 307].map((length) => [length, partsOf('a', length)]);
  expect(figures).toEqual([
    [160, 1],
    [161, 2],
    [306, 2],
    [307, 3],
  ]);
});

it.each(['€', '^', '{', '}', '\\', '[', ']', '~', '|', '\f'])(
  'counts the escaped %j as 2 (M01)',
  (character) => {
    expect(smsParts(character)).toEqual({ alphabet: 'gsm-7', units: 2, parts: 1, left: 158 });
    expect(partsOf(character, 80)).toBe(1);
    expect(partsOf(character, 81)).toBe(2);
  },
);

it('counts an emoji as 2 units of UCS-2 (M01)', () => {
  expect(smsParts('😀')).toEqual({ alphabet: 'ucs-2', units: 2, parts: 1, left: 68 });
});

it.each(['ی', '۵', '\u200c', '٬', '`', 'ç', '\t'])(
  'makes the whole text UCS-2 for one %j (M01)',
  (character) => {
    expect(smsParts('a'.repeat(70) + character)).toMatchObject({ alphabet: 'ucs-2', parts: 2 });
  },
);

it('keeps all of the default alphabet in 7 bits, line feeds too', () => {
  const greek = 'ΔΦΓΛΩΠΨΣΘΞ';
  expect(smsParts(`@£$¥èéùìòÇ\nØø\rÅå_ÆæßÉ !"#¤%&'()*+,-./0:;<=>?¡AZÄÖÑÜ§¿azäöñüà${greek}`).alphabet).toBe(
    'gsm-7',
  );
});

it('divides no character between two parts', () => {
  // 66 units and a pair: the pair goes to the next part, so two parts hold 66 + 66 of 67.
  const text = `${'م'.repeat(66)}😀${'م'.repeat(65)}`;
  expect(smsParts(text)).toEqual({ alphabet: 'ucs-2', units: 133, parts: 2, left: 0 });
  expect(smsParts(`${text}م`).parts).toBe(3);
  expect(smsParts(`${'a'.repeat(152)}€${'a'.repeat(151)}`)).toMatchObject({ units: 305, parts: 2, left: 0 });
  expect(smsParts(`${'a'.repeat(152)}€${'a'.repeat(152)}`)).toMatchObject({ units: 306, parts: 3 });
});

it('has no part for no text', () => {
  expect(smsParts('')).toEqual({ alphabet: 'gsm-7', units: 0, parts: 0, left: 160 });
});

it('never needs fewer parts for more text, and has room for all of it', () => {
  const character = fc.constantFrom('a', '€', 'م', '😀', '\n');
  fc.assert(
    fc.property(fc.array(character, { maxLength: 400 }), character, (characters, more) => {
      const text = characters.join('');
      const { alphabet, units, parts, left } = smsParts(text);
      const { lone, joined } = alphabet === 'gsm-7' ? { lone: 160, joined: 153 } : { lone: 70, joined: 67 };
      expect(units + left).toBeLessThanOrEqual(parts > 1 ? parts * joined : lone);
      expect(units + left + parts).toBeGreaterThanOrEqual(parts > 1 ? parts * joined : lone);
      expect(smsParts(text + more).parts).toBeGreaterThanOrEqual(parts);
    }),
  );
});
