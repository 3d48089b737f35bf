import {
  getLeadingCommentRanges,
  isCallExpression,
  isFunctionLikeDeclaration,
  isIdentifier,
  isNewExpression,
  isPropertyAccessExpression,
  type Node,
} from 'typescript/unstable/ast';
import { exportsOf } from './exports.ts';
import { clockFolders, generatedFiles, limits, unfinishedWords } from './rules.ts';
import { lineOf, type Offence, type Source, walk } from './sources.ts';

const clockReads = ['Date.now', 'Math.random', 'performance.now', 'process.hrtime', 'Temporal.Now'];
const randomNames = new Set(['randomBytes', 'randomUUID', 'randomInt', 'randomFill', 'randomFillSync']);
randomNames.add('getRandomValues');
const testWords = new Set(['describe', 'it', 'test', 'suite', 'bench']);
testWords.add('beforeAll').add('beforeEach').add('afterAll').add('afterEach');

/** Reads of the clock or of a random source where time and random bytes must be arguments. */
export function clockOffences(sources: readonly Source[]): Offence[] {
  return sources
    .filter(({ folder }) => !clockFolders.includes(folder))
    .flatMap(({ path, tree }) => {
      const found: Offence[] = [];
      walk(tree, (node) => {
        const read = clockRead(node);
        if (read !== undefined) {
          found.push({ path, line: lineOf(tree, node), message: `${read} belongs to engine/runtime` });
        }
        return undefined;
      });
      return found;
    });
}

function clockRead(node: Node): string | undefined {
  if (isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
    return 'new Date()';
  if (isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  if (isIdentifier(node) && randomNames.has(node.text)) return node.text;
  if (!isPropertyAccessExpression(node)) return undefined;
  const text = node.getText().replace(/^globalThis\./, '');
  return clockReads.includes(text) ? text : undefined;
}

/** Functions and files that are too long. Callbacks of describe, it and their like count as part of the file. */
export function lengthOffences(sources: readonly Source[]): Offence[] {
  return sources
    .filter(({ path }) => !generatedFiles.includes(path))
    .flatMap((source) => [...fileLength(source), ...functionLengths(source)]);
}

function fileLength({ path, text }: Source): Offence[] {
  const most = isTest(path) ? limits.testFileLines : limits.fileLines;
  const lines = text.replace(/\n$/, '').split('\n').length;
  return lines > most ? [{ path, line: most + 1, message: `has ${lines} lines, more than ${most}` }] : [];
}

function functionLengths({ path, tree }: Source): Offence[] {
  const found: Offence[] = [];
  walk(tree, (node) => {
    if (isTest(path) && isCallExpression(node) && testWords.has(rootName(node.expression))) return false;
    if (!isFunctionLikeDeclaration(node)) return undefined;
    const line = lineOf(tree, node);
    const lines = tree.getLineAndCharacterOfPosition(node.end).line + 2 - line;
    const message = `function of ${lines} lines, more than ${limits.functionLines}`;
    if (lines > limits.functionLines) found.push({ path, line, message });
    return undefined;
  });
  return found;
}

/** Exports without a doc comment that ends on the line above the declaration. Tests need none. */
export function docOffences(sources: readonly Source[]): Offence[] {
  return sources
    .filter(({ folder, path }) => folder !== 'test' && !generatedFiles.includes(path))
    .flatMap((source) =>
      exportsOf(source)
        .filter(({ statement }) => !hasDoc(source.text, statement))
        .map(({ name, line }) => ({ path: source.path, line, message: `${name} has no doc comment` })),
    );
}

function hasDoc(text: string, statement: Node): boolean {
  const comment = getLeadingCommentRanges(text, statement.pos)?.at(-1);
  if (comment === undefined) return false;
  const body = text.slice(comment.pos, comment.end);
  const between = text.slice(comment.end, statement.getStart());
  return body.startsWith('/**') && /[\p{L}\d]/u.test(body) && !/\n[^\S\n]*\n/.test(between);
}

/** Words of unfinished work, and tests that are left out or that leave the others out. */
export function unfinishedOffences(sources: readonly Source[]): Offence[] {
  const word = new RegExp(`\\b(${unfinishedWords.join('|')})\\b`);
  return sources.flatMap(({ path, text, tree }) => {
    const found: Offence[] = text.split('\n').flatMap((line, index) => {
      const hit = word.exec(line);
      return hit ? [{ path, line: index + 1, message: `says ${hit[1]}` }] : [];
    });
    walk(tree, (node) => {
      const name = leftOut(node);
      if (name !== undefined) found.push({ path, line: lineOf(tree, node), message: `uses ${name}` });
      return undefined;
    });
    return found;
  });
}

function leftOut(node: Node): string | undefined {
  if (!isPropertyAccessExpression(node)) return undefined;
  const { text } = node.name;
  if (!['only', 'skip', 'todo'].includes(text)) return undefined;
  const ofTest = testWords.has(rootName(node)) || ['ctx', 'context'].includes(rootName(node));
  return ofTest ? node.getText() : undefined;
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}

/** `describe` for `describe.each(rows)` and the like; the empty string when there is no first name. */
function rootName(node: Node): string {
  if (isIdentifier(node)) return node.text;
  if (isPropertyAccessExpression(node) || isCallExpression(node)) return rootName(node.expression);
  return '';
}
