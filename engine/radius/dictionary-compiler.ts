import { attributeKey, type Dictionary, type DictionaryAttribute, type VendorFormat } from './dictionary.ts';
import {
  type DictionaryError,
  type DictionaryErrorCode,
  type DictionaryPlace,
  dictionaryError,
} from './dictionary-error.ts';
import type { AttributeLine, Block, DictionaryLines, ValueLine, VendorLine } from './dictionary-lines.ts';
import {
  type AttributeBase,
  describeMeaning,
  holdsAttributes,
  isExtendedVendorPath,
  namedValueRange,
  sameFormat,
  sameMeaning,
  splitVendorPath,
} from './dictionary-meaning.ts';

/**
 * Connects what the lines of all files say into a dictionary. Faults are appended to `lines.errors`; the
 * returned dictionary is for use only when that list is empty. The order of lines does not matter, except
 * that of several names for one number or value the first is the one that decoding uses.
 */
export function compileDictionary(lines: DictionaryLines): Dictionary {
  const compiler = new Compiler(lines);
  const report = (error: DictionaryError | undefined): void => {
    if (error !== undefined) lines.errors.push(error);
  };
  for (const vendor of lines.vendors) report(compiler.addVendor(vendor));
  // A block needs the attribute it is named after, which stands in an outer block: the outer come first.
  const byDepth = lines.attributes.map((line) => ({ line, depth: blockDepth(line.block) }));
  byDepth.sort((a, b) => a.depth - b.depth);
  for (const { line } of byDepth) report(compiler.addAttribute(line));
  for (const block of lines.blocks) compiler.baseOf(block);
  for (const attribute of lines.attributes) report(compiler.checkParent(attribute));
  for (const value of lines.values) report(compiler.addValue(value));
  return compiler.dictionary();
}

function blockDepth(block: Block | undefined): number {
  if (block === undefined) return 0;
  const own = block.kind === 'tlv' || block.extendedSpace !== undefined ? 1 : 0;
  return own + blockDepth(block.parent);
}

interface Defined<T> {
  readonly meaning: T;
  readonly place: DictionaryPlace;
}

interface NamedValues {
  readonly names: Map<number, string>;
  readonly numbers: Map<string, Defined<number>>;
}

class Compiler {
  readonly #errors: DictionaryLines['errors'];
  readonly #vendorsByName = new Map<string, Defined<VendorFormat>>();
  readonly #vendors = new Map<number, Defined<VendorFormat>>();
  readonly #byName = new Map<string, Defined<DictionaryAttribute>>();
  readonly #byKey = new Map<string, Defined<DictionaryAttribute>>();
  /** By key and not by name: a value named for one spelling of an attribute holds for all of them. */
  readonly #values = new Map<string, NamedValues>();
  readonly #bases = new Map<Block, AttributeBase | undefined>();

  constructor(lines: DictionaryLines) {
    this.#errors = lines.errors;
  }

  addVendor(line: VendorLine): DictionaryError | undefined {
    const { format, place } = line;
    const named = this.#vendorsByName.get(format.name);
    if (named !== undefined && named.meaning.number !== format.number) {
      return dictionaryError(
        place,
        'vendor-redefined',
        `${format.name} is number ${named.meaning.number}`,
        named.place,
      );
    }
    const numbered = this.#vendors.get(format.number);
    if (numbered !== undefined && !sameFormat(numbered.meaning, format)) {
      const text = `vendor ${format.number} (${numbered.meaning.name}) has another format`;
      return dictionaryError(place, 'vendor-redefined', text, numbered.place);
    }
    if (named === undefined) this.#vendorsByName.set(format.name, { meaning: format, place });
    if (numbered === undefined) this.#vendors.set(format.number, { meaning: format, place });
    return undefined;
  }

