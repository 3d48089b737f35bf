import { describe, expect, it } from 'vitest';
import { type Block, type Chain, compress, initChain, readBlock } from '../../../engine/radius/md5-block.ts';

describe('the block step of MD5', () => {
  it('reads words with the lowest octet first', () => {
    const words = new Int32Array(16) as Block;
    readBlock(
      words,
      Uint8Array.from({ length: 66 }, (_, i) => i),
      2,
    );
    expect(words[0]).toBe(0x05040302);
    expect(words[15]).toBe(0x41403f3e);
  });

  it('turns the padding of an empty message into the digest of RFC 1321', () => {
    const chain = new Int32Array(4) as Chain;
    const words = new Int32Array(16) as Block;
    words[0] = 0x80;
    initChain(chain);
    compress(chain, words);
    expect(Buffer.from(chain.buffer).toString('hex')).toBe('d41d8cd98f00b204e9800998ecf8427e');
  });
});
