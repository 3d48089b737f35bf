import { describe, expect, it } from 'vitest';
import { sha1 } from '../../../engine/radius/sha1.ts';

describe('SHA-1', () => {
  it('joins its parts and gives the digest of RFC 3174 §7.3', () => {
    const digest = sha1(Buffer.from('a'), Buffer.alloc(0), Buffer.from('bc'));
    expect(Buffer.from(digest).toString('hex')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  });
});
