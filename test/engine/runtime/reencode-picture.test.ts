import sharp from 'sharp';
import { expect, it } from 'vitest';
import { PICTURE_OCTETS_MAX, reencodePicture } from '../../../engine/runtime/reencode-picture.ts';

const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });

async function stored(upload: Uint8Array) {
  const made = await reencodePicture(upload);
  if (!made.ok) throw new Error(made.error);
  expect(made.value.mediaType).toBe('image/jpeg');
  return { content: made.value.content, told: await sharp(made.value.content).metadata() };
}

it.each(['jpeg', 'png', 'webp'] as const)('makes a JPEG of %s, no side above 1600 pixels', async (format) => {
  const { told } = await stored(await blank(3_200, 800).toFormat(format).toBuffer());
  expect(told).toMatchObject({ format: 'jpeg', width: 1_600, height: 400, space: 'srgb' });
});

it('leaves out where and with what a picture was taken, and turns it upright', async () => {
  const exif = {
    IFD0: { Model: 'canary-camera', Copyright: 'canary-owner' },
    IFD3: { GPSLatitude: '35/1 41/1 0/1' },
  };
  const upload = await blank(60, 30).jpeg().withExif(exif).withMetadata({ exif, orientation: 6 }).toBuffer();
  expect(upload.includes('canary-camera')).toBe(true);
  const { content, told } = await stored(upload);
  expect(told).toMatchObject({ width: 30, height: 60 });
  expect([told.exif, told.icc, told.xmp, told.iptc]).toEqual([undefined, undefined, undefined, undefined]);
  expect(Buffer.from(content).includes('canary')).toBe(false);
});

it('leaves out what hangs behind a picture', async () => {
  const upload = Buffer.concat([
    await blank(20, 20).png().toBuffer(),
    Buffer.from('<script>canary</script>'),
  ]);
  expect(Buffer.from((await stored(upload)).content).includes('canary')).toBe(false);
});

it('shows what is transparent as white', async () => {
  const { content } = await stored(await blank(8, 8).png().toBuffer());
  const { channels } = await sharp(content).stats();
  expect(channels.map(({ min }) => min)).toEqual([255, 255, 255]);
});

it('goes by the content, not by what it is called', async () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  );
  const gif = await blank(9, 9).gif().toBuffer();
  for (const upload of [svg, gif, Buffer.from('%PDF-1.7'), Buffer.from('hello')]) {
    expect(await reencodePicture(upload)).toEqual({ ok: false, error: 'not-a-picture' });
  }
  expect(await reencodePicture(new Uint8Array())).toEqual({ ok: false, error: 'empty' });
});

it('refuses a small file that would unfold to a large picture', async () => {
  const bomb = await blank(6_000, 6_000).png().toBuffer();
  expect(bomb.length).toBeLessThan(600_000);
  expect(await reencodePicture(bomb)).toEqual({ ok: false, error: 'too-many-pixels' });
});

it('refuses what is too large or cut off', async () => {
  const noise = await sharp({
    create: {
      width: 300,
      height: 300,
      channels: 3,
      background: '#123',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer();
  expect(await reencodePicture(noise.subarray(0, noise.length / 2))).toEqual({ ok: false, error: 'broken' });
  const padded = Buffer.concat([noise, Buffer.alloc(PICTURE_OCTETS_MAX)]);
  expect(await reencodePicture(padded)).toEqual({ ok: false, error: 'too-large' });
  expect((await reencodePicture(noise)).ok).toBe(true);
});
