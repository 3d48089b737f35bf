import type { VendorFormat } from './dictionary.ts';
import { type DictionaryError, type DictionaryPlace, dictionaryError } from './dictionary-error.ts';
import {
  type AttributeFlags,
  type FieldError,
  isDictionaryName,
  parseFlags,
  parseNumber,
  parsePath,
  parseType,
  parseVendorFormat,
  type TypeField,
} from './dictionary-fields.ts';

/** A BEGIN-VENDOR or BEGIN-TLV block: what the numbers inside it are relative to. */
export interface Block {
  readonly kind: 'vendor' | 'tlv';
  /** Name of the vendor or of the TLV attribute. */
  readonly name: string;
  /** Name of the `evs` attribute after `format=`, when the vendor's attributes live in an extended space. */
  readonly extendedSpace: string | undefined;
  readonly place: DictionaryPlace;
  readonly parent: Block | undefined;
  /** 1 for a block that stands in no other. */
  readonly depth: number;
}

/** A VENDOR line. */
export interface VendorLine {
  readonly place: DictionaryPlace;
  readonly format: VendorFormat;
}

/** An ATTRIBUTE line; `numbers` are relative to `block`. */
export interface AttributeLine extends TypeField {
  readonly place: DictionaryPlace;
  readonly name: string;
  readonly numbers: readonly number[];
  readonly flags: AttributeFlags;
  readonly block: Block | undefined;
}

/** A VALUE line. */
export interface ValueLine {
  readonly place: DictionaryPlace;
  readonly attributeName: string;
  readonly name: string;
  readonly number: number;
}

/** An $INCLUDE line; `optional` is `$INCLUDE-`, which may point at nothing. */
export interface IncludeLine {
  readonly place: DictionaryPlace;
  readonly target: string;
  readonly optional: boolean;
}

/** What the lines of one or more files say, not yet connected with one another. */
export interface DictionaryLines {
  readonly vendors: VendorLine[];
  readonly attributes: AttributeLine[];
  readonly values: ValueLine[];
  readonly blocks: Block[];
  readonly errors: DictionaryError[];
}

/** RFC 2865 §5.26: the high octet of the Vendor-Id is 0. */
const MAX_VENDOR_NUMBER = 0xffffff;

/** A value of 253 octets has no room for deeper nesting worth having; blocks are walked by recursion. */
const MAX_BLOCK_DEPTH = 16;

/** An empty collection for `readLines` to fill. */
export function emptyLines(): DictionaryLines {
  return { vendors: [], attributes: [], values: [], blocks: [], errors: [] };
}

/**
 * Reads the FreeRADIUS 3 text of one file into `lines`, and hands each $INCLUDE to `onInclude` where it
 * stands. A faulty line becomes an error in `lines.errors` and reading goes on. Blocks do not reach into
 * included files.
 */
export function readLines(
  lines: DictionaryLines,
  file: string,
  text: string,
  onInclude: (include: IncludeLine) => void,
): void {
  const reader = new LineReader(lines, onInclude);
  let line = 0;
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    line += 1;
    const fields = raw.replace(/#.*$/s, '').split(/\s+/).filter(isNotEmpty);
    if (fields.length > 0) reader.read({ file, line }, fields);
  }
  reader.end();
}

function isNotEmpty(field: string): boolean {
  return field !== '';
}

/** Reads lines of one file in order; its only state is the block that is open. */
class LineReader {
  readonly #lines: DictionaryLines;
  readonly #onInclude: (include: IncludeLine) => void;
  #block: Block | undefined;

  constructor(lines: DictionaryLines, onInclude: (include: IncludeLine) => void) {
    this.#lines = lines;
    this.#onInclude = onInclude;
  }

  read(place: DictionaryPlace, fields: readonly string[]): void {
    const fault = this.#read(place, fields);
    if (fault !== undefined) this.#lines.errors.push(dictionaryError(place, fault.code, fault.text));
  }

  end(): void {
    for (let block = this.#block; block !== undefined; block = block.parent) {
      const keyword = block.kind === 'vendor' ? 'END-VENDOR' : 'END-TLV';
      const text = `the file ends without ${keyword} ${block.name}`;
      this.#lines.errors.push(dictionaryError(block.place, 'unclosed-block', text));
    }
  }

