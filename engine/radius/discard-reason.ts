/**
 * Why a datagram got no answer (or, on our client side, why a reply was ignored). Every one of these is a silent
 * discard of the RFCs, so the count per reason is all that an operator ever sees of it: the text is the
 * Prometheus label and must not change.
 */
export const DISCARD_REASONS = [
  // Structure: what `decodePacket` returns.
  /** Under 20 octets, in the datagram or by its Length field (RFC 2865 §3, Length: minimum 20). */
  'too-short',
  /** Length field over 4096 (RFC 2865 §3, Length: maximum 4096). */
  'too-long',
  /** The datagram is shorter than its Length field (RFC 2865 §3, Length: "MUST be silently discarded"). */
  'length-mismatch',
  /** A code that we do not know (RFC 2865 §3, Code: "invalid Code field, it is silently discarded"). */
  'unknown-code',
  /** An attribute whose Length is 0 or 1, less than its own header (RFC 2865 §5, Length). */
  'attribute-too-short',
  /** An attribute that reaches beyond the packet, or a single octet left at the end (RFC 2865 §5, Length). */
  'attribute-overrun',
  /** More attributes than `LIMITS.attributes`; no RFC limit, the bound that keeps one packet from costing much. */
  'too-many-attributes',
  /** Two or more Message-Authenticators (RFC 2869 §5.19: at most one in every packet). */
  'duplicate-message-authenticator',
  /** A Message-Authenticator whose value is not 16 octets (RFC 2869 §5.14, Length 18). */
  'message-authenticator-length',

  // Trust: who sent it, and is it theirs.
  /** The source address belongs to no NAS (RFC 2865 §3: no shared secret, silently discarded). */
  'unknown-nas',
  /** A NAS that must send Message-Authenticator, or a packet with EAP-Message, sent none (RFC 3579 §3.2). */
  'message-authenticator-missing',
  /** The Message-Authenticator does not match (RFC 2869 §5.14, RFC 3579 §3.2). */
  'message-authenticator-wrong',
  /** The Request or Response Authenticator does not match (RFC 2866 §3, RFC 5080 §2.3.3, RFC 2865 §3). */
  'authenticator-wrong',
  /** Proxy-State and no Message-Authenticator: the shape of a BlastRADIUS request (CVE-2024-3596). */
  'proxy-state-without-message-authenticator',
  /** A good packet at the wrong port, for example Accounting-Request at 1812 (RFC 2866 §3, RFC 5080 §2.4). */
  'unexpected-code',
  /** A reply that answers no request of ours (RFC 2865 §3, Identifier). */
  'unexpected-reply',
  /** Event-Timestamp outside the window (RFC 5176 §6.3). */
  'stale-event-timestamp',

  // Work: what the pipeline could not or need not do.
  /** The same request is being answered now; its reply will serve both (RFC 5080 §2.2.2). */
  'duplicate-in-progress',
  /** Shed because more waits than can be answered before the NAS gives up (RFC 5080 §2.2.1). */
  'overload',
  /** Access-Request without User-Name, or accounting of a session without it (RFC 2865 §5.1). */
  'no-user-name',
  /** Accounting-Request without a readable Acct-Status-Type (RFC 2866 §5.13: exactly one). */
  'no-acct-status-type',
  /** Accounting of a session without Acct-Session-Id (RFC 2866 §5.13: exactly one). */
  'no-session-id',
  /** The record could not be made durable, so there must be no answer (RFC 2866 §4.1). */
  'not-recorded',
  /** The service that decides did not answer in time; the NAS asks again (RFC 2865 §2.4). */
  'not-decided',
  /** The counters are away and the line is known nowhere else, so a Reject could be wrong; the NAS asks again. */
  'counters-away',
] as const;

/** One of `DISCARD_REASONS`. */
export type DiscardReason = (typeof DISCARD_REASONS)[number];
