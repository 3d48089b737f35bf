const TABLE = /^CREATE\s+(?:TEMPORARY\s+|UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([^\s(]+)\s*\(/i;
const INHERITS = /\)\s*INHERITS\s*\(([^)]*)\)/i;
/** Words with which a part of a definition begins that is no column, unless it is quoted. */
const NO_COLUMN = new Set(
  'primary key unique index constraint fulltext spatial foreign check exclude like period'.split(' '),
);

/** A table's name without its schema and quotes, in small letters. */
export function plainName(written: string): string {
  return (written.split('.').at(-1) ?? '').replace(/[`"]/g, '').trim().toLowerCase();
}

/** The names in a list of columns. */
export function splitNames(list: string): readonly string[] {
  return list.split(',').map(plainName);
}

/**
 * Name and columns of a table that a statement creates, `undefined` for another statement.
 * @param known tables so far: one that inherits has their columns first (PostgreSQL "Inheritance").
 */
export function columnsOfTable(
  statement: string,
  known: ReadonlyMap<string, readonly string[]>,
): { readonly name: string; readonly columns: readonly string[] } | undefined {
  const head = TABLE.exec(statement);
  if (head === null) return undefined;
  const own = topLevelParts(statement, head[0].length).flatMap(columnName);
  const [, parents = ''] = INHERITS.exec(statement) ?? [];
  const inherited = parents === '' ? [] : splitNames(parents).flatMap((parent) => known.get(parent) ?? []);
  return { name: plainName(head[1]!), columns: [...new Set([...inherited, ...own])] };
}

/** What stands between the commas of a definition, from behind its parenthesis to the one that closes it. */
function topLevelParts(text: string, start: number): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let begin = start;
  let quote = '';
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at]!;
    if (quote !== '') {
      if (letter === '\\' && quote === "'") at += 1;
      else if (letter === quote) quote = '';
    } else if (letter === "'" || letter === '"' || letter === '`') quote = letter;
    else if (letter === '-' && text[at + 1] === '-') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (letter === '(') depth += 1;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(begin, at));
      begin = at + 1;
    } else if (letter === ')') {
      if (depth === 0) return [...parts, text.slice(begin, at)];
      depth -= 1;
    }
  }
  return parts;
}

function columnName(part: string): readonly string[] {
  const plain = part.replace(/^(?:\s|--[^\n]*\n|\/\*.*?\*\/)+/s, '');
  const [, quoted, bare] = /^(?:[`"]([^`"]+)[`"]|([\w$]+))/.exec(plain) ?? [];
  if (quoted !== undefined) return [quoted.toLowerCase()];
  const name = bare?.toLowerCase();
  return name === undefined || NO_COLUMN.has(name) ? [] : [name];
}
