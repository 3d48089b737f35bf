import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../../api/cli/main.ts', import.meta.url));

/** Runs `mizan` with a standard output of this kind, and tells how it ended and what it complained of. */
async function run(args: readonly string[], stdout: number | 'closed'): Promise<[code: number, err: string]> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH, MIZAN_URL: 'http://127.0.0.1:1' },
    stdio: ['ignore', stdout === 'closed' ? 'pipe' : stdout, 'pipe'],
  });
  child.stdout?.destroy();
  let err = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const code = await new Promise<number>((resolve) => child.once('close', resolve));
  return [code, err];
}

it.skipIf(!existsSync('/dev/full'))('that finds no room is told in one line', async () => {
  const full = openSync('/dev/full', 'w');
  const [code, err] = await run(['help'], full);
  closeSync(full);
  expect(code).toBe(1);
  expect(err).toMatch(/^cannot write the answer: ENOSPC.*\n$/);
});

it('that nobody reads any more is left without a word', async () => {
  expect(await run(['help'], 'closed')).toEqual([0, '']);
});

it.skipIf(!existsSync('/dev/full'))('of a complaint changes nothing about how it ends', async () => {
  const full = openSync('/dev/full', 'w');
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, 'restart'], {
    env: { PATH },
    stdio: ['ignore', full, full],
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  closeSync(full);
  expect(code).toBe(2);
});
