import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MessageSender } from '../../../engine/jobs/send-messages.ts';
import { createKavenegar } from '../../../engine/messaging/providers/kavenegar.ts';
import { createSandboxProvider } from '../../../engine/messaging/providers/sandbox.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../engine/values/instant.ts';
import { embeddedPlace } from '../messaging/message-database.ts';
import { KavenegarSimulator } from '../messaging/simulators/kavenegar.ts';
import { CarelessProvider, SendingWorld } from './message-world.ts';

let world: SendingWorld;
beforeAll(async () => {
  world = await SendingWorld.open(embeddedPlace());
}, 30_000);
afterEach(() => world.clear());
afterAll(() => world.close());

const LEASE_MS = 120 * SECOND_MS;

/** Runs for so long, with a second or `step` between two runs. */
async function runFor(sender: MessageSender, ms: number, step = SECOND_MS): Promise<void> {
  const end = world.clock.now() + ms;
  while (world.clock.now() < end) {
    while (await sender.runOnce());
    world.pass(step);
  }
}

/** A worker that is killed while its calls are out: the store hears nothing of them. */
async function dieWhileSending(provider: CarelessProvider): Promise<void> {
  const dead = new Promise<void>(() => undefined);
  provider.onSend = () => dead;
  void world.sender(provider).runOnce();
  await expect.poll(() => provider.sent.length).toBeGreaterThan(0);
  provider.onSend = async () => undefined;
}

describe('sending', () => {
  it('delivers by the sandbox, and the store is the record', async () => {
    await world.queue(3);
    const sender = world.sender(createSandboxProvider());
    await sender.runOnce();
    expect(sender.counts()).toMatchObject({ accepted: 3, waiting: 0 });
    expect(await world.messages()).toMatchObject(
      Array(3).fill({ state: 'delivered', provider: 'sandbox', cost: 0, attempts: 1 }),
    );
  });

  it('keeps to the pace', async () => {
    await world.queue(100);
    const provider = new CarelessProvider();
    const sender = world.sender(provider, { perSecond: 10 });
    while (await sender.runOnce());
    expect(provider.sends).toBe(10);
    world.pass(500);
    while (await sender.runOnce());
    expect(provider.sends).toBe(15);
    world.pass(HOUR_MS);
    while (await sender.runOnce());
    expect(provider.sends).toBe(25);
  });

  it('hears what became of the messages, less and less often, and stops asking when nobody knows', async () => {
    await world.queue(4);
    const provider = new CarelessProvider();
    let asked = 0;
    const status = provider.status.bind(provider);
    provider.status = (ids) => {
      asked += 1;
      return status(ids);
    };
    const sender = world.sender(provider);
    await sender.runOnce();
    const [one, two, three] = provider.sent.map(({ localId }) => `c-${localId}`);
    provider.deliveries.set(one!, 'delivered').set(two!, 'blocked').set(three!, 'failed');
    world.pass(MINUTE_MS);
    await sender.runOnce();
    expect(await world.states()).toEqual({ delivered: 1, blocked: 1, failed: 1, sent: 1 });
    expect(sender.counts()).toMatchObject({ accepted: 4, delivered: 1, undelivered: 2 });
    await runFor(sender, 3 * DAY_MS, 10 * MINUTE_MS);
    expect(asked).toBeGreaterThan(20);
    expect(asked).toBeLessThan(40);
    expect(await world.states()).toMatchObject({ sent: 1 });
  });

  it('gives up what can never be sent, and does not let it hold the others up', async () => {
    await world.queue(1);
    const provider = new CarelessProvider();
    provider.mood = 'refuse';
    const sender = world.sender(provider);
    await sender.runOnce();
    expect(await world.messages()).toMatchObject([{ state: 'failed', reason: '411 number', attempts: 1 }]);
    expect(sender.counts()).toMatchObject({ refused: 1 });
    expect(world.warnings).toEqual([]);
  });

  it('is not held up by one message that the provider never answers for', async () => {
    await world.queue(30);
    const provider = new CarelessProvider();
    const send = provider.send.bind(provider);
    let first: number | undefined;
    provider.send = async (message) => {
      first ??= message.localId;
      return message.localId === first ? { outcome: 'unknown', reason: 'HTTP 500' } : send(message);
    };
    await runFor(world.sender(provider), 5 * SECOND_MS);
    expect(await world.states()).toEqual({ sent: 29, queued: 1 });
    expect(world.warnings).toEqual([]);
  });

  it('gives back what it would not have done before the lease ends', async () => {
    await world.queue(20);
    const provider = new CarelessProvider();
    provider.onSend = async () => world.pass(8 * SECOND_MS);
    const sender = world.sender(provider, { atOnce: 4 });
    await sender.runOnce();
    expect(provider.sent).toHaveLength(8);
    expect(await world.states()).toEqual({ sent: 8, queued: 12 });
  });

  it('sends nothing after its time, however long that was in coming', async () => {
    await world.queue(1, { notAfter: world.clock.now() + HOUR_MS });
    world.pass(HOUR_MS);
    const provider = new CarelessProvider();
    const sender = world.sender(provider);
    await sender.runOnce();
    expect(provider.sends).toBe(0);
    expect(await world.messages()).toMatchObject([{ state: 'failed', reason: 'too late to send it' }]);
    expect(sender.counts()).toMatchObject({ 'too-late': 1 });
  });
});

