import { sql } from 'kysely';
import {
  createMessageSender,
  type MessageSender,
  USUAL_MESSAGE_SENDING,
} from '../../../engine/jobs/send-messages.ts';
import type { MessageView } from '../../../engine/messaging/message.ts';
import type {
  FindOutcome,
  OutgoingSms,
  SendOutcome,
  SmsProvider,
} from '../../../engine/messaging/sms-provider.ts';
import { TestClock } from '../../../engine/runtime/clock.ts';
import { KyselyMessages } from '../../../engine/store/ledger/messages.ts';
import { HOUR_MS } from '../../../engine/values/instant.ts';
import { ok } from '../../../engine/values/result.ts';
import { rial } from '../../../engine/values/rial.ts';
import type { MessagePlace } from '../../conformance/message-world.ts';
import { addCustomers, draftOf, NOW } from '../messaging/sample.ts';

/** A provider in memory that would send twice what it is given twice, unlike a good one. */
export class CarelessProvider implements SmsProvider {
  readonly name = 'careless';
  readonly remembersMs = 12 * HOUR_MS;
  readonly reportsMs = 48 * HOUR_MS;
  /** All messages that went out, in order. */
  readonly sent: OutgoingSms[] = [];
  readonly deliveries = new Map<string, 'delivered' | 'failed' | 'blocked'>();
  sends = 0;
  /** What `send` says; the message goes out unless it is `refuse` or `away`. */
  mood: 'good' | 'mute' | 'refuse' | 'no-credit' | 'away' = 'good';
  /** Called when a message was taken, before the answer. */
  onSend: () => Promise<void> = async () => undefined;

  async send(message: OutgoingSms): Promise<SendOutcome> {
    this.sends += 1;
    const { mood } = this;
    if (mood === 'away') return { outcome: 'unknown', reason: 'no connection' };
    if (mood === 'refuse') return { outcome: 'refused', code: '411', reason: '411 number', final: true };
    if (mood === 'no-credit') return { outcome: 'refused', code: '418', reason: '418 credit', final: false };
    this.sent.push(message);
    await this.onSend();
    if (mood === 'mute') return { outcome: 'unknown', reason: 'no answer' };
    return { outcome: 'accepted', providerId: `c-${message.localId}`, cost: rial(120), delivery: 'sent' };
  }

  async find(localId: number): Promise<FindOutcome> {
    if (this.mood === 'away') return { outcome: 'unknown', reason: 'no connection' };
    const isThere = this.sent.some((message) => message.localId === localId);
    return isThere
      ? { outcome: 'found', providerId: `c-${localId}`, delivery: 'sent' }
      : { outcome: 'absent' };
  }

  async status(providerIds: readonly string[]) {
    const known = providerIds.map((id) => [id, this.deliveries.get(id) ?? 'sent'] as const);
    return ok(new Map(known));
  }

  /** How many numbers got more than one copy of one message. */
  get doubles(): number {
    return this.sent.length - new Set(this.sent.map(({ localId }) => localId)).size;
  }
}

/** A ledger with messages, a clock that stands still, and warnings. */
export class SendingWorld {
  readonly clock = new TestClock(NOW);
  readonly warnings: Readonly<Record<string, unknown>>[] = [];
  readonly store: KyselyMessages;
  readonly #place: MessagePlace;

  private constructor(place: MessagePlace) {
    this.#place = place;
    this.store = new KyselyMessages(place.db);
  }

  /** @param opening owned from now on. */
  static async open(opening: Promise<MessagePlace>): Promise<SendingWorld> {
    const place = await opening;
    await addCustomers(place.db, 1);
    return new SendingWorld(place);
  }

  sender(provider: SmsProvider, change: Partial<typeof USUAL_MESSAGE_SENDING> = {}): MessageSender {
    return createMessageSender({
      store: this.store,
      provider,
      settings: { ...USUAL_MESSAGE_SENDING, ...change },
      now: () => this.clock.now(),
      log: { warn: (fields) => void this.warnings.push(fields) },
    });
  }

  /** Queues messages that are due now. */
  async queue(count: number, change: Parameters<typeof draftOf>[1] = {}): Promise<void> {
    const drafts = Array.from({ length: count }, (_, index) =>
      draftOf(`m${index}`, { sendAt: this.clock.now(), ...change }),
    );
    await this.store.queue(drafts, this.clock.now());
  }

  async messages(): Promise<readonly MessageView[]> {
    return (await this.store.ofCustomer(1, { limit: 10_000, offset: 0, receivedOnly: false })).messages;
  }

  /** How many messages are in each state. */
  async states(): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {};
    for (const { state } of await this.messages()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  pass(ms: number): void {
    this.clock.moveTo(this.clock.now() + ms);
  }

  async clear(): Promise<void> {
    await sql`DELETE FROM message`.execute(this.#place.db);
    this.warnings.length = 0;
  }

  close(): Promise<void> {
    return this.#place.remove();
  }
}
