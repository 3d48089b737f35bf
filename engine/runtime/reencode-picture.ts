import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import { fail, ok, type Result } from '../values/result.ts';

/** A picture of somebody's, as JPEG. */
export interface Picture {
  readonly mediaType: 'image/jpeg';
  readonly content: Uint8Array;
}

/** Why an upload is not kept. `not-a-picture`: its content is no JPEG, PNG or WebP, whatever it is called. */
export type PictureFault = 'empty' | 'too-large' | 'not-a-picture' | 'too-many-pixels' | 'broken';

/** Largest upload that is looked at. */
export const PICTURE_OCTETS_MAX = 8 * 1024 * 1024;

/** A picture of more pixels is refused before it is decoded: a small file may unfold to gigabytes. */
const PIXELS_MAX = 25_000_000;

/** Longest side of what is kept: a card is readable on it. */
const SIDE_PIXELS_MAX = 1_600;
const JPEG_QUALITY = 80;
const WITHIN_SECONDS = 10;

const MEDIA_TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp']);

// What was decoded is of no use to the next upload, and one core is enough for what nobody waits long for.
sharp.cache(false);
sharp.concurrency(1);

let inWork: Promise<unknown> = Promise.resolve();

/**
 * A picture made anew of what was uploaded: turned upright, at most 1600 pixels a side, without EXIF, colour profiles and
 * whatever else the file carried. One is made at a time, so that many uploads at once need no more memory than one.
 */
export function reencodePicture(upload: Uint8Array): Promise<Result<Picture, PictureFault>> {
  const made = inWork.then(() => reencode(upload));
  inWork = made;
  return made;
}

async function reencode(upload: Uint8Array): Promise<Result<Picture, PictureFault>> {
  if (upload.length === 0) return fail('empty');
  if (upload.length > PICTURE_OCTETS_MAX) return fail('too-large');
  const type = await fileTypeFromBuffer(upload).catch(() => undefined);
  if (type === undefined || !MEDIA_TYPES.has(type.mime)) return fail('not-a-picture');
  try {
    const { width, height } = await sharp(upload, { limitInputPixels: false }).metadata();
    if (width * height > PIXELS_MAX) return fail('too-many-pixels');
    const content = await sharp(upload, { limitInputPixels: PIXELS_MAX, pages: 1, failOn: 'error' })
      .autoOrient()
      .resize({ width: SIDE_PIXELS_MAX, height: SIDE_PIXELS_MAX, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: JPEG_QUALITY })
      .timeout({ seconds: WITHIN_SECONDS })
      .toBuffer();
    return ok({ mediaType: 'image/jpeg', content });
  } catch {
    return fail('broken');
  }
}
