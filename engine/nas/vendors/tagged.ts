/** Octets of a tagged text inside a Vendor-Specific, laid out as RFC 2868 §3.3 has it. */
export function tagged(tag: number, text: string): Buffer {
  return Buffer.concat([Buffer.of(tag), Buffer.from(text)]);
}

/** A tagged integer (RFC 2868 §3.1) as the 32 bits it is sent in: the tag, then a value below 2^24. */
export function taggedUint(tag: number, value: number): number {
  return tag * 2 ** 24 + value;
}
