import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startDictionaries } from '../../../engine/runtime/start-dictionaries.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'dictionaries-'));
});

afterEach(() => rmSync(dataDir, { recursive: true }));

it('are the shipped ones when the data folder has none', () => {
  const loaded = startDictionaries(dataDir);
  expect(loaded.ok && loaded.value.attributesByName.get('Mikrotik-Rate-Limit')).toMatchObject({ path: [8] });
});

it('reach another thread whole', () => {
  const loaded = startDictionaries(dataDir);
  if (!loaded.ok) throw new Error(loaded.error);
  expect(structuredClone(loaded.value)).toEqual(loaded.value);
});

it('are refused when the operator’s folder holds none', () => {
  mkdirSync(join(dataDir, 'dictionaries'));
  const loaded = startDictionaries(dataDir);
  expect(!loaded.ok && loaded.error).toContain('the folder holds no dictionary file');
});

it('are refused with the first 20 faults and the number of the others', () => {
  mkdirSync(join(dataDir, 'dictionaries'));
  const file = join(dataDir, 'dictionaries', 'dictionary.acme');
  writeFileSync(file, 'NONSENSE\n'.repeat(23));
  const loaded = startDictionaries(dataDir);
  const lines = loaded.ok ? [] : loaded.error.split('\n');
  expect(lines).toHaveLength(22);
  expect(lines[0]).toBe('the RADIUS dictionaries cannot be used:');
  expect(lines[1]).toContain(`${file}:1: `);
  expect(lines[20]).toContain(`${file}:20: `);
  expect(lines[21]).toBe('  and 3 more');
});
