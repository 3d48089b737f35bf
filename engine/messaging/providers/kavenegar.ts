import { callGateway } from '../../payments/gateway-http.ts';
import { HOUR_MS, SECOND_MS } from '../../values/instant.ts';
import { fail, ok } from '../../values/result.ts';
import { isRial } from '../../values/rial.ts';
import type { Delivery, FindOutcome, OutgoingSms, SendOutcome, SmsProvider } from '../sms-provider.ts';
import { deliveryOf, isFinalCode, isUnclearCode, type KavenegarReply, readReply } from './kavenegar-reply.ts';

/** An account at Kavenegar (product line M03; kavenegar.com/rest.html). */
export interface KavenegarSettings {
  /** Goes into the path of each call, as their API wants it, and nowhere else. */
  readonly apiKey: string;
  /** The line that messages come from; '' leaves it to the account. */
  readonly sender: string;
  /** Where their API is, without a slash at its end. */
  readonly baseUrl?: string;
  readonly timeoutMs?: number;
}

/** Longest that a call is waited for; what is not answered by then is asked for later. */
const TIMEOUT_MS = 10 * SECOND_MS;

/** The adapter of Kavenegar. Forms are posted: numbers and texts do not belong into addresses, which proxies write down. */
export function createKavenegar(settings: KavenegarSettings): SmsProvider {
  const { apiKey, sender, baseUrl = 'https://api.kavenegar.com', timeoutMs = TIMEOUT_MS } = settings;

  /** A text says why there is no answer. */
  const call = async (
    method: string,
    form: Readonly<Record<string, string>>,
  ): Promise<KavenegarReply | string> => {
    const answer = await callGateway(
      {
        method: 'POST',
        url: `${baseUrl}/v1/${encodeURIComponent(apiKey)}/${method}.json`,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      },
      timeoutMs,
    );
    const reply = typeof answer === 'string' ? answer : readReply(answer);
    if (typeof reply === 'string') return withoutKey(reply, apiKey);
    return { ...reply, message: withoutKey(reply.message, apiKey) };
  };

  return {
    name: 'kavenegar',
    // statuslocalmessageid knows the last 12 hours, status the last 48.
    remembersMs: 12 * HOUR_MS,
    reportsMs: 48 * HOUR_MS,
    async send(message) {
      const form = {
        receptor: receptorOf(message.mobile),
        message: message.text,
        localid: String(message.localId),
        ...(sender === '' ? undefined : { sender }),
      };
      return sendOutcome(await call('sms/send', form), message);
    },
    async find(localId) {
      return findOutcome(await call('sms/statuslocalmessageid', { localid: String(localId) }), localId);
    },
    async status(providerIds) {
      const reply = await call('sms/status', { messageid: providerIds.join(',') });
      if (typeof reply === 'string') return fail(reply);
      if (reply.status !== 200) return fail(`${reply.status} ${reply.message}`);
      const known = new Map<string, Delivery>();
      for (const { messageId, status } of reply.entries) {
        const delivery = deliveryOf(status);
        if (delivery !== undefined) known.set(messageId, delivery);
      }
      return ok(known);
    },
  };
}

function sendOutcome(reply: KavenegarReply | string, message: OutgoingSms): SendOutcome {
  if (typeof reply === 'string') return { outcome: 'unknown', reason: reply };
  const { status } = reply;
  const reason = `${status} ${reply.message}`;
  if (isUnclearCode(status)) return { outcome: 'unknown', reason };
  if (status !== 200) return { outcome: 'refused', code: String(status), reason, final: isFinalCode(status) };
  const [entry] = reply.entries;
  const delivery = entry && deliveryOf(entry.status);
  if (entry === undefined || delivery === undefined)
    return { outcome: 'unknown', reason: 'no message in the answer' };
  // A local id that comes again gives the message of then, so a foreign one shows by its number.
  if (entry.receptor !== '' && subscriberOf(entry.receptor) !== subscriberOf(message.mobile)) {
    return {
      outcome: 'refused',
      code: 'local-id',
      reason: 'the local id belongs to another number',
      final: true,
    };
  }
  const { messageId, cost } = entry;
  return {
    outcome: 'accepted',
    providerId: messageId,
    cost: cost !== undefined && isRial(cost) ? cost : undefined,
    delivery,
  };
}

function findOutcome(reply: KavenegarReply | string, localId: number): FindOutcome {
  if (typeof reply === 'string') return { outcome: 'unknown', reason: reply };
  if (reply.status !== 200) return { outcome: 'unknown', reason: `${reply.status} ${reply.message}` };
  const entry = reply.entries.find((one) => one.localId === String(localId));
  const delivery = entry && deliveryOf(entry.status);
  if (entry === undefined || delivery === undefined) return { outcome: 'absent' };
  return { outcome: 'found', providerId: entry.messageId, delivery };
}

/** 0912… for a number of Iran, 00… for another one. */
function receptorOf(mobile: string): string {
  return mobile.startsWith('+98') ? `0${mobile.slice(3)}` : `00${mobile.slice(1)}`;
}

/** What two ways of writing a number have in common. */
function subscriberOf(number: string): string {
  return number.replace(/\D/g, '').slice(-10);
}

/** Also where the key was repeated as it stands in the address. */
function withoutKey(text: string, apiKey: string): string {
  return apiKey === '' ? text : text.replaceAll(encodeURIComponent(apiKey), '***').replaceAll(apiKey, '***');
}
