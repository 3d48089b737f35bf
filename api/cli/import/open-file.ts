import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UnreadableFile } from '../../../engine/import/import-plan.ts';

const GZIP = Buffer.from([0x1f, 0x8b]);
/** First letters of a dump that pg_dump made for pg_restore. */
const CUSTOM_FORMAT = Buffer.from('PGDMP');

/**
 * The bytes of a file, unpacked where it is packed with gzip, as dumps are kept.
 * @throws UnreadableFile for a dump in PostgreSQL's own format.
 */
export async function openFile(file: string): Promise<AsyncIterable<Uint8Array>> {
  const head = await readHead(file);
  if (head.equals(CUSTOM_FORMAT)) {
    throw new UnreadableFile('it is a dump in custom format: make SQL of it with pg_restore -f FILE.sql');
  }
  const bytes = createReadStream(file);
  if (!head.subarray(0, GZIP.length).equals(GZIP)) return bytes;
  // What fails ends the unpacked bytes, and is thrown to whoever reads them.
  return pipeline(bytes, createGunzip(), () => undefined);
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(CUSTOM_FORMAT.length));
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
