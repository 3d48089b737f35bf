import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UnreadableFile } from '../../../engine/import/import-plan.ts';

const GZIP = Buffer.from([0x1f, 0x8b]);
/** First letters of a dump that pg_dump made for pg_restore. */
const CUSTOM_FORMAT = Buffer.from('PGDMP');

/**
 * The bytes of a file, unpacked where it is packed with gzip, as dumps are kept. It is opened once and read from its
 * beginning on, so that it may be a pipe.
 * @throws UnreadableFile for a dump in PostgreSQL's own format.
 */
export async function openFile(file: string): Promise<AsyncIterable<Uint8Array>> {
  const chunks = createReadStream(file)[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  const head = await readHead(chunks);
  if (head.subarray(0, CUSTOM_FORMAT.length).equals(CUSTOM_FORMAT)) {
    await chunks.return?.();
    throw new UnreadableFile('it is a dump in custom format: make SQL of it with pg_restore -f FILE.sql');
  }
  const bytes = joined(head, chunks);
  if (!head.subarray(0, GZIP.length).equals(GZIP)) return bytes;
  // What fails ends the unpacked bytes, and is thrown to whoever reads them.
  return pipeline(bytes, createGunzip(), () => undefined);
}

/** What comes until there is enough to know the file by; a pipe may give an octet at a time. */
async function readHead(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < CUSTOM_FORMAT.length) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

/** The head put back; who stops reading closes the file. */
async function* joined(head: Buffer, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* chunks;
}
