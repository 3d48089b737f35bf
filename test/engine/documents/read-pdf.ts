import { spawnSync } from 'node:child_process';

/** Pages of a PDF file whose page objects are not compressed, as Typst writes them. */
export function pageCount(pdf: Uint8Array): number {
  return (
    Buffer.from(pdf)
      .toString('latin1')
      .match(/\/Type \/Page\b(?!s)/g)?.length ?? 0
  );
}

/** True when this machine has poppler's `pdftotext`, a reader that is none of ours. */
export const canReadText = spawnSync('pdftotext', ['-v']).error === undefined;

/** Marks of direction, which the reader adds by its own judgement. */
const MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The text of a PDF file in reading order, without marks of direction, every gap one space. */
export function pdfText(pdf: Uint8Array): string {
  const { status, stdout } = spawnSync('pdftotext', ['-raw', '-', '-'], { input: pdf, encoding: 'utf8' });
  if (status !== 0) throw new Error(`pdftotext ended with ${status}`);
  return stdout.replace(MARKS, '').replace(/\s+/gu, ' ');
}
