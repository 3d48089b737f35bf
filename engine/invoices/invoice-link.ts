import { createHmac, timingSafeEqual } from 'node:crypto';
import { DAY_MS, type Instant } from '../values/instant.ts';
import type { InvoiceNumber } from './invoice.ts';

/** Octets of a signature that stand in an address. */
const SIGNATURE_OCTETS = 16;

/** `1405-1024.g3k.` and the signature. */
const SIGNED = /^([A-Za-z0-9-]{1,20})-([1-9]\d{0,14})\.([0-9a-z]{1,8})\.([A-Za-z0-9_-]{22})$/;

/**
 * Addresses of invoices for people without a login: whoever has one reads that invoice, until its last day, and no other. It
 * holds the name of the invoice, the last day, and a signature over both that nobody can guess; nothing of it is stored.
 */
export class InvoiceLinks {
  readonly #key: Uint8Array;

  /** @param key 32 secret octets of their own. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** The last part of the address, in letters that need no escape; valid to the end of the day (UTC) that holds `until`. */
  sign({ series, number }: InvoiceNumber, until: Instant): string {
    const text = `${series}-${number}.${Math.floor(until / DAY_MS).toString(36)}`;
    return `${text}.${this.#signatureOf(text)}`;
  }

  /** The invoice that it is about; `undefined` when it was not signed here or its time is over. */
  read(signed: string, now: Instant): InvoiceNumber | undefined {
    const [, series, number, day, signature] = SIGNED.exec(signed) ?? [];
    if (series === undefined || day === undefined || signature === undefined) return undefined;
    const own = this.#signatureOf(`${series}-${number}.${day}`);
    // As they are written: the last letter has bits that no octet needs.
    const isOurs = timingSafeEqual(Buffer.from(own), Buffer.from(signature));
    const isOver = now >= (Number.parseInt(day, 36) + 1) * DAY_MS;
    return isOurs && !isOver ? { series, number: Number(number) } : undefined;
  }

  #signatureOf(text: string): string {
    const digest = createHmac('sha256', this.#key).update(text).digest();
    return digest.subarray(0, SIGNATURE_OCTETS).toString('base64url');
  }
}
