/**
 * Packet codes that Mizan reads or writes: RFC 2865 §3, RFC 2866 §3, RFC 5997 §2 (Status-Server), RFC 5176 §2.3
 * (Disconnect and CoA) and RFC 7930 §4 (Protocol-Error). A code outside this list is discarded unread.
 */
export const Code = {
  AccessRequest: 1,
  AccessAccept: 2,
  AccessReject: 3,
  AccountingRequest: 4,
  AccountingResponse: 5,
  AccessChallenge: 11,
  StatusServer: 12,
  StatusClient: 13,
  DisconnectRequest: 40,
  DisconnectAck: 41,
  DisconnectNak: 42,
  CoaRequest: 43,
  CoaAck: 44,
  CoaNak: 45,
  ProtocolError: 52,
} as const;

/** One of the packet codes in `Code`. */
export type Code = (typeof Code)[keyof typeof Code];

const NAMES: Readonly<Record<Code, string>> = {
  1: 'Access-Request',
  2: 'Access-Accept',
  3: 'Access-Reject',
  4: 'Accounting-Request',
  5: 'Accounting-Response',
  11: 'Access-Challenge',
  12: 'Status-Server',
  13: 'Status-Client',
  40: 'Disconnect-Request',
  41: 'Disconnect-ACK',
  42: 'Disconnect-NAK',
  43: 'CoA-Request',
  44: 'CoA-ACK',
  45: 'CoA-NAK',
  52: 'Protocol-Error',
};

const KNOWN = Uint8Array.from({ length: 256 }, (_, code) => (code in NAMES ? 1 : 0));

/** True for a code that `Code` lists. A table look-up: every datagram asks this. */
export function isCode(code: number): code is Code {
  return KNOWN[code] === 1;
}

/** Name of a packet code as the RFCs write it; `Code-99` for one that is not in `Code`. */
export function codeName(code: number): string {
  return isCode(code) ? NAMES[code] : `Code-${code}`;
}
