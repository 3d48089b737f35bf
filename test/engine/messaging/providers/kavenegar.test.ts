import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKavenegar } from '../../../../engine/messaging/providers/kavenegar.ts';
import type { SmsProvider } from '../../../../engine/messaging/sms-provider.ts';
import { KavenegarSimulator, type Trouble } from '../simulators/kavenegar.ts';

let simulator: KavenegarSimulator;
let provider: SmsProvider;

beforeEach(async () => {
  simulator = await KavenegarSimulator.start();
  provider = adapter();
});
afterEach(() => simulator.stop());

const adapter = (change = {}): SmsProvider =>
  createKavenegar({
    apiKey: simulator.apiKey,
    sender: '10004346',
    baseUrl: simulator.baseUrl,
    timeoutMs: 100,
    ...change,
  });

const SMS = { localId: 1_763_708_400_001, mobile: '+989123456789', text: 'سرویس شما & 100% + پایان' };

describe('sending', () => {
  it('hands number, text, sender and local id over', async () => {
    expect(await provider.send(SMS)).toEqual({
      outcome: 'accepted',
      providerId: '8792343',
      cost: 120,
      delivery: 'sent',
    });
    expect(simulator.messages).toMatchObject([
      {
        ...{ receptor: '09123456789', message: SMS.text, sender: '10004346', localid: String(SMS.localId) },
      },
    ]);
  });

  it('leaves the sender to the account, and writes numbers of other countries with 00', async () => {
    await adapter({ sender: '' }).send({ ...SMS, mobile: '+4915112345678' });
    expect(simulator.messages).toMatchObject([{ receptor: '004915112345678', sender: '10004346' }]);
  });

  it('sends a local id once, however often it comes', async () => {
    const first = await provider.send(SMS);
    expect(await provider.send(SMS)).toEqual(first);
    expect(simulator.messages).toHaveLength(1);
  });

  it('does not take the message of another number for its own', async () => {
    await provider.send(SMS);
    expect(await provider.send({ ...SMS, mobile: '+989120000000' })).toMatchObject({
      ...{ outcome: 'refused', code: 'local-id', final: true },
    });
  });

  it('tells a blocked number', async () => {
    simulator.blocked.add('09123456789');
    expect(await provider.send(SMS)).toMatchObject({ outcome: 'accepted', delivery: 'blocked' });
  });

  it('tells that there is no credit, which passes', async () => {
    simulator.credit = 100;
    expect(await provider.send(SMS)).toMatchObject({ outcome: 'refused', code: '418', final: false });
    expect(simulator.messages).toEqual([]);
  });

  it('tells a number and a text that can never be sent', async () => {
    expect(await provider.send({ ...SMS, mobile: '+98123' })).toMatchObject({ code: '411', final: true });
    expect(await provider.send({ ...SMS, text: 'ا'.repeat(901) })).toMatchObject({
      code: '413',
      final: true,
    });
  });

  it.each([
    ...[400, 406, 411, 413, 414, 417, 419, 420, 422, 424, 428, 430, 431].map((code) => [code, true] as const),
    ...[401, 403, 404, 405, 412, 415, 416, 418, 426, 427, 429].map((code) => [code, false] as const),
  ])('takes their %i as a refusal; final: %s', async (code, final) => {
    simulator.outage = code;
    expect(await provider.send(SMS)).toEqual({
      ...{ outcome: 'refused', code: String(code), reason: `${code} خطا`, final },
    });
  });

  // 407: fetch gives nobody an answer that asks for a proxy's password, and theirs means an address that may not call.
  it.each<Trouble>(['cut-before', 'cut-after', 'slow', 'http-500', 'html', 402, 407, 409, 500])(
    'does not know what became of a message after %s',
    async (trouble) => {
      simulator.outage = trouble;
      expect(await provider.send(SMS)).toMatchObject({
        outcome: 'unknown',
        reason: expect.stringMatching(/./),
      });
    },
  );

  it('does not know when nobody answers', async () => {
    await simulator.stop();
    expect(await provider.send(SMS)).toMatchObject({ outcome: 'unknown' });
    simulator = await KavenegarSimulator.start();
  });

  it('shows the key to nobody else, also when they repeat it', async () => {
    const wrong = adapter({ apiKey: 'secret-key/1' });
    const refused = await wrong.send(SMS);
    expect(refused).toMatchObject({ outcome: 'refused', code: '403', final: false });
    expect(JSON.stringify(refused)).not.toContain('secret-key');
    const stray = adapter({ apiKey: 'secret-key', baseUrl: 'http://[bad' });
    expect(
      JSON.stringify([await stray.send(SMS), await stray.find(1), await stray.status(['1'])]),
    ).not.toContain('secret-key');
  });
});

describe('asking', () => {
  it('finds a message whose answer was lost, and none that was never taken', async () => {
    simulator.troubles.set('sms/send', ['cut-after', 'cut-before']);
    await provider.send(SMS);
    await provider.send({ ...SMS, localId: 5 });
    expect(await provider.find(SMS.localId)).toEqual({
      ...{ outcome: 'found', providerId: '8792343', delivery: 'sent' },
    });
    expect(await provider.find(5)).toEqual({ outcome: 'absent' });
  });

  it.each<Trouble>(['cut-after', 'slow', 'http-500', 'html', 403])(
    'proves nothing after %s',
    async (trouble) => {
      simulator.outage = trouble;
      expect(await provider.find(SMS.localId)).toMatchObject({ outcome: 'unknown' });
      expect(await provider.status(['1'])).toMatchObject({ ok: false, error: expect.stringMatching(/./) });
    },
  );

  it('reads their states', async () => {
    const codes = [1, 2, 4, 5, 6, 10, 11, 13, 14, 100, 50];
    for (const [index, status] of codes.entries()) {
      await provider.send({ ...SMS, localId: index + 1 });
      simulator.messages[index]!.status = status;
    }
    const ids = simulator.messages.map(({ messageid }) => String(messageid));
    const answer = await provider.status([...ids, '77']);
    const known = answer.ok ? answer.value : new Map();
    expect([...ids, '77'].map((id) => known.get(id))).toEqual([
      ...['sent', 'sent', 'sent', 'sent', 'failed', 'delivered', 'failed', 'failed', 'blocked'],
      ...[undefined, undefined, undefined],
    ]);
  });
});
