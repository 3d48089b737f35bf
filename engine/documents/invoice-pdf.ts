import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { CompileDocArgs, NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { Invoice, InvoiceNumber } from '../invoices/invoice.ts';
import { invoiceSheet } from '../invoices/invoice-sheet.ts';
import type { InvoiceLanguage } from '../invoices/invoice-words.ts';
import { installedFolder } from '../runtime/installed-folder.ts';
import { SECOND_MS } from '../values/instant.ts';
import { qrCode, qrSvg } from './qr-code.ts';

const TEMPLATE = 'invoice.typ';
const WEIGHTS = ['Regular', 'Bold'] as const;

/** Documents after which what the compiler remembers of an older one is forgotten. */
const REMEMBERED_DOCUMENTS = 10;

/** Longer than any figure and any honest word: it is given places where its line may end. */
const LONG_WORD = /\S{25,}/gu;
/** As much of it as fits into the narrowest column. */
const PART_OF_LONG_WORD = /\S{8}(?=\S)/gu;

/** Made when the first document is asked for, and then kept: it is 51 MB of code, and reads the machine's fonts. */
let opened: NodeCompiler | undefined;

/**
 * An invoice as a PDF file (A4, fonts embedded); the same invoice gives the same octets on one machine. It runs on the
 * thread that calls it, for some ten milliseconds.
 * @param pageUrl address of the invoice's own page for its QR code, '' for none.
 * @param takenBackBy its credit notes, which are named beside its number.
 * @throws Error when the installation lacks the template, the font or the compiler of this platform.
 */
export function renderInvoicePdf(
  invoice: Invoice,
  language: InvoiceLanguage,
  pageUrl = '',
  takenBackBy: readonly InvoiceNumber[] = [],
): Uint8Array<ArrayBuffer> {
  const sheet = invoiceSheet(invoice, language, pageUrl, takenBackBy);
  const inputs = { sheet: breakableJson(sheet), qr: qrSvg(qrCode(sheet.verification)) };
  opened ??= openCompiler();
  return compile(opened, { mainFilePath: templatePath(), inputs }, invoice.issuedAt);
}

function compile(compiler: NodeCompiler, args: CompileDocArgs, issuedAt: number): Uint8Array<ArrayBuffer> {
  const done = compiler.compile(args);
  const { result } = done;
  if (result === null) {
    const error = done.takeError();
    throw new Error(`the invoice's template: ${JSON.stringify(error && compiler.fetchDiagnostics(error))}`);
  }
  const pdf = compiler.pdf(result, { creationTimestamp: Math.trunc(issuedAt / SECOND_MS) });
  compiler.evictCache(REMEMBERED_DOCUMENTS);
  return new Uint8Array(pdf);
}

function openCompiler(): NodeCompiler {
  const load = createRequire(import.meta.url);
  const { NodeCompiler: Compiler }: typeof import('@myriaddreamin/typst-ts-node-compiler') = load(
    '@myriaddreamin/typst-ts-node-compiler',
  );
  const fontBlobs = WEIGHTS.map((weight) =>
    readFileSync(load.resolve(`vazirmatn/fonts/ttf/Vazirmatn-${weight}.ttf`)),
  );
  return Compiler.create({ workspace: dirname(templatePath()), fontArgs: [{ fontBlobs }] });
}

function templatePath(): string {
  return join(installedFolder(join('schemas', 'documents')), TEMPLATE);
}

/** The sheet as JSON, its long words with zero-width spaces: a line of text ends at no other place within a word. */
function breakableJson(sheet: object): string {
  const breakable = (word: string) => word.replace(PART_OF_LONG_WORD, '$&\u200b');
  return JSON.stringify(sheet, (_, value: unknown) =>
    typeof value === 'string' ? value.replace(LONG_WORD, breakable) : value,
  );
}
