import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ImportClause,
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isNamedExports,
  isNamedImports,
  isStringLiteral,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';
import { sourceRoots } from './rules.ts';

/** Texts by path from the repository's root, with `/` between the parts. */
export type Texts = Readonly<Record<string, string>>;

/** One `import`, `export … from`, `import()` or `import('…').T` of a file. */
export interface Import {
  readonly specifier: string;
  /** The path a relative specifier names, whether or not the file exists; undefined for a package. */
  readonly target: string | undefined;
  readonly typeOnly: boolean;
  /** Names taken from the other file as it exports them; `*` when all of them are. */
  readonly names: readonly string[];
  readonly line: number;
}

/** A parsed TypeScript file. */
export interface Source {
  readonly path: string;
  /** `engine/<name>`, or `engine` for the files directly in it, or the top folder. */
  readonly folder: string;
  readonly text: string;
  readonly tree: SourceFile;
  readonly imports: readonly Import[];
}

/** A broken rule, shown as `path:line message`. */
export interface Offence {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** The repository's root folder. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Reads every TypeScript file under the source roots. */
export function readSourceTexts(root: string = repositoryRoot): Texts {
  const texts: Record<string, string> = {};
  for (const path of sourceRoots.flatMap((name) => listFiles(root, name))) {
    if (/\.tsx?$/.test(path)) texts[path] = readFileSync(join(root, path), 'utf8');
  }
  return texts;
}

function listFiles(root: string, folder: string): string[] {
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(join(root, folder));
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      return entry.isDirectory() ? listFiles(root, path) : [path];
    })
    .sort();
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

/**
 * Parses the texts with the compiler itself. Nothing is resolved and no type is computed, so a file
 * with type errors is parsed like any other.
 */
export function parseSources(texts: Texts): Source[] {
  const config = { compilerOptions: { noLib: true, noResolve: true, types: [], jsx: 'preserve' } };
  const files: Record<string, string> = { '/tree/tsconfig.json': JSON.stringify(config) };
  for (const [path, text] of Object.entries(texts)) files[`/tree/${path}`] = text;
  const api = new API({ cwd: '/tree', fs: createVirtualFileSystem(files) });
  try {
    const snapshot = api.updateSnapshot({ openProjects: ['/tree/tsconfig.json'] });
    const program = snapshot.getProject('/tree/tsconfig.json')?.program;
    return Object.entries(texts).map(([path, text]) => {
      const tree = program?.getSourceFile(`/tree/${path}`);
      if (tree === undefined) throw new Error(`the compiler did not parse ${path}`);
      return { path, folder: folderOf(path), text, tree, imports: importsOf(path, tree) };
    });
  } finally {
    api.close();
  }
}

/** The folder of the import table to which a path belongs. */
export function folderOf(path: string): string {
  const parts = path.split('/');
  return parts[0] === 'engine' && parts.length > 2 ? `engine/${parts[1]}` : parts[0]!;
}

/** Calls `visit` with a node and all nodes below it; `visit` returns false to skip what is below. */
export function walk(node: Node, visit: (node: Node) => boolean | undefined): void {
  if (visit(node) === false) return;
  node.forEachChild((child) => {
    walk(child, visit);
    return undefined;
  });
}

/** The 1-based line on which a node starts, its comments left out. */
export function lineOf(tree: SourceFile, node: Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** One line per offence, sorted by path and line. */
export function show(offences: readonly Offence[]): string[] {
  return [...offences]
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
    .map(({ path, line, message }) => `${path}:${line} ${message}`);
}

function importsOf(path: string, tree: SourceFile): Import[] {
  const found: Import[] = [];
  walk(tree, (node) => {
    const shape = importShape(node);
    if (shape !== undefined) {
      const { specifier } = shape;
      const target = specifier.startsWith('.') ? posix.join(dirname(path), specifier) : undefined;
      found.push({ ...shape, target, line: lineOf(tree, node) });
    }
    return undefined;
  });
  return found;
}

type Shape = Pick<Import, 'specifier' | 'typeOnly' | 'names'>;

function importShape(node: Node): Shape | undefined {
  if (isImportDeclaration(node)) {
    const specifier = literal(node.moduleSpecifier);
    return specifier === undefined ? undefined : { specifier, ...importedNames(node.importClause) };
  }
  if (isExportDeclaration(node)) {
    const specifier = literal(node.moduleSpecifier);
    if (specifier === undefined) return undefined;
    const clause = node.exportClause;
    const names = clause && isNamedExports(clause) ? clause.elements.map(exportedAs) : ['*'];
    return { specifier, typeOnly: node.isTypeOnly, names };
  }
  if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
    const specifier = literal(node.arguments[0]);
    return specifier === undefined ? undefined : { specifier, typeOnly: false, names: ['*'] };
  }
  if (isImportTypeNode(node) && isLiteralTypeNode(node.argument)) {
    const specifier = literal(node.argument.literal);
    return specifier === undefined ? undefined : { specifier, typeOnly: true, names: ['*'] };
  }
  return undefined;
}

function importedNames(clause: ImportClause | undefined): Omit<Shape, 'specifier'> {
  if (clause === undefined) return { typeOnly: false, names: [] };
  const bindings = clause.namedBindings;
  const elements = bindings && isNamedImports(bindings) ? [...bindings.elements] : [];
  const wholly = clause.phaseModifier === SyntaxKind.TypeKeyword;
  const eachIsType = elements.length > 0 && !clause.name && elements.every((element) => element.isTypeOnly);
  const names = elements.map(exportedAs);
  if (clause.name) names.push('default');
  if (bindings && !isNamedImports(bindings)) names.push('*');
  return { typeOnly: wholly || eachIsType, names };
}

function exportedAs(element: { propertyName?: { text: string }; name: { text: string } }): string {
  return (element.propertyName ?? element.name).text;
}

function literal(node: Node | undefined): string | undefined {
  return node !== undefined && isStringLiteral(node) ? node.text : undefined;
}
