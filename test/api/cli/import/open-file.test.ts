import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile } from '../../../../api/cli/import/open-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mizan-open-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function textOf(file: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of await openFile(file)) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** A pipe that gives the content of a file, its first two octets a while before the rest. */
function pipeOf(content: Uint8Array, name: string): string {
  const [file, pipe] = [join(folder, name), join(folder, `${name}.pipe`)];
  writeFileSync(file, content);
  execFileSync('mkfifo', [pipe]);
  const slowly = `{ head -c 2 "${file}"; sleep 0.1; tail -c +3 "${file}"; } > "${pipe}"`;
  spawn('sh', ['-c', slowly], { stdio: 'ignore' });
  return pipe;
}

describe('a file of an import', () => {
  const text = `username,plan\n${'u1,p5\n'.repeat(30_000)}`;

  it.each([
    ['empty', ''],
    ['short', 'ab'],
    ['long', text],
  ])('is read whole, and so is a pipe: %s', async (name, content) => {
    const plain = pipeOf(Buffer.from(content), name);
    expect(await textOf(join(folder, name))).toBe(content);
    expect(await textOf(plain)).toBe(content);
    const packed = pipeOf(gzipSync(content), `${name}.gz`);
    expect(await textOf(join(folder, `${name}.gz`))).toBe(content);
    expect(await textOf(packed)).toBe(content);
  });

  it('is no dump in custom format, nor a folder', async () => {
    const pipe = pipeOf(Buffer.from('PGDMP and more'), 'custom');
    await expect(openFile(pipe)).rejects.toThrow('it is a dump in custom format');
    await expect(openFile(folder)).rejects.toThrow('EISDIR');
  });
});
