import { Code } from '../radius/code.ts';
import { decodePacket } from '../radius/decode-packet.ts';
import type { DiscardReason } from '../radius/discard-reason.ts';
import { authenticatorOf, type Packet } from '../radius/packet.ts';
import type { Instant } from '../values/instant.ts';
import { StoreAway } from '../values/store-away.ts';
import { encodeBareReply } from './encode-reply.ts';
import { handleAccess } from './handle-access.ts';
import { handleAccounting } from './handle-accounting.ts';
import { PIPELINE_LIMITS } from './limits.ts';
import type { Outcome, PacketContext, Request } from './packet-context.ts';
import type { ReplyCache } from './reply-cache.ts';
import { isFirstMessageAuthenticator, verifyRequest } from './verify-request.ts';

/** Which of the two RADIUS ports a datagram came to. */
export type Port = 'auth' | 'acct';

/** A datagram and where an answer to it goes. */
export interface Datagram {
  readonly octets: Buffer;
  readonly port: Port;
  readonly address: string;
  readonly sourcePort: number;
  readonly receivedAt: Instant;
  /** Sends an answer back to the source; may be called later than the handler returns. */
  readonly send: (reply: Buffer) => void;
}

/** What became of a datagram, for metrics; called once per datagram. */
export interface DatagramObserver {
  onOutcome(nas: string, code: number, outcome: string, receivedAt: Instant): void;
}

/** What the handler needs beside the packet's own context. */
export interface DatagramContext extends PacketContext {
  readonly replies: ReplyCache;
  readonly observer: DatagramObserver;
  /** Sends after a delay without holding anything up; false when too many are waiting. */
  readonly sendLater: (send: () => void, delayMs: number) => boolean;
}

/**
 * A datagram from its arrival to its answer, one step per line: known NAS → structure → authenticity → seen before? →
 * access or accounting → answer → kept for retransmissions. Everything wrong is a counted silent discard.
 */
export async function handleDatagram(datagram: Datagram, context: DatagramContext): Promise<void> {
  const { receivedAt } = datagram;
  const nas = context.registry.bySourceAddress(datagram.address);
  const count = (code: number, outcome: string) =>
    context.observer.onOutcome(nas?.entry.name ?? '', code, outcome, receivedAt);
  if (nas === undefined) return count(0, 'unknown-nas');
  const packet = decodePacket(datagram.octets);
  if (typeof packet === 'string') return count(0, packet);
  if (!isExpected(packet, datagram.port))
    return count(packet.code, 'unexpected-code' satisfies DiscardReason);
  const verified = verifyRequest(packet, nas);
  if (typeof verified === 'string') return count(packet.code, verified);
  if (isFirstMessageAuthenticator(packet, nas, verified)) {
    // Known at once in memory; a store that fails is logged by `learn` and must not fail this packet.
    context.learn(nas, { ...nas.learned, messageAuthenticatorSince: receivedAt }, receivedAt).catch(() => {});
  }
  const source = `${datagram.address} ${datagram.sourcePort} ${datagram.port}`;
  const authenticator = authenticatorOf(packet);
  const seen = context.replies.begin(source, packet.identifier, packet.code, authenticator, receivedAt);
  if (seen === 'in-progress') return count(packet.code, 'duplicate-in-progress');
  if (seen !== 'new') {
    datagram.send(seen);
    return count(packet.code, 'duplicate-answered');
  }
  const outcome = await decide(
    { packet, nas, secret: verified.secret, source: datagram.address, receivedAt },
    datagram.port,
    context,
  );
  if ('discard' in outcome) {
    context.replies.forget(source, packet.identifier, authenticator);
    return count(packet.code, outcome.discard);
  }
  const send = () => {
    context.replies.answer(source, packet.identifier, authenticator, outcome.reply);
    datagram.send(outcome.reply);
  };
  if (outcome.delayMs === 0) send();
  else if (!context.sendLater(send, outcome.delayMs)) {
    context.replies.forget(source, packet.identifier, authenticator);
    return count(packet.code, 'overload');
  }
  count(packet.code, outcome.reason === '' ? outcome.outcome : outcome.reason);
}

function isExpected(packet: Packet, port: Port): boolean {
  if (packet.code === Code.StatusServer) return true;
  return packet.code === (port === 'auth' ? Code.AccessRequest : Code.AccountingRequest);
}

async function decide(request: Request, port: Port, context: DatagramContext): Promise<Outcome> {
  const { packet, secret } = request;
  if (packet.code === Code.StatusServer) {
    const code = port === 'auth' ? Code.AccessAccept : Code.AccountingResponse;
    return { reply: encodeBareReply(packet, secret, code), outcome: 'acknowledged', reason: '', delayMs: 0 };
  }
  if (context.engine.waiting >= PIPELINE_LIMITS.pendingLines) return { discard: 'overload' };
  try {
    return packet.code === Code.AccessRequest
      ? await handleAccess(request, context)
      : await handleAccounting(request, context);
  } catch (error) {
    if (packet.code !== Code.AccessRequest) return { discard: 'not-recorded' };
    return { discard: error instanceof StoreAway ? 'counters-away' : 'not-decided' };
  }
}
