import { beforeEach, describe, expect, it } from 'vitest';
import type { PaymentGateway } from '../../../../engine/payments/gateway.ts';
import { createSandboxGateway } from '../../../../engine/payments/gateways/sandbox.ts';
import { createSandboxBank, type SandboxBank } from '../../../../engine/payments/sandbox-bank.ts';
import { TestClock } from '../../../../engine/runtime/clock.ts';
import { randomOctets } from '../../../../engine/runtime/random.ts';
import { MINUTE_MS } from '../../../../engine/values/instant.ts';
import { rial, ZERO_RIAL } from '../../../../engine/values/rial.ts';
import { memoryBook } from '../sandbox-world.ts';
import { attemptOf, PAYMENT } from './any-answer.ts';

const PAY = { kind: 'pay', card: '6037701689095443' } as const;
const PAID = {
  outcome: 'paid',
  reference: '900000001042',
  amount: PAYMENT.amount,
  card: '603770******5443',
  fee: undefined,
};

let clock: TestClock;
let bank: SandboxBank;
let gateway: PaymentGateway;

beforeEach(() => {
  clock = new TestClock(Date.UTC(2026, 10, 21));
  bank = createSandboxBank(memoryBook(), () => clock.now(), randomOctets);
  gateway = createSandboxGateway({ bank, pageUrl: 'https://isp.example/sandbox-bank' });
});

async function requested(id = PAYMENT.id): Promise<string> {
  const said = await gateway.request({ ...PAYMENT, id });
  if (said.outcome !== 'redirect') throw new Error(JSON.stringify(said));
  expect(said.redirect).toEqual({
    method: 'GET',
    url: `https://isp.example/sandbox-bank/${said.token}`,
    fields: {},
  });
  return said.token;
}

describe('a payment through the sandbox', () => {
  it('is paid and verified, again and again with one reference', async () => {
    const token = await requested();
    const paid = (await bank.happen(token, PAY))!;
    const claim = gateway.readCallback(bank.callbackFields(paid));
    expect(claim).toEqual({ token, claim: 'paid', fields: {} });
    const all = await Promise.all(Array.from({ length: 50 }, () => gateway.verify(attemptOf(token))));
    for (const said of all) expect(said).toEqual(PAID);
    expect(await gateway.inquire(attemptOf(token))).toEqual(PAID);
  });

  it('is not paid because a callback says so', async () => {
    const token = await requested();
    expect(gateway.readCallback({ sandboxToken: token, status: 'paid' })?.claim).toBe('paid');
    expect(await gateway.verify(attemptOf(token))).toMatchObject({ outcome: 'pending', code: 'waiting' });
  });

  it.each(['fail', 'cancel'] as const)('is over after the payer chose to %s, for ever', async (kind) => {
    const token = await requested();
    const ended = (await bank.happen(token, { kind }))!;
    expect(gateway.readCallback(bank.callbackFields(ended))?.claim).toBe(ended.state);
    await bank.happen(token, PAY);
    const said = { outcome: 'not-paid', code: ended.state };
    expect(await gateway.verify(attemptOf(token))).toMatchObject(said);
  });

  it('is over when the payer let the time pass, also when the card is sent afterwards', async () => {
    const token = await requested();
    clock.moveTo(clock.now() + 15 * MINUTE_MS);
    expect((await bank.happen(token, PAY))?.state).toBe('failed');
    expect(await gateway.verify(attemptOf(token))).toMatchObject({ outcome: 'not-paid', code: 'failed' });
  });

  it('of two decisions at a time has one', async () => {
    const token = await requested();
    const [paid, cancelled] = await Promise.all([
      bank.happen(token, PAY),
      bank.happen(token, { kind: 'cancel' }),
    ]);
    expect(paid?.state).toBe(cancelled?.state);
  });

  it('goes back to the payer once it was paid, not before, and is then not paid', async () => {
    const token = await requested();
    expect(await gateway.reverse(attemptOf(token))).toMatchObject({ outcome: 'refused', code: 'waiting' });
    await bank.happen(token, PAY);
    await gateway.verify(attemptOf(token));
    expect(await gateway.reverse(attemptOf(token))).toEqual({ outcome: 'reversed' });
    expect(await gateway.reverse(attemptOf(token))).toEqual({ outcome: 'reversed' });
    expect(await gateway.verify(attemptOf(token))).toMatchObject({ outcome: 'not-paid', code: 'reversed' });
  });

  it('is asked for once under one number, for an amount and with an address to come back to', async () => {
    await requested();
    expect(await gateway.request(PAYMENT)).toMatchObject({ outcome: 'refused', code: 'duplicate' });
    const wrong = { ...PAYMENT, id: 2 };
    expect(await gateway.request({ ...wrong, amount: ZERO_RIAL })).toMatchObject({ code: 'amount' });
    for (const callbackUrl of ['javascript:alert(1)', 'https://', '/back']) {
      expect(await gateway.request({ ...wrong, callbackUrl })).toMatchObject({ code: 'callback' });
    }
    expect((await gateway.request({ ...wrong, amount: rial(1) })).outcome).toBe('redirect');
  });

  it('is unknown while the book cannot be read, and when it is not in it', async () => {
    const gone = () => Promise.reject(new Error('gone'));
    const away = createSandboxBank(
      { insert: gone, find: gone, replace: gone },
      () => clock.now(),
      randomOctets,
    );
    const closed = createSandboxGateway({ bank: away, pageUrl: 'https://isp.example/sandbox-bank' });
    const attempt = attemptOf('0'.repeat(32));
    for (const said of [
      await closed.request(PAYMENT),
      await closed.verify(attempt),
      await closed.reverse(attempt),
      await gateway.verify(attempt),
    ]) {
      expect(said.outcome).toBe('unknown');
    }
  });

  it('reads only its own callbacks', () => {
    const token = 'a'.repeat(32);
    const foreign: Record<string, string>[] = [
      {},
      { status: 'paid' },
      { sandboxToken: token },
      { sandboxToken: token, status: 'toString' },
      { sandboxToken: `${token}'`, status: 'paid' },
    ];
    for (const parameters of foreign) expect(gateway.readCallback(parameters)).toBeUndefined();
  });
});
