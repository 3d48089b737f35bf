import type { PayAnswer } from '../orders.ts';
import type { Call } from './client.ts';

/** A card of the sandbox bank: 16 digits with the right check digit, of nobody. */
const CARD = '6037701689095443';
const TIMEOUT_MS = 30_000;

/**
 * What came of paying: the call that tells how it ended, or a sentence for the operator; nothing where there was nothing
 * to pay at a bank, and the answer is the outcome.
 */
export type Paid = { readonly next: Call } | { readonly message: string } | undefined;

/**
 * Pays at the sandbox bank as a browser would: over its page, and back to the callback. Any other bank's page is left
 * alone: nobody's card is known here.
 */
export async function payAtSandbox(body: unknown): Promise<Paid> {
  const { payment, goUrl } = body as PayAnswer;
  if (payment === null || goUrl === null) return undefined;
  const next: Call = { method: 'GET', path: `/payments/${payment.id}` };
  try {
    const page = await fetch(goUrl, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!/^\/sandbox-bank\/[0-9a-f]{32}$/.test(new URL(page.url).pathname)) {
      return { message: `--approve is for the sandbox bank; its page is not at ${new URL(page.url).origin}` };
    }
    const decision = new URLSearchParams({ decision: 'pay', card: CARD, back: 'get' });
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    await fetch(page.url, { method: 'POST', body: decision, signal });
    return { next };
  } catch (error) {
    return { message: `the bank's page cannot be reached: ${String((error as Error).cause ?? error)}` };
  }
}
