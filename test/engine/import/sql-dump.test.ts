import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSqlDump } from '../../../engine/import/sql-dump.ts';
import { all, chunksOf } from './chunks.ts';

const wanted = { t: { columns: ['a', 'b'] } };

type Cell = string | null;
type Table = readonly (readonly [Cell, Cell])[];

/** What mysql_real_escape_string writes for each character that it escapes. */
const MYSQL: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\x1a': '\\Z',
};

/** What COPY TO writes for each character that it escapes (PostgreSQL manual, COPY, "Text Format"). */
const COPY: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

const escaped = (table: Readonly<Record<string, string>>) => (text: string) =>
  [...text].map((letter) => table[letter] ?? letter).join('');

function mysqlDump(rows: Table): string {
  const quote = (cell: Cell) => (cell === null ? 'NULL' : `'${escaped(MYSQL)(cell)}'`);
  const tuples = rows.map((row) => `(${row.map(quote).join(',')})`).join(',');
  return [
    '-- MySQL dump 10.19  Distrib 10.11.6-MariaDB',
    '/*!40101 SET NAMES utf8mb4 */;',
    "CREATE TABLE `t` (\n  `a` varchar(9) DEFAULT ';',\n  `b` enum('x,y','z)') DEFAULT NULL,\n  KEY `a` (`a`(3))\n);",
    'LOCK TABLES `t` WRITE;',
    ...(rows.length === 0 ? [] : [`INSERT INTO \`t\` VALUES ${tuples};`]),
    'UNLOCK TABLES;',
    '',
  ].join('\n');
}

function pgInserts(rows: Table, standard: boolean): string {
  const quote = (cell: Cell) => {
    if (cell === null) return 'NULL';
    const doubled = cell.replaceAll("'", "''");
    return standard || !cell.includes('\\') ? `'${doubled}'` : `E'${doubled.replaceAll('\\', '\\\\')}'`;
  };
  return [
    '--\n-- PostgreSQL database dump\n--\n\\restrict abc',
    `SET standard_conforming_strings = ${standard ? 'on' : 'off'};`,
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ INSERT INTO t VALUES ('no', ';'); $$;",
    'CREATE TABLE public.t (\n    a text,\n    b character varying(9)\n);',
    ...rows.map((row) => `INSERT INTO public.t VALUES (${row.map(quote).join(', ')});`),
    '',
  ].join('\n');
}

function pgCopy(rows: Table): string {
  const cells = rows.map((row) =>
    row.map((cell) => (cell === null ? '\\N' : escaped(COPY)(cell))).join('\t'),
  );
  return ['COPY public.t (a, b) FROM stdin;', ...cells, '\\.', '', 'SELECT 1;', ''].join('\n');
}

const cells = fc.oneof(
  fc.constant(null),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom("'", '\\', '\n', '\t', ',', ')', '(', ';', '"', 'E', 'ی', '\0', '-', '/', '*'),
  }),
);
const tables = fc.array(fc.tuple(cells, cells), { maxLength: 8 });
const withoutNul = tables.map((rows) =>
  rows.map(([a, b]): [Cell, Cell] => [a?.replaceAll('\0', '') ?? null, b?.replaceAll('\0', '') ?? null]),
);
const sizes = fc.integer({ min: 1, max: 40 });

async function readBack(dump: string, size: number): Promise<Table> {
  const rows = await all(readSqlDump(chunksOf(dump, size), wanted));
  expect(rows.every(({ fault }) => fault === undefined)).toBe(true);
  return rows.map(({ fields }) => [fields.a!, fields.b!] as const);
}

describe('the reader of SQL dumps gives back whatever was written', () => {
  it('by mysqldump', () =>
    fc.assert(
      fc.asyncProperty(tables, sizes, async (rows, size) => {
        expect(await readBack(mysqlDump(rows), size)).toEqual(rows);
      }),
    ));

  it.each([true, false])('by pg_dump --inserts, standard_conforming_strings %s', (standard) =>
    fc.assert(
      fc.asyncProperty(withoutNul, sizes, async (rows, size) => {
        expect(await readBack(pgInserts(rows, standard), size)).toEqual(rows);
      }),
    ),
  );

  it('by pg_dump', () =>
    fc.assert(
      fc.asyncProperty(withoutNul, sizes, async (rows, size) => {
        expect(await readBack(pgCopy(rows), size)).toEqual(rows);
      }),
    ));
});

describe('a dump', () => {
  const read = (dump: string, tables = wanted) => all(readSqlDump(chunksOf(dump), tables));

  it('is read past comments, casts, functions, programs and tables that nobody wants', async () => {
    const dump = `# phpMyAdmin
      DELIMITER $$
      CREATE PROCEDURE p() BEGIN INSERT INTO t (a, b) VALUES ('no', 'no'); END $$
      DELIMITER ;
      INSERT INTO other VALUES ('it''s; )', 1), ('\\');', 2);
      INSERT IGNORE INTO t (\`b\`, \`a\`) VALUES -- first
        ('2'::character varying(3), _binary 'x'), /* ; */
        (-4.5, E'a\\'b'), (NULL, now()), (nextval('s'), 0x41)
      ON DUPLICATE KEY UPDATE a = ';';
      REPLACE INTO db.t (a, b) VALUES (true, N'ی');`;
    expect((await read(dump)).map(({ row, fields }) => [row, fields.a, fields.b])).toEqual([
      [1, 'x', '2'],
      [2, "a'b", '-4.5'],
      [3, null, null],
      [4, '0x41', null],
      [5, 'true', 'ی'],
    ]);
  });

  it('tells a row with too few values', async () => {
    const [row] = await read('INSERT INTO t (a, b) VALUES (1);');
    expect(row?.fault).toBe('it has 1 values for 2 columns');
  });

  it('takes the columns of a parent first', async () => {
    const dump = `CREATE TABLE parent (x int, a text); CREATE TABLE t (b text, PRIMARY KEY (b)) INHERITS (parent);
      INSERT INTO t VALUES (1, 'a', 'b');`;
    expect((await read(dump))[0]?.fields).toEqual({ a: 'a', b: 'b' });
  });

  it.each([
    ["INSERT INTO t (a, b) VALUES ('a', 'b'), ('c", 'the file ends within table t: it is cut off'],
    ['COPY t (a, b) FROM stdin;\n1\t2\n', 'the file ends within table t: it is cut off'],
    ["INSERT INTO t VALUES ('a', 'b');", 'nothing names the columns of table t; dump it with its definition'],
  ])('cannot be read: %s', async (dump, message) => {
    await expect(read(dump)).rejects.toThrow(message);
  });
});
