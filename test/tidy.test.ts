import { describe, expect, it } from 'vitest';
import { unreachableOffences, unusedExportOffences } from './tidy/exports.ts';
import { barrelOffences, cycleOffences, importTableOffences, pureFolderOffences } from './tidy/imports.ts';
import { readmeOffences, readReadmes } from './tidy/readmes.ts';
import { unfinishedWords } from './tidy/rules.ts';
import {
  type Offence,
  parseSources,
  readSourceTexts,
  type Source,
  show,
  type Texts,
} from './tidy/sources.ts';
import { clockOffences, docOffences, lengthOffences, unfinishedOffences } from './tidy/writing.ts';

type Check = (sources: readonly Source[]) => Offence[];

const sources = parseSources(readSourceTexts());

/** The offences of all sources: an empty list, or the test prints them one a line. */
function offencesHere(check: Check): string[] {
  return show(check(sources));
}

/** The offences of a small sample, to know that a check is able to fail. */
function offencesIn(check: Check, texts: Texts): string[] {
  return show(check(parseSources(texts)));
}

/** A function `long` of as many lines as asked for. */
function longFunction(lines: number): string {
  return `function long() {\n${'  call();\n'.repeat(lines - 2)}}`;
}

it('reads the sources of this repository', () => {
  const paths = sources.map(({ path }) => path);
  expect(paths).toContain('engine/values/octets.ts');
  expect(paths).toContain('test/tidy.test.ts');
});

describe('the import table', () => {
  it('holds', () => expect(offencesHere(importTableOffences)).toEqual([]));

  it('finds what a folder may not import', () => {
    expect(
      offencesIn(importTableOffences, {
        'engine/values/a.ts': "import { b } from '../radius/b.ts';",
        'engine/radius/b.ts':
          "import type { T } from '../values/a.ts';\nexport * from '../store/counters/c.ts';",
        'engine/policy/c.ts': "const c = await import('../runtime/clock.ts');",
        'engine/ledger/d.ts': "export type D = import('../catalog/d.ts').D;",
        'engine/pipeline/e.ts': "import '../../api/app.ts';\nimport 'node:dgram';",
        'api/f.ts': "import { f } from '../test/f.ts';",
      }),
    ).toEqual([
      'api/f.ts:1 api may import nothing of test, but imports ../test/f.ts',
      'engine/ledger/d.ts:1 engine/ledger may import nothing of engine/catalog, but imports ../catalog/d.ts',
      'engine/pipeline/e.ts:1 engine/pipeline may import nothing of api, but imports ../../api/app.ts',
      'engine/policy/c.ts:1 engine/policy may import nothing of engine/runtime, but imports ../runtime/clock.ts',
      'engine/radius/b.ts:2 engine/radius may import nothing of engine/store, but imports ../store/counters/c.ts',
      'engine/values/a.ts:1 engine/values may import nothing of engine/radius, but imports ../radius/b.ts',
    ]);
  });

  it('tells types from values', () => {
    expect(
      offencesIn(importTableOffences, {
        'panel/a.ts': "import type { Line } from '../engine/subscribers/line.ts';",
        'panel/b.ts': "import { type Line } from '../engine/subscribers/line.ts';",
        'panel/c.ts': "import { type Line, read } from '../engine/subscribers/line.ts';",
      }),
    ).toEqual([
      'panel/c.ts:1 panel may import only types of engine/subscribers, but imports ../engine/subscribers/line.ts',
    ]);
  });

  it('knows every folder', () => {
    expect(offencesIn(importTableOffences, { 'engine/helpers/a.ts': 'export {};' })).toEqual([
      'engine/helpers/a.ts:1 engine/helpers is not in the import table',
    ]);
  });
});

describe('import cycles', () => {
  it('do not exist', () => expect(offencesHere(cycleOffences)).toEqual([]));

  it('are found, by types and by import() too', () => {
    expect(
      offencesIn(cycleOffences, {
        'api/a.ts': "import type { B } from './b.ts';",
        'api/b.ts': "import { c } from './routes/c.ts';\nimport './d.ts';",
        'api/d.ts': 'export {};',
        'api/routes/c.ts': "const a = () => import('../a.ts');\nimport '../d.ts';",
        'api/self.ts': "import './self.ts';",
      }),
    ).toEqual([
      'api/routes/c.ts:1 imports in a circle: api/a.ts -> api/b.ts -> api/routes/c.ts -> api/a.ts',
      'api/self.ts:1 imports in a circle: api/self.ts -> api/self.ts',
    ]);
  });
});

