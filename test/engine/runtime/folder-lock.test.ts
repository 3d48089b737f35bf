import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lockFolder } from '../../../engine/runtime/folder-lock.ts';

const root = mkdtempSync(join(tmpdir(), 'mizan-lock-'));
afterAll(() => rmSync(root, { recursive: true }));

const module = new URL('../../../engine/runtime/folder-lock.ts', import.meta.url).href;

/** Another process that locks the folder, says how it went, and stays. */
async function otherProcess(folder: string) {
  const script = `
    const { lockFolder } = await import(${JSON.stringify(module)});
    const lock = lockFolder(${JSON.stringify(folder)});
    console.log(lock.ok ? 'locked' : lock.error);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout!, 'data');
  return {
    pid: child.pid!,
    said: String(said).trim(),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

it('keeps a second process out, and names the first', async () => {
  const folder = join(root, 'shared', 'deeper');
  const other = await otherProcess(folder);
  try {
    expect(other.said).toBe('locked');
    const refused = lockFolder(folder);
    expect(refused.ok).toBe(false);
    expect(!refused.ok && refused.error).toContain(`in use by process ${other.pid};`);
  } finally {
    await other.kill();
  }
  const taken = lockFolder(folder);
  expect(taken.ok).toBe(true);
  const late = await otherProcess(folder);
  await late.kill();
  expect(late.said).toContain(`in use by process ${process.pid};`);
  if (taken.ok) taken.value.release();
});

it('is given once within a process, and again after its release', () => {
  const folder = join(root, 'own');
  const first = lockFolder(folder);
  expect(first.ok).toBe(true);
  expect(lockFolder(folder)).toMatchObject({ ok: false, error: expect.stringContaining('by this process') });
  if (first.ok) first.value.release();
  const second = lockFolder(folder);
  expect(second.ok).toBe(true);
  expect(readdirSync(folder)).toEqual(['mizan.lock']);
  if (second.ok) second.value.release();
  expect(existsSync(join(folder, 'mizan.lock'))).toBe(false);
});

it.each([
  ['of a process that is gone', JSON.stringify({ pid: 999_999_999, started: '' })],
  ['of an earlier process with our id', JSON.stringify({ pid: process.pid, started: 'another boot 1' })],
  ['of an earlier process with a running one’s id', JSON.stringify({ pid: process.ppid, started: 'boot 1' })],
  ['that was cut short', '{"pid":'],
])('takes over a lock %s', (_, text) => {
  const folder = mkdtempSync(join(root, 'stale-'));
  writeFileSync(join(folder, 'mizan.lock'), text);
  const lock = lockFolder(folder);
  expect(lock.ok).toBe(true);
  if (lock.ok) lock.value.release();
});
