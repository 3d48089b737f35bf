import { z } from 'zod';
import type { PaymentGateway } from './payments/gateway.ts';
import type { GATEWAY_NAMES } from './payments/gateway-names.ts';
import { createMellat } from './payments/gateways/mellat.ts';
import { createSadad } from './payments/gateways/sadad.ts';
import { createSaman } from './payments/gateways/saman.ts';
import { createZarinpal } from './payments/gateways/zarinpal.ts';
import { createZibal } from './payments/gateways/zibal.ts';
import type { Clock } from './runtime/clock.ts';
import { readOwnFile } from './runtime/own-file.ts';
import { fail, ok, type Result } from './values/result.ts';

const LOOPBACK = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/;

/** A credential must not travel in clear, but to a simulator on this machine. */
const gatewayUrl = z
  .string('must be a text')
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, hostname } = new URL(text);
    return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  }, 'must be an address that begins with https://')
  .transform((text) => text.replace(/\/+$/, ''));

const everywhere = {
  baseUrl: gatewayUrl.optional(),
  timeoutMs: z.int('must be a number').min(1_000).max(60_000).optional(),
};
const text = z.string('must be a text').min(1, 'must not be empty');
const digits = z.string('must be a text').regex(/^\d{1,15}$/, 'must be digits');

const accounts = {
  zarinpal: z
    .strictObject({ ...everywhere, merchantId: text.length(36, 'must have 36 characters') })
    .optional(),
  zibal: z.strictObject({ ...everywhere, merchant: text }).optional(),
  mellat: z.strictObject({ ...everywhere, terminalId: digits, userName: text, password: text }).optional(),
  saman: z.strictObject({ ...everywhere, terminalId: digits }).optional(),
  sadad: z.strictObject({ ...everywhere, merchantId: text, terminalId: text, key: text }).optional(),
} satisfies { readonly [Name in AccountName]: z.ZodType };

const gatewayFile = z.strictObject(accounts);

type Accounts = z.output<typeof gatewayFile>;

/** Without the one of our own, which needs no account. */
type AccountName = Exclude<(typeof GATEWAY_NAMES)[number], 'sandbox'>;

/**
 * The gateways of a settings file, in its order; none without one. Fails with sentences for the operator, in which no value
 * of the file is repeated. The file holds credentials: it is refused when others than its owner may read it.
 */
export function readGateways(
  path: string | undefined,
  clock: Clock,
): Result<readonly PaymentGateway[], string> {
  if (path === undefined) return ok([]);
  const content = readOwnFile(path, 'PAYMENT_GATEWAYS_FILE');
  if (!content.ok) return content;
  let json: unknown;
  try {
    json = JSON.parse(content.value);
  } catch {
    return fail(`PAYMENT_GATEWAYS_FILE: ${path} is not JSON`);
  }
  const parsed = gatewayFile.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path: place, message }) => `${place.join('.')}: ${message}`);
    return fail(faults.map((fault) => `PAYMENT_GATEWAYS_FILE: ${path}: ${fault}`).join('\n'));
  }
  return ok(Object.keys(json as object).map((name) => gatewayOf(name as AccountName, parsed.data, clock)));
}

function gatewayOf(name: AccountName, accounts: Accounts, clock: Clock): PaymentGateway {
  const now = () => clock.now();
  switch (name) {
    case 'zarinpal':
      return createZarinpal(given(accounts.zarinpal!));
    case 'zibal':
      return createZibal(given(accounts.zibal!));
    case 'mellat':
      return createMellat({ ...given(accounts.mellat!), now });
    case 'saman':
      return createSaman(given(accounts.saman!));
    case 'sadad':
      return createSadad({ ...given(accounts.sadad!), now });
  }
}

/** Settings without those that were left out, which zod names with `undefined`. */
function given<T extends { readonly baseUrl?: string | undefined; readonly timeoutMs?: number | undefined }>({
  baseUrl,
  timeoutMs,
  ...account
}: T) {
  return {
    ...account,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}
