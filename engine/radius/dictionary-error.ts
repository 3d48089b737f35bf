/**
 * Where a line of a dictionary stands: the file as it was named to the parser, and the line counted from 1.
 */
export interface DictionaryPlace {
  readonly file: string;
  readonly line: number;
}

/**
 * Everything that can be wrong with a dictionary file; the set is closed so that a screen can explain each.
 */
export type DictionaryErrorCode =
  | 'unknown-keyword'
  | 'wrong-field-count'
  | 'bad-name'
  | 'bad-number'
  | 'number-out-of-range'
  | 'unknown-type'
  | 'unknown-flag'
  | 'flag-not-allowed'
  | 'bad-vendor-format'
  | 'unknown-vendor'
  | 'vendor-redefined'
  | 'attribute-redefined'
  | 'number-redefined'
  | 'unknown-parent'
  | 'unknown-attribute'
  | 'value-not-integer'
  | 'value-redefined'
  | 'unclosed-block'
  | 'block-mismatch'
  | 'include-not-found'
  | 'include-loop'
  | 'unreadable-file';

/** One fault of a dictionary, as data: where it is, what kind it is, and a sentence for the operator. */
export interface DictionaryError extends DictionaryPlace {
  readonly code: DictionaryErrorCode;
  readonly text: string;
  /** For a redefinition: where the meaning it contradicts was given. */
  readonly earlier: DictionaryPlace | undefined;
}

/**
 * The error `code` at `place`; `earlier` is the other side of a contradiction and is named in the sentence
 * too.
 */
export function dictionaryError(
  place: DictionaryPlace,
  code: DictionaryErrorCode,
  text: string,
  earlier?: DictionaryPlace,
): DictionaryError {
  const sentence = earlier === undefined ? text : `${text} (earlier at ${earlier.file}:${earlier.line})`;
  return { file: place.file, line: place.line, code, text: sentence, earlier };
}
