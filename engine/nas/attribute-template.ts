import type { Dictionary, DictionaryAttribute } from '../radius/dictionary.ts';
import { encodeNamed } from '../radius/named-attributes.ts';
import { fail, ok, type Result } from '../values/result.ts';
import { sendableAttribute, wordFailure } from './accept-attributes.ts';
import type { TemplateAttributes } from './driver-settings.ts';
import { fillServiceText, parseServiceText, type ServiceText, type ServiceValues } from './service-text.ts';

/** One attribute of a template, found in the dictionaries; one with placeholders is encoded for each packet. */
interface TemplateItem {
  readonly attribute: DictionaryAttribute;
  readonly tag: number | undefined;
  readonly text: ServiceText;
}

/** Attributes whose values depend on a session's service. */
export interface AttributeTemplate {
  readonly dictionary: Dictionary;
  readonly items: readonly TemplateItem[];
}

/** What is wrong with one attribute of a template. */
export interface TemplateFault {
  readonly name: string;
  readonly message: string;
}

const TAGGED_NAME = /^(.+):(\d{1,2})$/;
const UINT24_MAX = 2 ** 24 - 1;

/** Compiles a template; attributes that cannot be sent are left out of it and told. */
export function parseTemplate(
  dictionary: Dictionary,
  attributes: TemplateAttributes,
): { readonly template: AttributeTemplate; readonly faults: readonly TemplateFault[] } {
  const items: TemplateItem[] = [];
  const faults: TemplateFault[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      const item = parseItem(dictionary, name, String(one));
      if (item.ok) items.push(item.value);
      else faults.push({ name, message: item.error });
    }
  }
  return { template: { dictionary, items }, faults };
}

function parseItem(dictionary: Dictionary, name: string, value: string): Result<TemplateItem, string> {
  const [, bare = name, tag] = dictionary.attributesByName.has(name) ? [] : (TAGGED_NAME.exec(name) ?? []);
  const attribute = sendableAttribute(dictionary, bare);
  if (!attribute.ok) return attribute;
  if (tag !== undefined && !attribute.value.tagged) return fail('takes no tag');
  if (tag !== undefined && Number(tag) > 31) return fail('has a tag above 31');
  if (value === '') return fail('is empty');
  const text = parseServiceText(value);
  if (!text.ok) return text;
  return ok({
    attribute: attribute.value,
    tag: tag === undefined ? undefined : Number(tag),
    text: text.value,
  });
}

/**
 * The attributes with the values in place, headers included. What needs a value that there is none of is left out; with
 * `whole` nothing may be left out, and `undefined` is returned instead. A number beyond an integer attribute is sent as
 * its greatest.
 */
export function fillTemplate(
  { dictionary, items }: AttributeTemplate,
  values: ServiceValues,
  whole = false,
): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  for (const item of items) {
    const text = fillServiceText(item.text, values);
    const encoded = text === undefined ? undefined : encodeItem(dictionary, item, text);
    if (encoded?.ok) parts.push(encoded.value);
    else if (whole) return undefined;
  }
  return Buffer.concat(parts);
}

/** The attributes that cannot hold their values. */
export function unencodable(
  { dictionary, items }: AttributeTemplate,
  values: ServiceValues,
): TemplateFault[] {
  return items.flatMap((item) => {
    const { name } = item.attribute;
    const text = fillServiceText(item.text, values);
    if (text === undefined) return [{ name, message: 'is longer than an attribute can be' }];
    const encoded = encodeItem(dictionary, item, text);
    return encoded.ok ? [] : [{ name, message: encoded.error }];
  });
}

function encodeItem(
  dictionary: Dictionary,
  { attribute, tag }: TemplateItem,
  text: string,
): Result<Uint8Array, string> {
  const encode = (value: string | number) =>
    encodeNamed(dictionary, attribute.name, tag === undefined ? value : { tag, value });
  const encoded = encode(text);
  if (encoded.ok) return encoded;
  const greatest = encoded.error === 'out-of-range' ? greatestOf(attribute) : undefined;
  const capped = greatest === undefined ? encoded : encode(greatest);
  return capped.ok ? capped : fail(wordFailure(capped.error, attribute));
}

function greatestOf({ dataType, tagged }: DictionaryAttribute): number | undefined {
  switch (dataType) {
    case 'uint8':
      return 0xff;
    case 'uint16':
      return 0xffff;
    case 'uint32':
      return tagged ? UINT24_MAX : 0xffffffff;
    default:
      return undefined;
  }
}
