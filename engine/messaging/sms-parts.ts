/** How a text goes out by SMS. */
export interface SmsParts {
  /** GSM 7-bit default alphabet, or UCS-2 as soon as one character is not in it (3GPP TS 23.038). */
  readonly alphabet: 'gsm-7' | 'ucs-2';
  /** Septets or 16-bit units of the text; escaped characters and those beyond the BMP count 2. */
  readonly units: number;
  /** Messages that it is charged as; 0 for no text. */
  readonly parts: number;
  /** Units that are free in the last part. */
  readonly left: number;
}

/** Units of a lone message and of each part of a longer one, which gives 6 octets to the header that joins them. */
const CAPACITY = { 'gsm-7': { lone: 160, joined: 153 }, 'ucs-2': { lone: 70, joined: 67 } } as const;

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);

/** Characters that go out with the escape before them. */
const ESCAPED = new Set('\f^{}\\[~]|€');

/** Counts the parts of a text as operators do (product line M01): no character is divided between two parts. */
export function smsParts(text: string): SmsParts {
  const characters = [...text];
  const isGsm = characters.every((character) => BASIC.has(character) || ESCAPED.has(character));
  const alphabet = isGsm ? 'gsm-7' : 'ucs-2';
  const sizes = characters.map((character) => (isGsm ? (ESCAPED.has(character) ? 2 : 1) : character.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { lone, joined } = CAPACITY[alphabet];
  if (units <= lone) return { alphabet, units, parts: units === 0 ? 0 : 1, left: lone - units };
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > joined) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return { alphabet, units, parts, left: joined - used };
}
