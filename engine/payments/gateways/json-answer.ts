import { maskCard } from '../../values/bank-number.ts';
import { isRial, type Rial } from '../../values/rial.ts';
import { callGateway, type GatewayReply } from '../gateway-http.ts';

/** An object of a JSON answer, or `{}` where something else stood. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A call whose body and answer are JSON. */
export interface JsonCall {
  readonly url: string;
  readonly body: JsonObject;
  readonly timeoutMs: number | undefined;
}

/**
 * Posts JSON and reads a JSON object from the answer, also of a 4xx, with which gateways tell their own codes. A text says
 * why there is none. A 5xx is no answer, for nobody knows what had been done before it, and neither is a redirect.
 */
export async function postJson({ url, body, timeoutMs }: JsonCall): Promise<JsonObject | string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const call = { method: 'POST', url, headers, body: JSON.stringify(body) } as const;
  const reply: GatewayReply | string = await callGateway(call, timeoutMs);
  if (typeof reply === 'string') return reply;
  if (reply.status >= 500 || (reply.status >= 300 && reply.status < 400)) return `status ${reply.status}`;
  try {
    const value: unknown = JSON.parse(reply.text);
    if (isObject(value)) return value;
  } catch {
    // Said below, as for JSON that is no object.
  }
  return `status ${reply.status} with an answer that is no JSON object`;
}

/** The object that `value` is, `{}` when it is none: gateways write `[]` for an object without members. */
export function objectIn(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number, written as number or as text; `undefined` for all else and beyond 2^53, where JSON is inexact. */
export function integerIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value.trim()) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

/** An amount of Rial, `undefined` when `value` is none. */
export function rialIn(value: unknown): Rial | undefined {
  const number = integerIn(value);
  return number !== undefined && isRial(number) ? number : undefined;
}

/** The bank's number of a payment as text: above 0, without leading zeros that another answer might lack. */
export function referenceIn(value: unknown): string | undefined {
  const number = integerIn(value);
  return number !== undefined && number > 0 ? String(number) : undefined;
}

/** A text of the gateway for people, cut to what a page can show; '' when it is none. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200).toWellFormed() : '';
}

/** Six first and four last digits of a card that comes whole or masked; '' for everything else (product line V06). */
export function cardIn(value: unknown): string {
  const card = typeof value === 'string' ? value.trim() : '';
  if (!/^\d{6}[\d*xX]{2,9}\d{4}$/.test(card)) return '';
  return maskCard(`${card.slice(0, 6)}${'0'.repeat(6)}${card.slice(-4)}`);
}

/** A mobile number as Iranian gateways take it, `09121234567`; `undefined` when it is foreign or not known. */
export function localMobile(e164: string): string | undefined {
  return /^\+989\d{9}$/.test(e164) ? `0${e164.slice(3)}` : undefined;
}
