import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { callGateway } from './gateway-http.ts';

/** A call of a SOAP 1.1 service in document/literal style, with parameters that are no objects. */
export interface SoapCall {
  readonly url: string;
  /** Namespace of the operation; its parameters are unqualified, as JAX-WS services want them. */
  readonly namespace: string;
  readonly operation: string;
  /** In the order of the service's schema, which is a sequence. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly timeoutMs: number | undefined;
}

/** What became of a call: the text of `return`, or why there is none. */
export type SoapAnswer = { readonly value: string } | { readonly failure: string };

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';

/** Everything that XML 1.0 §2.2 calls no character, lone surrogates among it: no escape makes it legal. */
const NO_CHARACTERS = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** `text` as content of an XML element: escaped, and without what XML cannot hold. */
export function escapeXml(text: string): string {
  return text.replace(NO_CHARACTERS, '').replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** The envelope of a call (SOAP 1.1 §4). Names are the program's own; the values may hold anything. */
function soapEnvelope({ namespace, operation, parameters }: Omit<SoapCall, 'url' | 'timeoutMs'>): string {
  const elements = Object.entries(parameters).map(
    ([name, value]) => `<${name}>${escapeXml(value)}</${name}>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<s:Envelope xmlns:s="${ENVELOPE}" xmlns:o="${namespace}"><s:Body>`,
    `<o:${operation}>${elements.join('')}</o:${operation}>`,
    '</s:Body></s:Envelope>',
  ].join('');
}

/**
 * Calls an operation. Texts of the other side are not repeated in a failure: a fault may quote what was sent, and the
 * password is in it.
 */
export async function callSoap(call: SoapCall): Promise<SoapAnswer> {
  const headers = { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' };
  const body = soapEnvelope(call);
  const reply = await callGateway({ method: 'POST', url: call.url, headers, body }, call.timeoutMs);
  if (typeof reply === 'string') return { failure: reply };
  if (reply.status !== 200) return { failure: `status ${reply.status}` };
  const value = readSoapReturn(reply.text, call.operation);
  return value === undefined ? { failure: 'an answer that is not of this call' } : { value };
}

// Values stay texts, since 0 and 00 are different codes. No entity is expanded: no answer needs one, and one may stand for
// a thousand others.
const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
});

/** Text of `<return>` in the answer to `operation`; `undefined` for faults, broken XML and everything else. */
export function readSoapReturn(text: string, operation: string): string | undefined {
  // The parser mends what is cut off, and a cut-off code is another code: 43 would become 4.
  if (text.includes('<!') || !isWellFormed(text)) return undefined;
  let value: unknown;
  try {
    value = parser.parse(text);
  } catch {
    return undefined;
  }
  for (const name of ['Envelope', 'Body', `${operation}Response`, 'return']) value = memberOf(value, name);
  return typeof value === 'string' ? value.trim() : undefined;
}

function isWellFormed(text: string): boolean {
  try {
    return XMLValidator.validate(text) === true;
  } catch {
    return false;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