describe('what may have been sent', () => {
  it('is not sent twice when the worker dies between send and note', async () => {
    await world.queue(5);
    const provider = new CarelessProvider();
    await dieWhileSending(provider);
    const other = world.sender(provider);
    await other.runOnce();
    expect(provider.sent).toHaveLength(5);
    world.pass(LEASE_MS);
    await runFor(other, 5 * SECOND_MS);
    expect(provider.sent).toHaveLength(5);
    expect(await world.states()).toEqual({ sent: 5 });
    expect(other.counts()).toMatchObject({ found: 5, accepted: 0 });
  });

  it('is sent by the next when the worker dies before', async () => {
    await world.queue(2);
    const provider = new CarelessProvider();
    await world.store.take(9, provider.name, world.clock.now(), 120);
    const sender = world.sender(provider);
    await sender.runOnce();
    expect(provider.sends).toBe(0);
    world.pass(LEASE_MS);
    await sender.runOnce();
    expect(await world.states()).toEqual({ sent: 2 });
  });

  it('is asked for when there was no answer', async () => {
    await world.queue(1);
    const provider = new CarelessProvider();
    provider.mood = 'mute';
    const sender = world.sender(provider);
    await sender.runOnce();
    expect(await world.messages()).toMatchObject([{ state: 'queued', reason: 'no answer' }]);
    provider.mood = 'good';
    await runFor(sender, MINUTE_MS);
    expect(provider.sent).toHaveLength(1);
    expect(await world.states()).toEqual({ sent: 1 });
  });

  it('is given up rather than risked when the provider has forgotten by then', async () => {
    await world.queue(1);
    const provider = new CarelessProvider();
    provider.mood = 'mute';
    const sender = world.sender(provider, { giveUpAfterMs: 7 * DAY_MS });
    await sender.runOnce();
    provider.sent.length = 0;
    provider.mood = 'good';
    world.pass(provider.remembersMs);
    await runFor(sender, 5 * SECOND_MS);
    expect(provider.sends).toBe(1);
    expect(await world.messages()).toMatchObject([
      { state: 'failed', reason: 'it may have been sent: asked too late' },
    ]);
    expect(sender.counts()).toMatchObject({ lost: 1 });
  });

  it('is not sent by another provider, and is given up when its own is not asked any more', async () => {
    await world.queue(1, { notAfter: world.clock.now() + HOUR_MS });
    const provider = new CarelessProvider();
    provider.mood = 'mute';
    await world.sender(provider).runOnce();
    const sandbox = world.sender(createSandboxProvider());
    await runFor(sandbox, HOUR_MS + 2 * MINUTE_MS, MINUTE_MS);
    expect(await world.messages()).toMatchObject([
      { state: 'failed', reason: 'it may have been sent: careless is not asked any more' },
    ]);
  });

  it('stays what it was when it is cancelled on its way, and is not sent again when it never went', async () => {
    const provider = new CarelessProvider();
    const sender = world.sender(provider);
    for (const mood of ['mute', 'away'] as const) {
      await world.queue(1);
      provider.mood = mood;
      await runFor(sender, SECOND_MS);
      expect(await world.store.cancel(['m0'], world.clock.now())).toBe(0);
      provider.mood = 'good';
      await runFor(sender, 2 * MINUTE_MS);
      expect(await world.states()).toEqual(mood === 'mute' ? { sent: 1 } : { cancelled: 1 });
      await world.clear();
    }
    expect(provider.sent).toHaveLength(1);
  });
});

describe('two workers', () => {
  it('send every message once between them', async () => {
    await world.queue(200);
    const provider = new CarelessProvider();
    provider.onSend = () => sleep(1);
    const senders = [world.sender(provider, { perSecond: 500 }), world.sender(provider, { perSecond: 500 })];
    await Promise.all(
      senders.map(async (sender) => {
        while (await sender.runOnce());
      }),
    );
    expect(provider.doubles).toBe(0);
    expect(await world.states()).toEqual({ sent: 200 });
    for (const sender of senders) expect(sender.counts().accepted).toBeGreaterThan(0);
  });

  it('send nothing twice when one of them is slower than its lease', async () => {
    await world.queue(3);
    const provider = new CarelessProvider();
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    provider.onSend = () => held;
    const slow = world.sender(provider);
    const slowRun = slow.runOnce();
    await expect.poll(() => provider.sent.length).toBe(3);
    provider.onSend = async () => undefined;
    world.pass(LEASE_MS);
    await world.sender(provider).runOnce();
    release();
    await slowRun;
    expect(provider.doubles).toBe(0);
    expect(await world.messages()).toMatchObject(Array(3).fill({ state: 'sent', attempts: 2 }));
  });
});