  addAttribute(line: AttributeLine): DictionaryError | undefined {
    const base = this.#baseOfLine(line);
    const attribute = base === undefined ? undefined : this.#attribute(line, base);
    if (attribute === undefined) return undefined;
    const { place } = line;
    const key = attributeKey(attribute.vendor, attribute.path);
    const named = this.#byName.get(line.name);
    if (named !== undefined && !sameMeaning(named.meaning, attribute)) {
      const meant = describeMeaning(named.meaning);
      const text = `${line.name} already means ${meant}, not ${describeMeaning(attribute)}`;
      return dictionaryError(place, 'attribute-redefined', text, named.place);
    }
    const keyed = this.#byKey.get(key);
    if (keyed !== undefined && !sameMeaning(keyed.meaning, attribute)) {
      const meant = `${keyed.meaning.name}, ${describeMeaning(keyed.meaning)}`;
      const text = `${key} is ${meant}, not ${describeMeaning(attribute)}`;
      return dictionaryError(place, 'number-redefined', text, keyed.place);
    }
    if (named === undefined) this.#byName.set(line.name, { meaning: attribute, place });
    if (keyed === undefined) this.#byKey.set(key, { meaning: attribute, place });
    return undefined;
  }

  addValue(line: ValueLine): DictionaryError | undefined {
    const attribute = this.#byName.get(line.attributeName)?.meaning;
    if (attribute === undefined) {
      return dictionaryError(line.place, 'unknown-attribute', `no such attribute: ${line.attributeName}`);
    }
    const range = namedValueRange(attribute);
    if (range === undefined) {
      const text = `${attribute.name} is ${attribute.dataType}; only integers have named values`;
      return dictionaryError(line.place, 'value-not-integer', text);
    }
    if (line.number < range[0] || line.number > range[1]) {
      const text = `a value of ${attribute.name} is ${range[0]} to ${range[1]}, not ${line.number}`;
      return dictionaryError(line.place, 'number-out-of-range', text);
    }
    const values = this.#valuesOf(attribute);
    const known = values.numbers.get(line.name);
    if (known !== undefined && known.meaning !== line.number) {
      const text = `${line.name} of ${attribute.name} is ${known.meaning}, not ${line.number}`;
      return dictionaryError(line.place, 'value-redefined', text, known.place);
    }
    if (known === undefined) values.numbers.set(line.name, { meaning: line.number, place: line.place });
    if (!values.names.has(line.number)) values.names.set(line.number, line.name);
    return undefined;
  }

  /** RFC 6929 §2: what a longer path leads through must be known to hold attributes. */
  checkParent(line: AttributeLine): DictionaryError | undefined {
    const defined = this.#byName.get(line.name);
    if (defined === undefined || defined.place !== line.place || defined.meaning.path.length < 2)
      return undefined;
    const { vendor, path } = defined.meaning;
    const parentPath = path.slice(0, -1);
    const parent = this.#byKey.get(attributeKey(vendor, parentPath))?.meaning;
    if (parent !== undefined && holdsAttributes(parent.dataType)) return undefined;
    const space = isExtendedVendorPath(vendor, path)
      ? this.#byKey.get(attributeKey(0, parentPath))
      : undefined;
    if (space?.meaning.dataType === 'evs') return undefined;
    const text = `${line.name} stands inside ${attributeKey(vendor, parentPath)}, which holds no attributes`;
    return dictionaryError(line.place, 'unknown-parent', text);
  }

