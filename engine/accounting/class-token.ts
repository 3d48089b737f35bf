import type { HmacMd5Key } from '../radius/hmac-md5.ts';
import { hmacMd5 } from '../radius/hmac-md5.ts';
import { sameOctets } from '../radius/secret.ts';
import { SESSION_KEY_OCTETS } from './session-key.ts';

const VERSION = 1;
const LINE_AT = 1;
const LINE_OCTETS = 6;
const KEY_AT = LINE_AT + LINE_OCTETS;
const TAG_AT = KEY_AT + SESSION_KEY_OCTETS;
const TAG_OCTETS = 8;

/** Octets of our Class value: version, line number, session key, truncated HMAC. */
export const CLASS_TOKEN_OCTETS = TAG_AT + TAG_OCTETS;

/**
 * The value of Class in an Access-Accept. The NAS echoes it in accounting (RFC 2865 §5.25), so every packet of the
 * session proves which login it belongs to.
 */
export function writeClassToken(lineId: number, sessionKey: string, key: HmacMd5Key): Buffer {
  const token = Buffer.alloc(CLASS_TOKEN_OCTETS);
  token[0] = VERSION;
  token.writeUIntBE(lineId, LINE_AT, LINE_OCTETS);
  token.write(sessionKey, KEY_AT, 'hex');
  token.set(hmacMd5(key, token.subarray(0, TAG_AT)).subarray(0, TAG_OCTETS), TAG_AT);
  return token;
}

/** The session key in a Class that we signed for this very line, else `undefined`. */
export function readClassToken(value: Uint8Array, lineId: number, key: HmacMd5Key): string | undefined {
  if (value.length !== CLASS_TOKEN_OCTETS || value[0] !== VERSION) return undefined;
  const token = Buffer.from(value.buffer, value.byteOffset, value.length);
  if (token.readUIntBE(LINE_AT, LINE_OCTETS) !== lineId) return undefined;
  const tag = hmacMd5(key, token.subarray(0, TAG_AT));
  if (!sameOctets(tag, 0, token, TAG_AT, TAG_OCTETS)) return undefined;
  return token.toString('hex', KEY_AT, TAG_AT);
}