describe('barrels', () => {
  it('do not exist', () => expect(offencesHere(barrelOffences)).toEqual([]));

  it('are found', () => {
    expect(
      offencesIn(barrelOffences, {
        'api/all.ts': "export * from './a.ts';\nexport { b } from './b.ts';",
        'api/one.ts': "export * from './a.ts';\nexport const one = 1;",
        'api/routes/index.tsx': 'export const a = 1;',
      }),
    ).toEqual(['api/all.ts:1 only re-exports other files', 'api/routes/index.tsx:1 is named index']);
  });
});

describe('pure folders', () => {
  it('load nothing that does I/O', () => expect(offencesHere(pureFolderOffences)).toEqual([]));

  it('are found when they do', () => {
    expect(
      offencesIn(pureFolderOffences, {
        'engine/radius/a.ts': "import { isIP } from 'node:net';\nimport { connect } from 'node:net';",
        'engine/nas/b.ts': "import { createHash } from 'node:crypto';\nimport { isIP } from 'node:net';",
        'engine/quota/c.ts': "import { Pool } from 'pg';",
        'engine/store/d.ts': "import { Pool } from 'pg';",
      }),
    ).toEqual([
      'engine/nas/b.ts:2 engine/nas is pure, but loads node:net',
      'engine/quota/c.ts:1 engine/quota is pure, but loads pg',
      'engine/radius/a.ts:2 engine/radius is pure, but loads node:net',
    ]);
  });
});

describe('clock and random source', () => {
  it('are read in engine/runtime only', () => expect(offencesHere(clockOffences)).toEqual([]));

  it.each([
    ['const now = Date.now();', 'Date.now'],
    ['const now = globalThis.Date.now;', 'Date.now'],
    ['const now = new Date();', 'new Date()'],
    ['const now = new Date;', 'new Date()'],
    ['const now = Date();', 'Date()'],
    ['const dice = Math.random();', 'Math.random'],
    ['const t = performance.now();', 'performance.now'],
    ['const t = process.hrtime.bigint();', 'process.hrtime'],
    ["import { randomBytes as bytes } from 'node:crypto';", 'randomBytes'],
    ['const id = crypto.randomUUID();', 'randomUUID'],
    ['crypto.getRandomValues(out);', 'getRandomValues'],
  ])('%s is found', (text, read) => {
    expect(offencesIn(clockOffences, { 'engine/policy/a.ts': text })).toEqual([
      `engine/policy/a.ts:1 ${read} belongs to engine/runtime`,
    ]);
    expect(offencesIn(clockOffences, { 'engine/runtime/a.ts': text, 'bench/a.ts': text })).toEqual([]);
  });

  it('leaves strings, comments and given times alone', () => {
    const text = "// Date.now()\nconst a = 'Math.random()';\nconst b = new Date(atMs);";
    expect(offencesIn(clockOffences, { 'engine/policy/a.ts': text })).toEqual([]);
  });
});

describe('lengths', () => {
  it('stay within the limits', () => expect(offencesHere(lengthOffences)).toEqual([]));

  it('of functions are measured', () => {
    expect(
      offencesIn(lengthOffences, {
        'api/fits.ts': longFunction(70),
        'api/long.ts': `\nexport ${longFunction(71)}`,
        'api/method.ts': `const made = { ${longFunction(71).replace('function ', '')} };`,
        'test/long.test.ts': `describe('x', () => {\n${longFunction(71)}\n});\n${longFunction(71)}`,
      }),
    ).toEqual([
      'api/long.ts:2 function of 71 lines, more than 70',
      'api/method.ts:1 function of 71 lines, more than 70',
      'test/long.test.ts:74 function of 71 lines, more than 70',
    ]);
  });

  it('of files are measured', () => {
    expect(
      offencesIn(lengthOffences, {
        'api/fits.ts': 'call();\n'.repeat(300),
        'api/long.ts': 'call();\n'.repeat(301),
        'test/fits.test.ts': 'call();\n'.repeat(400),
        'test/long.test.ts': 'call();\n'.repeat(401),
      }),
    ).toEqual([
      'api/long.ts:301 has 301 lines, more than 300',
      'test/long.test.ts:401 has 401 lines, more than 400',
    ]);
  });
});