  /** The base of `block`, or `undefined` when it is unknown; the error is reported at the block, once. */
  baseOf(block: Block): AttributeBase | undefined {
    if (this.#bases.has(block)) return this.#bases.get(block);
    const base = block.kind === 'vendor' ? this.#vendorBase(block) : this.#tlvBase(block);
    this.#bases.set(block, base);
    return base;
  }

  dictionary(): Dictionary {
    const valueNames = new Map<string, ReadonlyMap<number, string>>();
    const valueNumbers = new Map<string, ReadonlyMap<string, number>>();
    for (const [name, { meaning }] of this.#byName) {
      const values = this.#values.get(attributeKey(meaning.vendor, meaning.path));
      if (values === undefined) continue;
      valueNames.set(name, values.names);
      valueNumbers.set(name, meanings(values.numbers));
    }
    return {
      vendors: meanings(this.#vendors),
      attributesByName: meanings(this.#byName),
      attributesByKey: meanings(this.#byKey),
      valueNames,
      valueNumbers,
    };
  }

  #fail(place: DictionaryPlace, code: DictionaryErrorCode, text: string, earlier?: DictionaryPlace): void {
    this.#errors.push(dictionaryError(place, code, text, earlier));
  }

  #vendorBase(block: Block): AttributeBase | undefined {
    const vendor = this.#vendorsByName.get(block.name)?.meaning.number;
    if (vendor === undefined) {
      this.#fail(block.place, 'unknown-vendor', `no VENDOR line names ${block.name}`);
      return undefined;
    }
    if (block.extendedSpace === undefined) return { vendor, path: [] };
    const space = this.#byName.get(block.extendedSpace)?.meaning;
    if (space?.dataType === 'evs') return { vendor, path: space.path };
    this.#fail(block.place, 'unknown-parent', `${block.extendedSpace} is no attribute of type evs`);
    return undefined;
  }

  #tlvBase(block: Block): AttributeBase | undefined {
    const outside = block.parent === undefined ? undefined : this.baseOf(block.parent);
    // The outer block has reported its own fault already.
    if (block.parent !== undefined && outside === undefined) return undefined;
    const attribute = this.#byName.get(block.name)?.meaning;
    if (attribute?.dataType === 'tlv') return { vendor: attribute.vendor, path: attribute.path };
    this.#fail(block.place, 'unknown-parent', `${block.name} is no attribute of type tlv`);
    return undefined;
  }

  #baseOfLine(line: AttributeLine): AttributeBase | undefined {
    const name = line.flags.vendorName;
    if (name === undefined)
      return line.block === undefined ? { vendor: 0, path: [] } : this.baseOf(line.block);
    const vendor = this.#vendorsByName.get(name)?.meaning.number;
    if (vendor !== undefined) return { vendor, path: [] };
    this.#fail(line.place, 'unknown-flag', `${name} is neither a flag nor a vendor`);
    return undefined;
  }

  #attribute(line: AttributeLine, base: AttributeBase): DictionaryAttribute | undefined {
    const { vendor, path } = splitVendorPath(base.vendor, [...base.path, ...line.numbers]);
    const max = this.#maxNumber(vendor, path);
    if (path.length === 0 || max === undefined) {
      this.#fail(
        line.place,
        'unknown-vendor',
        `${path.join('.')} of ${line.name}: no VENDOR line for ${vendor}`,
      );
      return undefined;
    }
    const outside = path.find((number, depth) => {
      if (depth > 0) return number < 1 || number > 255;
      // Some vendors do number from 0 (Colubris, CableLabs); the standard space does not.
      return number > max || (number === 0 && vendor === 0);
    });
    if (outside !== undefined) {
      const text = `${outside} in ${path.join('.')}: ${max} is the greatest first number, 255 below it`;
      this.#fail(line.place, 'number-out-of-range', text);
      return undefined;
    }
    const { tagged, concatenated, array, encryption } = line.flags;
    const { name, dataType, length } = line;
    return { name, vendor, path, dataType, tagged, concatenated, array, encryption, length };
  }

  #maxNumber(vendor: number, path: readonly number[]): number | undefined {
    if (vendor === 0) return 255;
    const format = this.#vendors.get(vendor)?.meaning;
    if (format === undefined) return undefined;
    return isExtendedVendorPath(vendor, path) ? 255 : 2 ** (8 * format.typeOctets) - 1;
  }

  #valuesOf(attribute: DictionaryAttribute): NamedValues {
    const key = attributeKey(attribute.vendor, attribute.path);
    let values = this.#values.get(key);
    if (values === undefined) {
      values = { names: new Map(), numbers: new Map() };
      this.#values.set(key, values);
    }
    return values;
  }
}

function meanings<K, T>(defined: ReadonlyMap<K, Defined<T>>): ReadonlyMap<K, T> {
  return new Map([...defined].map(([key, { meaning }]) => [key, meaning]));
}
