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
import type { BegunRequest, ReplyCache } from './reply-cache.ts';
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
  onOutcome(nas: string, code: number, outcome: string): void;
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
  const admitted = admit(datagram, context);
  if (admitted === undefined) return;
  const { request, begun } = admitted;
  let outcome: Outcome;
  try {
    outcome = await decide(request, datagram.port, context);
  } catch (error) {
    outcome = { discard: notDone(request.packet, error) };
  }
  conclude(datagram, request, begun, outcome, context);
}

/** A request that is to be decided, and its place among those that were seen. */
interface Admitted {
  readonly request: Request;
  readonly begun: BegunRequest;
}

/** The steps before anything is decided; `undefined` when the datagram is dropped or was answered before. */
function admit(datagram: Datagram, context: DatagramContext): Admitted | undefined {
  const { octets, port, address, sourcePort, receivedAt } = datagram;
  const nas = context.registry.bySourceAddress(address);
  const drop = (code: number, outcome: string) =>
    void context.observer.onOutcome(nas?.entry.name ?? '', code, outcome);
  if (nas === undefined) return drop(0, 'unknown-nas');
  const packet = decodePacket(octets);
  if (typeof packet === 'string') return drop(0, packet);
  if (!isExpected(packet, port)) return drop(packet.code, 'unexpected-code' satisfies DiscardReason);
  const verified = verifyRequest(packet, nas);
  if (typeof verified === 'string') return drop(packet.code, verified);
  if (isFirstMessageAuthenticator(packet, nas, verified)) {
    // Known at once in memory; a store that fails is logged by `learn` and must not fail this packet.
    context.learn(nas, { ...nas.learned, messageAuthenticatorSince: receivedAt }, receivedAt).catch(() => {});
  }
  const source = `${address} ${sourcePort} ${port}`;
  const seen = context.replies.begin(
    source,
    packet.identifier,
    packet.code,
    authenticatorOf(packet),
    receivedAt,
  );
  if (seen === 'in-progress') return drop(packet.code, 'duplicate-in-progress');
  if (Buffer.isBuffer(seen)) {
    datagram.send(seen);
    return drop(packet.code, 'duplicate-answered');
  }
  return { request: { packet, nas, secret: verified.secret, source: address, receivedAt }, begun: seen };
}

/** Answers as was decided, now or later, and counts it. */
function conclude(
  { send }: Datagram,
  { packet, nas }: Request,
  begun: BegunRequest,
  outcome: Outcome,
  context: DatagramContext,
): void {
  let counted: string;
  if ('discard' in outcome) {
    counted = outcome.discard;
    begun.forget();
  } else if (answer(outcome, begun, send, context)) {
    counted = outcome.reason === '' ? outcome.outcome : outcome.reason;
  } else {
    counted = 'overload';
    begun.forget();
  }
  context.observer.onOutcome(nas.entry.name, packet.code, counted);
}

/** False when too many answers are waiting for their time. */
function answer(
  { reply, delayMs }: Exclude<Outcome, { discard: unknown }>,
  begun: BegunRequest,
  send: Datagram['send'],
  context: DatagramContext,
): boolean {
  const sendNow = () => {
    begun.answer(reply);
    send(reply);
  };
  if (delayMs > 0) return context.sendLater(sendNow, delayMs);
  sendNow();
  return true;
}

function isExpected(packet: Packet, port: Port): boolean {
  if (packet.code === Code.StatusServer) return true;
  return packet.code === (port === 'auth' ? Code.AccessRequest : Code.AccountingRequest);
}

function decide(request: Request, port: Port, context: DatagramContext): Outcome | Promise<Outcome> {
  const { packet, secret } = request;
  if (packet.code === Code.StatusServer) {
    const code = port === 'auth' ? Code.AccessAccept : Code.AccountingResponse;
    return { reply: encodeBareReply(packet, secret, code), outcome: 'acknowledged', reason: '', delayMs: 0 };
  }
  if (context.engine.waiting >= PIPELINE_LIMITS.pendingLines) return { discard: 'overload' };
  return packet.code === Code.AccessRequest
    ? handleAccess(request, context)
    : handleAccounting(request, context);
}

/** Why a request whose handling failed gets no answer. */
function notDone(packet: Packet, error: unknown): DiscardReason {
  if (packet.code !== Code.AccessRequest) return 'not-recorded';
  return error instanceof StoreAway ? 'counters-away' : 'not-decided';
}
