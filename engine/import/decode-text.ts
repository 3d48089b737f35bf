import { TextDecoder } from 'node:util';
import { UnreadableFile } from './import-plan.ts';

/** Encodings of files that are met in the field. */
export type TextEncoding = 'utf-8' | 'windows-1256' | 'utf-16le';

const UTF16_MARK = [0xff, 0xfe] as const;

/**
 * Text of a file, chunk by chunk, without its byte order mark. A file that begins with the mark of UTF-16 is read so.
 * @throws UnreadableFile where the bytes are not of the encoding: Persian letters of Windows-1256 are never read wrongly
 *   in silence.
 */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array>,
  encoding: TextEncoding = 'utf-8',
): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let used = encoding;
  for await (const chunk of bytes) {
    if (decoder === undefined) {
      if (chunk.length === 0) continue;
      used = chunk[0] === UTF16_MARK[0] && chunk[1] === UTF16_MARK[1] ? 'utf-16le' : encoding;
      decoder = new TextDecoder(used, { fatal: true });
    }
    const text = decode(decoder, used, chunk);
    if (text !== '') yield text;
  }
  const rest = decoder === undefined ? '' : decode(decoder, used);
  if (rest !== '') yield rest;
}

function decode(decoder: TextDecoder, encoding: TextEncoding, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    const hint = encoding === 'utf-8' ? '; if it is Windows-1256, say --encoding windows-1256' : '';
    throw new UnreadableFile(`the file is not ${encoding}${hint}`);
  }
}
