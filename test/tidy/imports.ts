import { isExportDeclaration } from 'typescript/unstable/ast';
import { importTable, pureFolders } from './rules.ts';
import { folderOf, type Import, type Offence, type Source } from './sources.ts';

/** Imports which the import table does not allow, and folders it does not know. */
export function importTableOffences(sources: readonly Source[], table = importTable): Offence[] {
  return sources.flatMap((source) => {
    const rule = table[source.folder];
    if (rule === undefined) {
      return [{ path: source.path, line: 1, message: `${source.folder} is not in the import table` }];
    }
    return source.imports.flatMap((taken): Offence[] => {
      const other = taken.target === undefined ? source.folder : folderOf(taken.target);
      if (other === source.folder || rule.may.includes(other)) return [];
      const asType = rule.typesOnly?.includes(other) === true;
      if (asType && taken.typeOnly) return [];
      const what = asType ? `only types of ${other}` : `nothing of ${other}`;
      const message = `${source.folder} may import ${what}, but imports ${taken.specifier}`;
      return [{ path: source.path, line: taken.line, message }];
    });
  });
}

/** Circles of imports, type-only ones included; each circle is told once, as the path around it. */
export function cycleOffences(sources: readonly Source[]): Offence[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const finished = new Set<string>();
  const trail: string[] = [];
  const offences: Offence[] = [];
  const visit = (source: Source): void => {
    trail.push(source.path);
    for (const { target, line } of source.imports) {
      const next = target === undefined ? undefined : byPath.get(target);
      if (next === undefined || finished.has(next.path)) continue;
      const start = trail.indexOf(next.path);
      if (start < 0) visit(next);
      else {
        const circle = [...trail.slice(start), next.path].join(' -> ');
        offences.push({ path: source.path, line, message: `imports in a circle: ${circle}` });
      }
    }
    trail.pop();
    finished.add(source.path);
  };
  for (const source of sources) if (!finished.has(source.path)) visit(source);
  return offences;
}

/** Files that only hand on what other files define, and files named like them. */
export function barrelOffences(sources: readonly Source[]): Offence[] {
  return sources.flatMap(({ path, tree }): Offence[] => {
    if (/(^|\/)index\.tsx?$/.test(path)) return [{ path, line: 1, message: 'is named index' }];
    const onlyHandsOn =
      tree.statements.length > 0 &&
      tree.statements.every(
        (statement) => isExportDeclaration(statement) && statement.moduleSpecifier !== undefined,
      );
    return onlyHandsOn ? [{ path, line: 1, message: 'only re-exports other files' }] : [];
  });
}

/** Modules from outside that a pure folder loads beyond the few it may. */
export function pureFolderOffences(sources: readonly Source[]): Offence[] {
  return sources.flatMap(({ path, folder, imports }): Offence[] => {
    if (!pureFolders.folders.includes(folder)) return [];
    return imports
      .filter((taken) => taken.target === undefined && !allowedInPure(folder, taken))
      .map(({ specifier, line }) => ({ path, line, message: `${folder} is pure, but loads ${specifier}` }));
  });
}

function allowedInPure(folder: string, taken: Import): boolean {
  if ((pureFolders.modules as readonly string[]).includes(taken.specifier)) return true;
  return pureFolders.named.some(
    (rule) =>
      rule.folder === folder &&
      rule.module === taken.specifier &&
      taken.names.every((name) => (rule.names as readonly string[]).includes(name)),
  );
}
