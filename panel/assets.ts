import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file that browsers may keep for ever, because its address changes with its content. */
export interface Asset {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** All assets by name, and the one version that stands in their addresses: `/assets/<version>/<name>`. */
export interface Assets {
  readonly version: string;
  readonly files: ReadonlyMap<string, Asset>;
}

/**
 * Reads the assets into memory. They stand in the source folder, also when this file runs compiled from elsewhere,
 * hence the way over the package's root; the font comes from its package.
 */
export function loadAssets(): Assets {
  const root = packageRoot(dirname(fileURLToPath(import.meta.url)));
  const own = (name: string) => readFileSync(join(root, 'panel/assets', name));
  const font = createRequire(import.meta.url).resolve('vazirmatn/fonts/webfonts/Vazirmatn[wght].woff2');
  const files = new Map<string, Asset>([
    ['page.css', { type: 'text/css; charset=utf-8', body: own('page.css') }],
    ['live.js', { type: 'text/javascript; charset=utf-8', body: own('live.js') }],
    ['sandbox-bank.css', { type: 'text/css; charset=utf-8', body: own('sandbox-bank.css') }],
    ['invoice.css', { type: 'text/css; charset=utf-8', body: own('invoice.css') }],
    ['post-form.js', { type: 'text/javascript; charset=utf-8', body: own('post-form.js') }],
    ['mark.svg', { type: 'image/svg+xml', body: own('mark.svg') }],
    ['vazirmatn.woff2', { type: 'font/woff2', body: readFileSync(font) }],
  ]);
  const hash = createHash('sha256');
  for (const { body } of files.values()) hash.update(body);
  return { version: hash.digest('hex').slice(0, 12), files };
}

/** The nearest folder above with a package.json; the root of the disk when there is none. */
function packageRoot(folder: string): string {
  const above = dirname(folder);
  return above === folder || existsSync(join(folder, 'package.json')) ? folder : packageRoot(above);
}
