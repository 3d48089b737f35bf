import { setTimeout as sleep } from 'node:timers/promises';
import { isOwnCause } from '../accounting/apply-record.ts';
import type { Session } from '../accounting/session.ts';
import type { NasClient } from '../nas/nas-client.ts';
import type { CoaStep } from '../nas/vendors/vendor-driver.ts';
import type { EffectResult } from '../pipeline/effect-done.ts';
import type { LineEngine } from '../pipeline/line-engine.ts';
import type { Effect } from '../policy/effect.ts';
import { isSameService } from '../policy/wanted-service.ts';
import { AttributeType, ErrorCause } from '../radius/attribute-type.ts';
import { Code } from '../radius/code.ts';
import type { Clock } from '../runtime/clock.ts';
import type { DynamicAnswer, DynamicClient, DynamicTarget } from '../transport/dynamic-client.ts';
import { SECOND_MS } from '../values/instant.ts';

/** What carrying out one order takes. */
export interface LadderParts {
  readonly engine: Pick<LineEngine, 'peek'>;
  readonly client: Pick<DynamicClient, 'send'>;
  readonly clock: Clock;
  readonly nasNamed: (name: string) => NasClient | undefined;
}

/** A NAS that was short of something is asked once more after this. */
const RETRY_AFTER_MS = 1_000;

/** An order on its way to one NAS. */
interface Ladder {
  readonly parts: LadderParts;
  readonly effect: Effect;
  readonly nas: NasClient;
  readonly target: DynamicTarget;
  readonly startedAt: number;
  attempts: number;
}

/**
 * Carries out an order: the CoA-Requests of the NAS's driver one after the other, each asked once more where the NAS
 * says it may help, then Disconnect where one of them is refused or unanswered, unless that would do more harm than good. A
 * NAS that does not know the session is not asked again. That an acknowledged order had its effect
 * shows the next interim report. `undefined` when there is nothing left to do: the order was given again while it waited
 * for a slow NAS, and an earlier one has been carried out.
 */
export async function climbLadder(parts: LadderParts, effect: Effect): Promise<EffectResult | undefined> {
  const nas = parts.nasNamed(effect.nas);
  const target = nas && targetOf(nas, effect);
  if (nas === undefined || target === undefined) {
    return { kind: effect.kind, result: 'no-nas', errorCause: 0, attempts: 0, latencyMs: 0 };
  }
  const line = await parts.engine.peek(effect.username);
  const session = line?.sessions.find(({ key }) => key === effect.sessionKey);
  if (session !== undefined && isDone(session, effect)) return undefined;
  const ladder: Ladder = { parts, effect, nas, target, startedAt: parts.clock.now(), attempts: 0 };
  if (effect.kind === 'change-speed') {
    const changed = await changeInSession(ladder, session);
    if (changed !== undefined) return changed;
    if (isWorthNoCut(effect, session)) return notChanged(ladder);
  }
  return resultOf(ladder, 'disconnect', await send(ladder, Code.DisconnectRequest));
}

/**
 * A line that still has volume is not cut for a soft landing, nor one at full speed for the sake of a faster hour: it gets that
 * with its next login.
 */
function isWorthNoCut({ reason }: Effect, session: Session | undefined): boolean {
  return reason === 'volume-ending' || (reason === 'window-opened' && session?.applied.mode === 'full');
}

function notChanged({ parts, startedAt, attempts }: Ladder): EffectResult {
  const latencyMs = Math.max(0, parts.clock.now() - startedAt);
  return { kind: 'change-speed', result: 'nak', errorCause: 0, attempts, latencyMs };
}

/** The NAS has told us of the session's end, or has acknowledged this very service and nobody doubts it. */
function isDone({ state, closeCause, applied }: Session, { kind, service, reason }: Effect): boolean {
  if (state === 'closed' && !isOwnCause(closeCause)) return true;
  return kind === 'change-speed' && reason !== 'not-in-force' && isSameService(applied, service);
}

/** The outcome of the CoA-Requests; `undefined` when the session has to be ended instead. */
async function changeInSession(
  ladder: Ladder,
  session: Session | undefined,
): Promise<EffectResult | undefined> {
  const { effect, nas } = ladder;
  const steps = nas.driver.changeService({
    before: session?.applied,
    after: effect.service,
    interimSeconds: session?.interimSeconds,
  });
  if (steps === 'reconnect') return undefined;
  let last: DynamicAnswer | undefined;
  for (const step of steps) {
    last = await sendStep(ladder, step);
    if (last.code === Code.CoaAck) continue;
    return isGone(ladder, last) ? resultOf(ladder, 'change-speed', last) : undefined;
  }
  return last && resultOf(ladder, 'change-speed', last);
}

async function sendStep(ladder: Ladder, step: CoaStep): Promise<DynamicAnswer> {
  const answer = await send(ladder, Code.CoaRequest, step);
  if (answer.code !== Code.CoaNak || ladder.nas.driver.afterNak(answer.errorCause) !== 'retry') return answer;
  await sleep(RETRY_AFTER_MS);
  return send(ladder, Code.CoaRequest, step);
}

/** Event-Timestamp is asked for by RFC 5176 §3.3, and some NAS insist on it (packetfence#6964). */
async function send(ladder: Ladder, code: number, step?: CoaStep): Promise<DynamicAnswer> {
  const { parts, effect, nas, target } = ladder;
  const timestampSeconds = Math.floor(parts.clock.now() / SECOND_MS);
  const answer = await parts.client.send(code, target, (writer) => {
    nas.driver.identify(writer, effect);
    writer.uint32(AttributeType.EventTimestamp, timestampSeconds);
    step?.(writer);
  });
  ladder.attempts += answer.transmissions;
  return answer;
}

function isGone({ nas }: Ladder, { code, errorCause }: DynamicAnswer): boolean {
  const isNak = code === Code.CoaNak || code === Code.DisconnectNak;
  return isNak && nas.driver.afterNak(errorCause) === 'gone';
}

/** A session that the NAS does not know is told by the cause that RFC 5176 has for it, however the NAS puts it. */
function resultOf(ladder: Ladder, kind: Effect['kind'], answer: DynamicAnswer): EffectResult {
  const isAck = answer.code === (kind === 'change-speed' ? Code.CoaAck : Code.DisconnectAck);
  const result = isAck ? 'ack' : answer.code === undefined ? 'timeout' : 'nak';
  const errorCause = isGone(ladder, answer) ? ErrorCause.SessionContextNotFound : answer.errorCause;
  const latencyMs = Math.max(0, ladder.parts.clock.now() - ladder.startedAt);
  return { kind, result, errorCause, attempts: ladder.attempts, latencyMs };
}

function targetOf(nas: NasClient, effect: Effect): DynamicTarget | undefined {
  const { entry } = nas;
  const address =
    entry.coaAddress !== '' ? entry.coaAddress : nas.isSingle ? entry.address : effect.nasAddress;
  return address === '' ? undefined : { address, port: entry.coaPort, secret: nas.secrets[0] };
}
