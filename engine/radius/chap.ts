import { MD5_DIGEST_OCTETS, Md5 } from './md5.ts';
import { sameOctets } from './secret.ts';

/** Octets of the value of CHAP-Password: CHAP Ident, then the 16 octets of the response (RFC 2865 §5.3). */
const CHAP_PASSWORD_OCTETS = 17;

const IDENT_OCTETS = 1;

const hash = new Md5();
const expected = new Uint8Array(MD5_DIGEST_OCTETS);

/**
 * Checks a CHAP response: MD5(Ident + password + challenge), RFC 1994 §4.1. `chapPassword` is the value of
 * CHAP-Password; `challenge` the value of CHAP-Challenge or, where that is absent, the Request Authenticator
 * (RFC 2865 §2.2). False for a wrong response or a value not of 17 octets.
 */
export function verifyChap(chapPassword: Uint8Array, challenge: Uint8Array, password: Uint8Array): boolean {
  if (chapPassword.length !== CHAP_PASSWORD_OCTETS) return false;
  hash.reset();
  hash.update(chapPassword, 0, IDENT_OCTETS);
  hash.update(password);
  hash.update(challenge);
  hash.digestInto(expected, 0);
  return sameOctets(expected, 0, chapPassword, IDENT_OCTETS, MD5_DIGEST_OCTETS);
}