  #read(place: DictionaryPlace, fields: readonly string[]): FieldError | undefined {
    const keyword = fields[0]!.toUpperCase();
    const bounds = FIELD_COUNTS.get(keyword);
    if (bounds === undefined) return { code: 'unknown-keyword', text: `no such keyword: ${fields[0]}` };
    if (fields.length < bounds[0] || fields.length > bounds[1]) {
      const text = `${keyword} has ${bounds[0]} to ${bounds[1]} fields, not ${fields.length}`;
      return { code: 'wrong-field-count', text };
    }
    if (keyword === 'ATTRIBUTE') return this.#attribute(place, fields);
    if (keyword === 'VALUE') return this.#value(place, fields);
    if (keyword === 'VENDOR') return this.#vendor(place, fields);
    if (keyword === 'BEGIN-VENDOR') return this.#beginVendor(place, fields);
    if (keyword === 'END-VENDOR') return this.#close('vendor', fields[1]!);
    if (keyword === 'END-TLV') return this.#close('tlv', fields[1]!);
    if (keyword === 'BEGIN-TLV') return this.#open(place, 'tlv', fields[1]!, undefined);
    this.#onInclude({ place, target: fields[1]!, optional: keyword === '$INCLUDE-' });
    return undefined;
  }

  #attribute(place: DictionaryPlace, fields: readonly string[]): FieldError | undefined {
    const name = fields[1]!;
    if (!isDictionaryName(name)) return { code: 'bad-name', text: `not a name: ${name}` };
    const numbers = parsePath(fields[2]!);
    if (numbers === undefined) return { code: 'bad-number', text: `not a number or path: ${fields[2]}` };
    const type = parseType(fields[3]!);
    if (!type.ok) return type.error;
    const flags = parseFlags(fields[4], type.value.dataType);
    if (!flags.ok) return flags.error;
    const line = { place, name, numbers, flags: flags.value, block: this.#block, ...type.value };
    this.#lines.attributes.push(line);
    return undefined;
  }

  #value(place: DictionaryPlace, fields: readonly string[]): FieldError | undefined {
    const number = parseNumber(fields[3]!);
    if (number === undefined) return { code: 'bad-number', text: `not a whole number: ${fields[3]}` };
    this.#lines.values.push({ place, attributeName: fields[1]!, name: fields[2]!, number });
    return undefined;
  }

  #vendor(place: DictionaryPlace, fields: readonly string[]): FieldError | undefined {
    const name = fields[1]!;
    if (!isDictionaryName(name)) return { code: 'bad-name', text: `not a name: ${name}` };
    const number = parseNumber(fields[2]!);
    if (number === undefined) return { code: 'bad-number', text: `not a number: ${fields[2]}` };
    if (number < 1 || number > MAX_VENDOR_NUMBER) {
      const text = `a vendor number is 1 to ${MAX_VENDOR_NUMBER}, not ${number}`;
      return { code: 'number-out-of-range', text };
    }
    const format = parseVendorFormat(fields[3]);
    if (format === undefined) return { code: 'bad-vendor-format', text: `not a format: ${fields[3]}` };
    this.#lines.vendors.push({ place, format: { name, number, ...format } });
    return undefined;
  }

  #beginVendor(place: DictionaryPlace, fields: readonly string[]): FieldError | undefined {
    const outer = this.#block;
    const format = fields[2];
    // Opened even when faulty: the lines inside and the END-VENDOR would else be reported too.
    const space = format === undefined ? undefined : /^format=(.+)$/.exec(format)?.[1];
    const fault = this.#open(place, 'vendor', fields[1]!, space);
    if (fault !== undefined) return fault;
    if (outer !== undefined) {
      const text = `BEGIN-VENDOR ${fields[1]} inside ${outer.name} (line ${outer.place.line})`;
      return { code: 'block-mismatch', text };
    }
    if (format === undefined || space !== undefined) return undefined;
    return { code: 'bad-vendor-format', text: `format=<name of an evs attribute> expected, not ${format}` };
  }

  #open(
    place: DictionaryPlace,
    kind: Block['kind'],
    name: string,
    extendedSpace: string | undefined,
  ): FieldError | undefined {
    const parent = this.#block;
    const depth = parent === undefined ? 1 : parent.depth + 1;
    if (depth > MAX_BLOCK_DEPTH) {
      return { code: 'block-mismatch', text: `more than ${MAX_BLOCK_DEPTH} blocks inside one another` };
    }
    this.#block = { kind, name, extendedSpace, place, parent, depth };
    this.#lines.blocks.push(this.#block);
    return undefined;
  }

  #close(kind: Block['kind'], name: string): FieldError | undefined {
    const open = this.#block;
    if (open !== undefined && open.kind === kind && open.name === name) {
      this.#block = open.parent;
      return undefined;
    }
    const what = open === undefined ? 'no block is' : `${open.name} (line ${open.place.line}) is`;
    return { code: 'block-mismatch', text: `cannot close ${name}: ${what} open` };
  }
}

/** Least and most fields of each keyword, itself included. */
const FIELD_COUNTS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['ATTRIBUTE', [4, 5]],
  ['VALUE', [4, 4]],
  ['VENDOR', [3, 4]],
  ['BEGIN-VENDOR', [2, 3]],
  ['END-VENDOR', [2, 2]],
  ['BEGIN-TLV', [2, 2]],
  ['END-TLV', [2, 2]],
  ['$INCLUDE', [2, 2]],
  ['$INCLUDE-', [2, 2]],
]);
