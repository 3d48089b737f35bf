import type { TextEncoding } from '../../../engine/import/decode-text.ts';
import type { OptionName, Options } from '../grammar.ts';
import type { ImportCommand, ImportFormat } from './run-import.ts';

const FORMATS: readonly ImportFormat[] = ['csv', 'radius-sql', 'ibsng'];
const ENCODINGS: readonly TextEncoding[] = ['utf-8', 'windows-1256', 'utf-16le'];
const OWN_OPTIONS: readonly OptionName[] = ['apply', 'map', 'encoding', 'json'];

/** Reads the words after `mizan import`, or says what is wrong with them. */
export function readImport(
  operands: readonly string[],
  options: Options,
): ImportCommand | { readonly kind: 'wrong'; readonly message: string } {
  const [word = '', file = '', extra] = operands;
  const format = FORMATS.find((known) => known === word);
  if (format === undefined) return wrong(`import needs ${FORMATS.join(', ')}, then FILE`);
  if (file === '') return wrong(`import ${format} needs FILE`);
  if (extra !== undefined) return wrong(`import does not take "${extra}"`);
  const stranger = (Object.keys(options) as OptionName[]).find((option) => !OWN_OPTIONS.includes(option));
  if (stranger !== undefined) return wrong(`import does not take --${stranger}`);
  const encoding = ENCODINGS.find((known) => known === options.encoding);
  if (options.encoding !== undefined && encoding === undefined) {
    return wrong(`--encoding must be ${ENCODINGS.join(', ')}`);
  }
  const mapFile = typeof options.map === 'string' ? options.map : undefined;
  const flags = { apply: options.apply === true, json: options.json === true };
  return { kind: 'import', format, file, mapFile, encoding, ...flags };
}

function wrong(message: string): { readonly kind: 'wrong'; readonly message: string } {
  return { kind: 'wrong', message };
}
