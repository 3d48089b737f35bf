import type { GatewayReply } from '../../payments/gateway-http.ts';
import type { Delivery } from '../sms-provider.ts';

/** A message in an answer; '' and `undefined` where a method does not give the field. */
export interface KavenegarEntry {
  readonly messageId: string;
  readonly localId: string;
  readonly receptor: string;
  readonly status: number;
  readonly cost: number | undefined;
}

/** An answer: `status` is 200 or one of their error codes, `message` their sentence for it. */
export interface KavenegarReply {
  readonly status: number;
  readonly message: string;
  readonly entries: readonly KavenegarEntry[];
}

/** Their states of a message: 1 queued, 2 planned, 4 and 5 at the operator, 13 cancelled in their panel, 14 blocked. */
const DELIVERIES: ReadonlyMap<number, Delivery> = new Map([
  [1, 'sent'],
  [2, 'sent'],
  [4, 'sent'],
  [5, 'sent'],
  [6, 'failed'],
  [10, 'delivered'],
  [11, 'failed'],
  [13, 'failed'],
  [14, 'blocked'],
]);

/**
 * Codes that speak of this message alone: incomplete (400, 406), number (411), empty or above 900 characters (413), too
 * many (414), date (417), lists of unequal length (419), a link (420) or characters (422) that are not allowed, template and
 * its tokens (424, 428, 430 to 432). The others are about account, key, sender line or credit: they pass.
 */
const FINAL = new Set([400, 406, 411, 413, 414, 417, 419, 420, 422, 424, 428, 430, 431, 432]);

/** "The operation failed" and "the server cannot answer": nothing says that the message was not taken. */
const UNCLEAR = new Set([402, 409]);

/** Characters of their sentence that are kept. */
const MESSAGE_LENGTH_MAX = 200;

/** How far a message is in one of their states; `undefined` for 100, a message that they do not know, and others. */
export function deliveryOf(status: number): Delivery | undefined {
  return DELIVERIES.get(status);
}

/** True when the message itself was refused, so that sending it again is in vain. */
export function isFinalCode(status: number): boolean {
  return FINAL.has(status);
}

/** True when the code does not say what became of the message. */
export function isUnclearCode(status: number): boolean {
  return UNCLEAR.has(status) || status >= 500;
}

/** Reads an answer, whatever its HTTP status: their own is in it. A text says why it cannot be read. */
export function readReply({ status, text }: GatewayReply): KavenegarReply | string {
  const body = fieldsOf(parse(text));
  const { status: code, message } = fieldsOf(body.return);
  if (typeof code !== 'number') return `HTTP ${status}, and no answer of theirs in it`;
  return {
    status: code,
    message: typeof message === 'string' ? message.slice(0, MESSAGE_LENGTH_MAX) : '',
    entries: Array.isArray(body.entries) ? body.entries.map(entryOf) : [],
  };
}

function entryOf(value: unknown): KavenegarEntry {
  const { messageid, localid, receptor, status, cost } = fieldsOf(value);
  return {
    messageId: textOf(messageid),
    localId: textOf(localid),
    receptor: textOf(receptor),
    status: typeof status === 'number' ? status : 0,
    cost: typeof cost === 'number' ? cost : undefined,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
