import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installedFolder } from '../../../engine/runtime/installed-folder.ts';

it('finds what is installed above the program, and says what is missing', () => {
  expect(existsSync(join(installedFolder('schemas/dictionaries'), 'dictionary'))).toBe(true);
  expect(() => installedFolder('schemas/nothing')).toThrow(
    'schemas/nothing is missing from the installation',
  );
});