describe('a provider that is away', () => {
  it.each(['away', 'no-credit'] as const)(
    'for an hour (%s): few calls, and then everything once',
    async (mood) => {
      await world.queue(300);
      const provider = new CarelessProvider();
      const sender = world.sender(provider);
      provider.mood = mood;
      await runFor(sender, HOUR_MS);
      expect(provider.sends).toBeGreaterThan(10);
      expect(provider.sends).toBeLessThan(60);
      expect(await world.states()).toEqual({ queued: 300 });
      expect(world.warnings.at(-1)).toMatchObject({ provider: 'careless', pauseMs: 5 * MINUTE_MS });
      provider.mood = 'good';
      await runFor(sender, 10 * MINUTE_MS);
      expect(await world.states()).toEqual({ sent: 300 });
      expect(provider.doubles).toBe(0);
      expect(sender.counts()).toMatchObject({ accepted: 300, lost: 0, 'too-late': 0 });
    },
  );

  it('for longer than the house waits: gives up, and says whether it may have been sent', async () => {
    await world.queue(2);
    const provider = new CarelessProvider();
    provider.mood = 'away';
    const sender = world.sender(provider, { giveUpAfterMs: 2 * HOUR_MS });
    await runFor(sender, 4 * HOUR_MS, MINUTE_MS);
    expect(await world.messages()).toMatchObject(
      Array(2).fill({ state: 'failed', reason: 'it may have been sent: no connection' }),
    );
    await world.clear();
    await world.queue(2);
    provider.mood = 'no-credit';
    await runFor(sender, 4 * HOUR_MS, MINUTE_MS);
    expect(await world.messages()).toMatchObject(
      Array(2).fill({ state: 'failed', reason: 'too late to send it' }),
    );
  });
});

describe('stopping', () => {
  it('begins nothing new and gives back what it did not come to', async () => {
    await world.queue(20);
    const provider = new CarelessProvider();
    const sender = world.sender(provider, { atOnce: 4 });
    let stopped: Promise<void> | undefined;
    provider.onSend = async () => {
      stopped ??= sender.stop();
    };
    sender.start(1);
    await expect.poll(() => stopped !== undefined).toBe(true);
    await stopped;
    expect(await world.states()).toEqual({ sent: 4, queued: 16 });
    const next = world.sender(new CarelessProvider());
    world.pass(SECOND_MS);
    await runFor(next, 2 * SECOND_MS);
    expect(next.counts()).toMatchObject({ accepted: 16, found: 0 });
  });

  it('does not wait for a provider that never answers', async () => {
    await world.queue(1);
    const provider = new CarelessProvider();
    provider.onSend = () => new Promise(() => undefined);
    const sender = world.sender(provider, { stopWithinMs: 50 });
    sender.start(1);
    await expect.poll(() => provider.sent.length).toBe(1);
    const startedAt = performance.now();
    await sender.stop();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('repeats until it is stopped, and at once when it is woken', async () => {
    const sender = world.sender(createSandboxProvider());
    sender.start(60_000);
    await world.queue(1);
    world.pass(SECOND_MS);
    sender.wake();
    await expect.poll(() => world.states()).toEqual({ delivered: 1 });
    await sender.stop();
  });
});

describe('by Kavenegar', () => {
  let simulator: KavenegarSimulator;
  beforeAll(async () => {
    simulator = await KavenegarSimulator.start();
  });
  afterAll(() => simulator.stop());

  it('sends every message once through every trouble, and hears of its end', async () => {
    await world.queue(24);
    const { apiKey, baseUrl } = simulator;
    const kavenegar = createKavenegar({ apiKey, baseUrl, sender: '10004346', timeoutMs: 100 });
    const sender = world.sender(kavenegar);
    simulator.troubles.set('sms/send', [
      'cut-after',
      'cut-before',
      'slow',
      'http-500',
      'html',
      409,
      418,
      403,
    ]);
    simulator.troubles.set('sms/statuslocalmessageid', ['cut-before', 'http-500', 'slow']);
    await runFor(sender, 10 * MINUTE_MS, 10 * SECOND_MS);
    expect(new Set(simulator.messages.map(({ localid }) => localid)).size).toBe(24);
    expect(simulator.messages).toHaveLength(24);
    expect(simulator.calls.filter((method) => method === 'sms/statuslocalmessageid').length).toBeGreaterThan(
      5,
    );
    for (const message of simulator.messages) message.status = 10;
    await runFor(sender, 2 * HOUR_MS, 5 * MINUTE_MS);
    expect(await world.states()).toEqual({ delivered: 24 });
    expect(JSON.stringify([await world.messages(), world.warnings])).not.toContain(apiKey);
  });
});
