import { dirname, posix } from 'node:path';
import {
  type ExportDeclaration,
  isBindingPattern,
  isExportAssignment,
  isExportDeclaration,
  isIdentifier,
  isNamedExports,
  isNoSubstitutionTemplateLiteral,
  isStringLiteral,
  isVariableStatement,
  type Node,
  type Statement,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { entryPatterns, unusedExportsAllowed } from './rules.ts';
import { lineOf, type Offence, type Source, walk } from './sources.ts';

/** A name that a file exports, and the statement that declares it. */
export interface Export {
  readonly name: string;
  readonly statement: Statement;
  readonly line: number;
  readonly typeOnly: boolean;
}

/**
 * The names a file declares and exports; what it re-exports from other files is not among them.
 * A value and a type of one name are two exports, the signatures of an overloaded function are one.
 */
export function exportsOf({ tree }: Source): Export[] {
  const found = new Map<string, Export>();
  const add = (name: string, statement: Statement) => {
    const typeOnly = declaresType(statement);
    const key = `${name} ${typeOnly}`;
    if (!found.has(key)) found.set(key, { name, statement, line: lineOf(tree, statement), typeOnly });
  };
  for (const statement of tree.statements) {
    if (isExportAssignment(statement)) add('default', statement);
    else if (isExportDeclaration(statement)) addListed(statement, tree.statements, add);
    else if (hasModifier(statement, SyntaxKind.ExportKeyword)) {
      const isDefault = hasModifier(statement, SyntaxKind.DefaultKeyword);
      for (const name of isDefault ? ['default'] : declaredNames(statement)) add(name, statement);
    }
  }
  return [...found.values()];
}

/** The names of `export { a, b as c }`, each with the statement that declares it. */
function addListed(
  list: ExportDeclaration,
  statements: readonly Statement[],
  add: (name: string, statement: Statement) => void,
): void {
  const clause = list.exportClause;
  if (list.moduleSpecifier !== undefined || clause === undefined || !isNamedExports(clause)) return;
  for (const { propertyName, name } of clause.elements) {
    const local = (propertyName ?? name).text;
    const declared = statements.filter((statement) => declaredNames(statement).includes(local));
    for (const statement of declared.length > 0 ? declared : [list]) add(name.text, statement);
  }
}

/**
 * Exports that no other file imports. A type is also used when its own file names it a second time:
 * it then belongs to the signature of something else.
 */
export function unusedExportOffences(
  sources: readonly Source[],
  allowed: readonly string[] = unusedExportsAllowed,
): Offence[] {
  const used = new Set<string>();
  for (const { path, imports } of sources) {
    for (const { target, names } of imports) {
      if (target !== path) for (const name of names) used.add(`${target}#${name}`);
    }
  }
  const spared = new Set(allowed);
  return sources
    .filter(({ path }) => !isEntry(path) && !used.has(`${path}#*`))
    .flatMap((source) =>
      exportsOf(source)
        .filter(({ name }) => !used.has(`${source.path}#${name}`) && !spared.has(`${source.path}#${name}`))
        .filter(({ name, typeOnly }) => !(typeOnly && occurrences(source.tree, name) > 1))
        .map(({ name, line }) => ({ path: source.path, line, message: `nobody imports ${name}` })),
    );
}

/**
 * Files that cannot be reached from an entry point by imports, or by a string that is the path of a
 * file (a worker's or a child process's, written `.ts` or `.js`). A script in bench without exports is an entry.
 */
export function unreachableOffences(sources: readonly Source[]): Offence[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const waiting = sources.filter((source) => isEntry(source.path) || isBenchScript(source));
  for (let source = waiting.pop(); source !== undefined; source = waiting.pop()) {
    if (reached.has(source.path)) continue;
    reached.add(source.path);
    const targets = [...source.imports.map(({ target }) => target ?? ''), ...namedPaths(source)];
    for (const target of targets) {
      const next = byPath.get(target);
      if (next !== undefined) waiting.push(next);
    }
  }
  return sources
    .filter(({ path }) => !reached.has(path))
    .map(({ path }) => ({ path, line: 1, message: 'cannot be reached from any entry point' }));
}

function isEntry(path: string): boolean {
  return entryPatterns.some((pattern) => pattern.test(path));
}

function isBenchScript(source: Source): boolean {
  return source.folder === 'bench' && exportsOf(source).length === 0;
}

function namedPaths({ path, tree }: Source): string[] {
  const found: string[] = [];
  walk(tree, (node) => {
    if (!isStringLiteral(node) && !isNoSubstitutionTemplateLiteral(node)) return undefined;
    if (!/\.[jt]sx?$/.test(node.text)) return undefined;
    const text = node.text.replace(/\.js(x?)$/, '.ts$1');
    found.push(posix.normalize(text), posix.join(dirname(path), text));
    return undefined;
  });
  return found;
}

function declaredNames(statement: Statement): string[] {
  if (isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  }
  const { name } = statement as Statement & { name?: Node };
  return name !== undefined && isIdentifier(name) ? [name.text] : [];
}

function boundNames(name: Node): string[] {
  if (isIdentifier(name)) return [name.text];
  if (!isBindingPattern(name)) return [];
  return name.elements.flatMap((element) =>
    'name' in element && element.name ? boundNames(element.name) : [],
  );
}

function hasModifier(statement: Statement, kind: SyntaxKind): boolean {
  const { modifiers } = statement as { modifiers?: readonly Node[] };
  return modifiers?.some((modifier) => modifier.kind === kind) === true;
}

function declaresType(statement: Statement): boolean {
  return (
    statement.kind === SyntaxKind.InterfaceDeclaration || statement.kind === SyntaxKind.TypeAliasDeclaration
  );
}

function occurrences(tree: Node, name: string): number {
  let count = 0;
  walk(tree, (node) => {
    if (isIdentifier(node) && node.text === name) count += 1;
    return undefined;
  });
  return count;
}
