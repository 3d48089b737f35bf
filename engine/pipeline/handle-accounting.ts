import { readClassToken } from '../accounting/class-token.ts';
import type { Anomaly } from '../accounting/record.ts';
import { classSessionKey } from '../accounting/session-key.ts';
import type { LineState } from '../policy/line-state.ts';
import { Code } from '../radius/code.ts';
import { type Instant, SECOND_MS } from '../values/instant.ts';
import { accountRecord } from './account-record.ts';
import { encodeBareReply } from './encode-reply.ts';
import { lineFacts } from './line-facts.ts';
import type { RuleResult } from './line-rule.ts';
import type { Outcome, PacketContext, Request } from './packet-context.ts';
import { readAccounting } from './read-accounting.ts';
import type { SessionAccounting } from './session-accounting.ts';
import { strayEvent } from './stray-event.ts';

/** Accounting-On repeated within this time is a retry of one boot. */
const SAME_BOOT_MS = 30 * SECOND_MS;

/**
 * Answers an Accounting-Request after its record is durable (RFC 2866 §4.1): read attributes, run the pure rules on
 * the line, commit, reply. A store that fails means no answer, and the NAS tries again.
 */
export async function handleAccounting(request: Request, context: PacketContext): Promise<Outcome> {
  const { packet, nas, secret, receivedAt } = request;
  const accounting = readAccounting(request);
  if (typeof accounting === 'string') return { discard: accounting };
  if (accounting.about === 'nas') {
    await noteBoot(request, context, accounting.at);
  } else {
    const { record } = accounting;
    if (record.gigawordsKnown && nas.learned.gigawordsSince === undefined) {
      context.learn(nas, { ...nas.learned, gigawordsSince: receivedAt }, receivedAt).catch(() => {});
    }
    const anomalies = await context.engine.account(accounting, (line) =>
      accountingRule(line, accounting, receivedAt, context),
    );
    context.recent?.add(accounting, receivedAt);
    if (anomalies === undefined) await context.engine.record([strayEvent(record)]);
    else if (anomalies.length > 0) context.onAnomalies(nas.entry.name, anomalies);
  }
  const reply = encodeBareReply(packet, secret, Code.AccountingResponse);
  return { reply, outcome: 'acknowledged', reason: '', delayMs: 0 };
}

/** The rule on the line; its result is the record's anomalies, `undefined` when there is no such line. */
export function accountingRule(
  line: LineState | undefined,
  { record, classValues }: SessionAccounting,
  now: Instant,
  context: PacketContext,
): RuleResult<readonly Anomaly[] | undefined> {
  if (line === undefined) return { change: undefined, result: undefined };
  const classKey = provenKey(classValues, record.trafficClass, line.profile.lineId, context);
  const change = accountRecord(line, { ...record, classKey }, lineFacts(context, now));
  const own = change.events.at(-1);
  return { change, result: own?.type === 'usage' ? own.anomalies : [] };
}

function provenKey(
  values: readonly Buffer[],
  trafficClass: string,
  lineId: number,
  context: PacketContext,
): string | undefined {
  for (const value of values) {
    const key = readClassToken(value, lineId, context.classKey);
    if (key !== undefined) return trafficClass === '' ? key : classSessionKey(key, trafficClass);
  }
  return undefined;
}

/** Accounting-On/Off: one step up of the boot epoch makes all older sessions of the NAS suspect at once. */
async function noteBoot({ nas, receivedAt }: Request, context: PacketContext, at: Instant): Promise<void> {
  const { learned } = nas;
  if (learned.bootedAt !== undefined && at - learned.bootedAt < SAME_BOOT_MS) return;
  await context.learn(nas, { ...learned, boot: learned.boot + 1, bootedAt: at }, receivedAt);
}
