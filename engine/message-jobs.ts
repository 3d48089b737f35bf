import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createRepeater, type JobLog, type Repeater } from './jobs/repeat.ts';
import { createMessageSender, type MessageSender, USUAL_MESSAGE_SENDING } from './jobs/send-messages.ts';
import type { MessageOwner, VolumeOwner } from './messaging/message-store.ts';
import { createKavenegar } from './messaging/providers/kavenegar.ts';
import { createSandboxProvider } from './messaging/providers/sandbox.ts';
import type { SmsProvider } from './messaging/sms-provider.ts';
import { WorkFailed } from './orders/work-failed.ts';
import { publishMessages } from './process-metrics.ts';
import type { Clock } from './runtime/clock.ts';
import { readOwnFile } from './runtime/own-file.ts';
import type { Instant } from './values/instant.ts';
import { fail, ok, type Result } from './values/result.ts';

const SEND_INTERVAL_MS = 1_000;
/** A mark is set by the sink, seconds after the packet; the message is for people. */
const VOLUMES_INTERVAL_MS = 10_000;
const NOBODY_IS_TOLD =
  'no SMS provider is configured: messages reach nobody, although they are listed as delivered by the sandbox';
/** Marks of one transaction: some tens of milliseconds. */
const VOLUMES_AT_ONCE = 500;

/**
 * The provider of the settings; without one the sandbox, which sends nothing: in production the operator is warned of that.
 * Fails with a text for the operator.
 */
export function configuredSms(
  { roles, sms, isProduction }: Config,
  log: JobLog,
): Result<SmsProvider, string> {
  if (!roles.has('worker')) return ok(createSandboxProvider());
  if (sms.kavenegarKeyFile === undefined) {
    if (isProduction) log.warn({ setting: 'KAVENEGAR_KEY_FILE' }, NOBODY_IS_TOLD);
    return ok(createSandboxProvider());
  }
  const key = readOwnFile(sms.kavenegarKeyFile, 'KAVENEGAR_KEY_FILE');
  if (!key.ok) return key;
  const apiKey = key.value.trim();
  if (apiKey === '') return fail(`KAVENEGAR_KEY_FILE: ${sms.kavenegarKeyFile} is empty`);
  return ok(createKavenegar({ apiKey, sender: sms.sender }));
}

/** One page of volumes; resolves to whether there may be more. Those that cannot be told hold up no other. */
async function tellVolumes({ volumes }: VolumeOwner, now: Instant, log: Logger): Promise<boolean> {
  try {
    return (await volumes.tell(now, VOLUMES_AT_ONCE)) === VOLUMES_AT_ONCE;
  } catch (reason) {
    if (!(reason instanceof WorkFailed)) throw reason;
    log.warn({ reason: String(reason) }, 'some volumes could not be told of; they are looked at again');
    return reason.done > 0 && reason.done + reason.failures.length === VOLUMES_AT_ONCE;
  }
}

/** What the jobs of messages are made of. */
export interface MessageJobsParts {
  readonly ledger: MessageOwner & VolumeOwner;
  readonly provider: SmsProvider;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Sends what was queued, and queues what is to be told of volumes. It needs no lease: of several programs each takes messages
 * and marks of its own.
 */
export class MessageJobs {
  private readonly sender: MessageSender;
  private readonly volumes: Repeater;

  constructor({ ledger, provider, clock, log }: MessageJobsParts) {
    const now = () => clock.now();
    const settings = USUAL_MESSAGE_SENDING;
    this.sender = createMessageSender({ store: ledger.messages, provider, settings, now, log });
    this.volumes = createRepeater('volumes', () => tellVolumes(ledger, now(), log), log);
  }

  /** Begins, and publishes how messages ended. */
  start(): void {
    publishMessages(() => this.sender.counts());
    this.sender.start(SEND_INTERVAL_MS);
    this.volumes.start(VOLUMES_INTERVAL_MS);
  }

  /** Sends all that is due now, for a clock that does not wait. */
  async sendDue(): Promise<void> {
    while (await this.sender.runOnce());
  }

  /** None begins after it; calls in work are waited for, for a bounded time. */
  async stop(): Promise<void> {
    await Promise.all([this.sender.stop(), this.volumes.stop()]);
  }
}
