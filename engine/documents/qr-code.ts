import { create } from 'qrcode';

/** A QR code as one path in a square of `size` units, with its quiet zone of four modules. */
export interface QrCode {
  readonly size: number;
  /** The dark modules, for the `d` of an SVG path. */
  readonly path: string;
}

/** Modules of free space around a code (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/**
 * The QR code of a text, with 15 % of it restorable (level M).
 * @throws Error when the text is longer than a code can hold, some 2,300 octets.
 */
export function qrCode(text: string): QrCode {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const runs: string[] = [];
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (!modules.get(row, column)) continue;
      let end = column + 1;
      while (end < modules.size && modules.get(row, end)) end += 1;
      runs.push(`M${column + QUIET_ZONE} ${row + QUIET_ZONE}h${end - column}v1H${column + QUIET_ZONE}z`);
      column = end;
    }
  }
  return { size: modules.size + 2 * QUIET_ZONE, path: runs.join('') };
}

/** The code as an SVG file. */
export function qrSvg({ size, path }: QrCode): string {
  const box = `viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box}><path d="${path}"/></svg>`;
}
