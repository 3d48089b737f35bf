import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 'v1';
const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;

/**
 * Seals secrets at rest with AES-256-GCM (design section 10). Each sealed text is bound to a context such as
 * `line:u1:password`, so that a row copied to another place does not open there.
 */
export class SecretBox {
  private readonly key: Buffer;

  /** @param masterKey at least 32 octets of key material (`MIZAN_KEY`). */
  constructor(masterKey: Buffer) {
    if (masterKey.length < 32) throw new RangeError('the master key has fewer than 32 octets');
    this.key = Buffer.from(hkdfSync('sha256', masterKey, '', 'mizan secrets at rest', 32));
  }

  /** Sealed text of `plain`, printable, different at every call. */
  seal(plain: string, context: string): string {
    const nonce = randomBytes(NONCE_OCTETS);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    cipher.setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
  }

  /** The plain text, or `undefined` when the text was sealed with another key or for another context. */
  open(sealed: string, context: string): string | undefined {
    if (!sealed.startsWith(`${VERSION}.`)) return undefined;
    const octets = Buffer.from(sealed.slice(VERSION.length + 1), 'base64url');
    if (octets.length < NONCE_OCTETS + TAG_OCTETS) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.key, octets.subarray(0, NONCE_OCTETS));
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(octets.subarray(NONCE_OCTETS, NONCE_OCTETS + TAG_OCTETS));
    try {
      const body = octets.subarray(NONCE_OCTETS + TAG_OCTETS);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}

/** Key derived from the master key for one purpose, for example signing Class; 32 octets. */
export function deriveKey(masterKey: Buffer, purpose: string): Buffer {
  return createHmac('sha256', masterKey).update(`mizan ${purpose}`).digest();
}

/** Context of a line's sealed internet password. */
export function passwordContext(username: string): string {
  return `line:${username}:password`;
}

/** Context of a NAS entry sealed for the counter store. */
export function nasContext(name: string): string {
  return `nas:${name}:entry`;
}