describe('doc comments', () => {
  it('stand above every export', () => expect(offencesHere(docOffences)).toEqual([]));

  it('are missed where they are not directly above', () => {
    expect(
      offencesIn(docOffences, {
        'api/a.ts': '/** Told. */\nexport const a = 1;\nexport const b = 2;',
        'api/c.ts': '/** Told, but too far away. */\n\nexport interface C {}',
        'api/d.ts': '/** Told. */\n// and hidden\nexport type D = 1;',
        'api/e.ts': '/** */\nexport class E {}',
        'api/f.ts': 'const f = 1;\nexport { f };',
        'api/g.ts': '/** Told. */\nfunction g() {}\nexport { g as h };\nexport default 1;',
        'api/o.ts': '/** Told. */\nexport function o(a: 1): 1;\nexport function o(a: 2): 2;',
        'api/p.ts':
          '/** Told. */\nexport const P = 1;\nexport type P = typeof P;\nexport default function () {}',
        'test/t.ts': 'export const t = 1;',
      }),
    ).toEqual([
      'api/a.ts:3 b has no doc comment',
      'api/c.ts:3 C has no doc comment',
      'api/d.ts:3 D has no doc comment',
      'api/e.ts:2 E has no doc comment',
      'api/f.ts:1 f has no doc comment',
      'api/g.ts:4 default has no doc comment',
      'api/p.ts:3 P has no doc comment',
      'api/p.ts:4 default has no doc comment',
    ]);
  });
});

describe('exports', () => {
  it('are all imported by somebody', () => expect(offencesHere(unusedExportOffences)).toEqual([]));

  it('are found when nobody imports them', () => {
    const check: Check = (parsed) => unusedExportOffences(parsed, ['api/b.ts#spared']);
    expect(
      offencesIn(check, {
        'api/main.ts':
          "import { used as mine } from './b.ts';\nimport * as c from './c.ts';\nexport const x = 1;",
        'api/b.ts':
          'export const used = 1, idle = 2;\nexport const spared = 3;\nexport const { part } = idle;',
        'api/c.ts': 'export const taken = 1;',
        'api/d.ts': 'export interface Shape {}\nexport type Alone = 1;\nexport function f(shape: Shape) {}',
      }),
    ).toEqual([
      'api/b.ts:1 nobody imports idle',
      'api/b.ts:3 nobody imports part',
      'api/d.ts:2 nobody imports Alone',
      'api/d.ts:3 nobody imports f',
    ]);
  });
});

describe('files', () => {
  it('are all reached from an entry point', () => expect(offencesHere(unreachableOffences)).toEqual([]));

  it('are found when they are not', () => {
    expect(
      offencesIn(unreachableOffences, {
        'engine/main.ts':
          "import './config.ts';\nnew Worker(new URL('./transport/worker.js', import.meta.url));",
        'engine/config.ts': 'export const config = 1;',
        'engine/transport/worker.ts': 'run();',
        'engine/transport/idle.ts': "import './worker.ts';",
        'bench/run.ts': "import './fleet.ts';",
        'bench/fleet.ts': 'export const fleet = 1;',
        'bench/idle.ts': 'export const idle = 1;',
        'test/e2e/kill.test.ts': "spawn('node', ['test/e2e/child.ts']);",
        'test/e2e/child.ts': 'run();',
      }),
    ).toEqual([
      'bench/idle.ts:1 cannot be reached from any entry point',
      'engine/transport/idle.ts:1 cannot be reached from any entry point',
    ]);
  });
});

describe('unfinished work', () => {
  it('is not left behind', () => expect(offencesHere(unfinishedOffences)).toEqual([]));

  it('is found by its words', () => {
    for (const word of unfinishedWords) {
      const texts = { 'api/a.ts': `const a = 1;\n// ${word}: later\nconst ${word}S = 1;` };
      expect(offencesIn(unfinishedOffences, texts)).toEqual([`api/a.ts:2 says ${word}`]);
    }
  });

  it('is found by tests that do not run', () => {
    const texts = {
      'test/a.test.ts': "it.skip('a', run);\ndescribe.only.each(rows)('b', run);\nit.skipIf(no)('c', run);",
      'api/b.ts': 'reader.skip(4);',
    };
    expect(offencesIn(unfinishedOffences, texts)).toEqual([
      'test/a.test.ts:1 uses it.skip',
      'test/a.test.ts:2 uses describe.only',
    ]);
  });
});

describe('the README of each engine folder', () => {
  const paths = sources.map(({ path }) => path);

  it('is there and short', () => expect(show(readmeOffences(paths, readReadmes(paths)))).toEqual([]));

  it('is missed when it is not', () => {
    const samples = [
      'engine/main.ts',
      'engine/radius/a.ts',
      'engine/store/ledger/b.ts',
      'engine/nas/c.ts',
      'api/d.ts',
    ];
    const readmes = { 'engine/nas/README.md': 'x\n'.repeat(80), 'engine/store/README.md': 'x\n'.repeat(81) };
    expect(show(readmeOffences(samples, readmes))).toEqual([
      'engine/radius/README.md:1 is missing',
      'engine/store/README.md:81 has 81 lines, more than 80',
    ]);
  });
});
