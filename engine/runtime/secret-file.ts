import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The secret in a file, made on first use from `octets` random octets in hexadecimal and readable by its owner only.
 * The file appears whole and on the disk or not at all: what the key seals would be lost with it.
 * @throws Error when the file is there and empty, since an empty secret would open everything.
 */
export function secretFile(path: string, octets: number): string {
  if (existsSync(path)) {
    const secret = readFileSync(path, 'utf8').trim();
    if (secret === '') throw new Error(`${path} is empty; restore it, or remove it to have a new one made`);
    return secret;
  }
  const secret = randomBytes(octets).toString('hex');
  const draft = `${path}.new`;
  writeFileSync(draft, `${secret}\n`, { mode: 0o600, flush: true });
  renameSync(draft, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
  return secret;
}
