import { writeClassToken } from '../accounting/class-token.ts';
import { LOGIN_NONCE_OCTETS, loginSessionKey } from '../accounting/session-key.ts';
import { isOpen } from '../accounting/session-life.ts';
import { type AccessDecision, type AccessRequest, decideAccess } from '../policy/decide-access.ts';
import type { LineState } from '../policy/line-state.ts';
import type { RejectReason } from '../policy/reject-reason.ts';
import { AttributeType } from '../radius/attribute-type.ts';
import { msChapIdentOf } from '../radius/ms-chap.ts';
import { findAttribute, readText, readUint32 } from '../radius/read-attribute.ts';
import { lostEvent } from './account-record.ts';
import { checkPassword, type MsChapAttempt, type PasswordProof } from './check-password.ts';
import { encodeAccept, encodeReject } from './encode-reply.ts';
import type { AccessEvent } from './engine-event.ts';
import { loginWithAddress } from './lease-address.ts';
import { PIPELINE_LIMITS } from './limits.ts';
import { concludeChange } from './line-change.ts';
import { lineFacts } from './line-facts.ts';
import type { RuleResult } from './line-rule.ts';
import { canLand, changesInSession } from './nas-abilities.ts';
import type { Outcome, PacketContext, Request } from './packet-context.ts';

/** Texts for the subscriber's modem; short, without telling a stranger whether the name exists. */
const MESSAGES: Readonly<Record<RejectReason, string>> = {
  'unknown-user': 'Wrong username or password',
  'wrong-password': 'Wrong username or password',
  'no-password': 'No password was sent',
  'method-unsupported': 'Authentication method not supported',
  'line-suspended': 'The line is suspended',
  'no-service': 'The line has no service',
  'service-ended': 'The service has ended',
  'volume-ended': 'The volume has ended',
  'mac-locked': 'The line is locked to another device',
  'too-many-sessions': 'The line is already online',
  'no-address': 'No address is free',
};

/**
 * Answers an Access-Request: password, then the pure decision, whose slot is committed before the Accept goes out.
 * The signed Class ties the accounting that follows to this login.
 */
export async function handleAccess(request: Request, context: PacketContext): Promise<Outcome> {
  const { packet, nas, secret, receivedAt } = request;
  const name = findAttribute(packet, AttributeType.UserName);
  const username = name === undefined ? '' : readText(packet, name);
  if (username === '') return { discard: 'no-user-name' };
  const state = await context.engine.peek(username);
  if (state === undefined) return reject(request, context, username, 'unknown-user', undefined);
  const proof = checkPassword(packet, nas, secret, context.passwordOf(state.profile));
  if (!proof.ok) return reject(request, context, username, proof.reason, proof.msChap);
  const login = readLogin(request, context);
  const decision = await loginWithAddress({ username, state, login, nas }, context, (asked) =>
    context.engine.login(username, receivedAt, (line) => accessRule(line, asked, username, context)),
  );
  if (!decision.accepted) return reject(request, context, username, decision.reason, attemptOf(proof));
  const classToken = writeClassToken(state.profile.lineId, login.sessionKey, context.classKey);
  const salts = [context.random(2), context.random(2)] as const;
  const reply = encodeAccept(packet, secret, { nas, profile: decision.profile, proof, classToken, salts });
  return { reply, outcome: 'accept', reason: '', delayMs: 0 };
}

function readLogin({ packet, nas, source, receivedAt }: Request, context: PacketContext): AccessRequest {
  const station = findAttribute(packet, AttributeType.CallingStationId);
  const port = findAttribute(packet, AttributeType.NasPort);
  const portId = findAttribute(packet, AttributeType.NasPortId);
  const portNumber = port === undefined ? undefined : readUint32(packet, port);
  return {
    now: receivedAt,
    nas: nas.entry.name,
    nasBoot: nas.learned.boot,
    nasAddress: source,
    nasPort:
      portNumber !== undefined ? String(portNumber) : portId === undefined ? '' : readText(packet, portId),
    callingStationId: station === undefined ? '' : readText(packet, station),
    sessionKey: loginSessionKey(context.random(LOGIN_NONCE_OCTETS), receivedAt),
    canGive: (service) => nas.driver.canGive(service),
    canLand: () => canLand(nas),
    changesInSession: (before, after) => changesInSession(nas, before, after),
  };
}

/** The decision as a rule on the line: an accepted login stores its slot and the history row in one commit. */
function accessRule(
  line: LineState | undefined,
  login: AccessRequest,
  username: string,
  context: PacketContext,
): RuleResult<AccessDecision> {
  if (line === undefined) return { change: undefined, result: { accepted: false, reason: 'unknown-user' } };
  const facts = lineFacts(context, login.now);
  const result = decideAccess(line, facts.plans, facts.bootOf, login);
  if (!result.accepted) return { change: undefined, result };
  const open = new Set(line.sessions.filter(isOpen).map((session) => session.key));
  const ended = result.sessions.filter((session) => !isOpen(session) && open.has(session.key));
  const events = [
    accessEvent(login, username, 'accept', ''),
    ...ended.map((session) => lostEvent(line.profile, session)),
  ];
  const next = { ...line, sessions: result.sessions, boundMac: result.boundMac };
  const change = concludeChange(next, events, result.effects, facts);
  return { change, result };
}

function accessEvent(
  login: Pick<AccessRequest, 'now' | 'nas' | 'callingStationId'>,
  username: string,
  outcome: AccessEvent['outcome'],
  reason: AccessEvent['reason'],
): AccessEvent {
  const { now, nas, callingStationId } = login;
  return { type: 'access', at: now, username, nas, callingStationId, outcome, reason, count: 1 };
}

/** A Reject with its reason for staff; it leaves after a second and some jitter, holding nothing up meanwhile. */
function reject(
  request: Request,
  context: PacketContext,
  username: string,
  reason: RejectReason,
  msChap: MsChapAttempt | undefined,
): Outcome {
  const login = readLogin(request, context);
  context.logAccess(accessEvent(login, username, 'reject', reason));
  const challenge = context.random(16);
  const reply = encodeReject(request.packet, request.secret, {
    message: MESSAGES[reason],
    msChap,
    challenge,
  });
  const jitterMs = ((challenge[0] ?? 0) / 0xff) * PIPELINE_LIMITS.rejectJitterMs;
  return { reply, outcome: 'reject', reason, delayMs: PIPELINE_LIMITS.rejectDelayMs + jitterMs };
}

function attemptOf(proof: PasswordProof): MsChapAttempt | undefined {
  if (!proof.ok) return proof.msChap;
  if (proof.method !== 'ms-chap' && proof.method !== 'ms-chap-v2') return undefined;
  return { version: proof.method === 'ms-chap' ? 1 : 2, ident: msChapIdentOf(proof.response) };
}
