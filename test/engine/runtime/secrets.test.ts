import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretBox } from '../../../engine/runtime/secret-box.ts';
import { secretFile } from '../../../engine/runtime/secret-file.ts';

describe('SecretBox', () => {
  const box = new SecretBox(randomBytes(32));
  it.each(['', 'گذرواژه', 'x'.repeat(10_000)])(
    'opens what it sealed, and seals differently each time',
    (plain) => {
      const sealed = box.seal(plain, 'line:u1:password');
      expect(box.open(sealed, 'line:u1:password')).toBe(plain);
      expect(box.seal(plain, 'line:u1:password')).not.toBe(sealed);
    },
  );

  it('does not open for another context, with another key, or after any octet was changed', () => {
    const sealed = box.seal('secret', 'line:u1:password');
    expect(box.open(sealed, 'line:u2:password')).toBeUndefined();
    expect(new SecretBox(randomBytes(32)).open(sealed, 'line:u1:password')).toBeUndefined();
    const octets = Buffer.from(sealed.slice(3), 'base64url');
    for (let at = 0; at < octets.length; at++) {
      const changed = Buffer.from(octets);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(box.open(`v1.${changed.toString('base64url')}`, 'line:u1:password')).toBeUndefined();
    }
  });

  it.each(['', 'v1.', 'v1.AAAA', 'v2.AAAA', 'plain text'])('does not open "%s"', (text) => {
    expect(box.open(text, 'x')).toBeUndefined();
  });

  it('refuses a short master key', () => {
    expect(() => new SecretBox(randomBytes(31))).toThrow(RangeError);
  });
});

describe('secretFile', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mizan-secret-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made once, whole, for its owner only', () => {
    const path = join(folder, 'key');
    const secret = secretFile(path, 32);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['key']);
    chmodSync(path, 0o400);
    expect(secretFile(path, 32)).toBe(secret);
  });

  it('does not take an empty file for a secret', () => {
    const path = join(folder, 'key');
    writeFileSync(path, '\n');
    expect(() => secretFile(path, 32)).toThrow(path);
  });
});
