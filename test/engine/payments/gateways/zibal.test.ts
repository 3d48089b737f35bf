import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentGateway } from '../../../../engine/payments/gateway.ts';
import { createZibal, ZIBAL_TEST_MERCHANT } from '../../../../engine/payments/gateways/zibal.ts';
import { rial } from '../../../../engine/values/rial.ts';
import type { Fault, SimulatedCall } from '../simulators/http-server.ts';
import { MERCHANT, startZibal, type ZibalSimulator } from '../simulators/zibal.ts';
import { attemptOf, checkAnyAnswer, PAYMENT } from './any-answer.ts';

const PAID = { outcome: 'paid', reference: '140500000000', amount: PAYMENT.amount };

let bank: ZibalSimulator;
let gateway: PaymentGateway;
let hasty: PaymentGateway;

beforeEach(async () => {
  bank = await startZibal();
  gateway = createZibal({ baseUrl: bank.server.url, merchant: MERCHANT, timeoutMs: 10_000 });
  hasty = createZibal({ baseUrl: bank.server.url, merchant: MERCHANT, timeoutMs: 300 });
});

afterEach(() => bank.server.close());

/** Only a slow answer, or none, needs a short timeout; on a busy machine that could spoil other calls. */
const impatient = (fault: Fault) => (fault === 'slow' || fault === 'deaf' ? hasty : gateway);

/** Asks for the payment; its trackId. */
async function requested(): Promise<string> {
  const said = await gateway.request(PAYMENT);
  if (said.outcome !== 'redirect') throw new Error(JSON.stringify(said));
  return said.token;
}

const to = (method: string) => (call: SimulatedCall) => call.path === `/v1/${method}`;

describe('a payment at Zibal', () => {
  it('is asked for in Rial with our number, and paid, settled once and told with its reference', async () => {
    expect(MERCHANT).toBe(ZIBAL_TEST_MERCHANT);
    const said = await gateway.request(PAYMENT);
    const token = [...bank.payments.keys()][0]!;
    const url = `${bank.server.url}/start/${token}`;
    expect(said).toEqual({ outcome: 'redirect', token, redirect: { method: 'GET', url, fields: {} } });
    expect(JSON.parse(bank.server.calls[0]!.body)).toEqual({
      merchant: MERCHANT,
      amount: 1_500_000,
      callbackUrl: PAYMENT.callbackUrl,
      description: PAYMENT.description,
      orderId: '1042',
      mobile: '09121234567',
    });
    expect(gateway.readCallback(bank.end(token, 2))).toEqual({ token, claim: 'paid', fields: {} });
    const paid = { ...PAID, card: '502229******5995', fee: undefined };
    expect(await gateway.verify(attemptOf(token))).toEqual(paid);
    expect(bank.settled).toEqual([token]);
  });

  it('is told with the same reference when it was verified before', async () => {
    const token = await requested();
    bank.end(token, 2);
    await gateway.verify(attemptOf(token));
    // Zibal masks all but seven digits there, which is no card of six and four.
    const again = { ...PAID, card: '', fee: 1_250 };
    expect(await gateway.verify(attemptOf(token))).toEqual(again);
    expect(await gateway.inquire(attemptOf(token))).toEqual(again);
    expect(bank.settled).toHaveLength(1);
  });

  it('is settled once by fifty verifications at a time, which all say the same', async () => {
    const token = await requested();
    bank.end(token, 2);
    const patient = createZibal({ baseUrl: bank.server.url, merchant: MERCHANT });
    const all = await Promise.all(Array.from({ length: 50 }, () => patient.verify(attemptOf(token))));
    for (const said of all) expect(said).toMatchObject(PAID);
    expect(bank.settled).toEqual([token]);
  });

  it('is not paid because a callback says so, and pending while the payer is at the bank', async () => {
    const token = await requested();
    const claim = gateway.readCallback({ trackId: token, success: '1', status: '2', orderId: '1042' });
    expect(claim?.claim).toBe('paid');
    expect(await gateway.verify(attemptOf(token))).toMatchObject({ outcome: 'pending', code: '-1' });
    expect(await gateway.inquire(attemptOf(token))).toMatchObject({ outcome: 'pending', code: '-1' });
    expect(bank.settled).toEqual([]);
  });

  it.each([
    [3, 'cancelled', 'not-paid'],
    [5, 'failed', 'not-paid'],
    [15, 'failed', 'not-paid'],
    [16, 'failed', 'pending'],
    [18, 'failed', 'not-paid'],
    [-2, 'failed', 'pending'],
  ] as const)('that ends with status %i is %s and %s', async (status, claim, outcome) => {
    const token = await requested();
    expect(gateway.readCallback(bank.end(token, status))?.claim).toBe(claim);
    const said = { outcome, code: String(status) };
    expect(await gateway.verify(attemptOf(token))).toMatchObject(said);
    expect(await gateway.inquire(attemptOf(token))).toMatchObject(said);
  });

  it('is told with the amount that was paid, whatever ours is', async () => {
    const token = await requested();
    bank.end(token, 2);
    bank.change(token, { amount: 1_000 });
    expect(await gateway.verify(attemptOf(token))).toMatchObject({ outcome: 'paid', amount: 1_000 });
  });

  it('of another order of ours is not this one', async () => {
    const token = await requested();
    bank.end(token, 2);
    bank.change(token, { orderId: '7' });
    const said = { outcome: 'unknown', reason: 'paid, but for order 7' };
    expect(await gateway.verify(attemptOf(token))).toEqual(said);
  });

  it('of less than 1,000 Rial is not asked for', async () => {
    const refused = { outcome: 'refused', code: '105' };
    expect(await gateway.request({ ...PAYMENT, amount: rial(999) })).toMatchObject(refused);
    expect(bank.server.calls).toEqual([]);
    expect((await gateway.request({ ...PAYMENT, amount: rial(1_000) })).outcome).toBe('redirect');
  });
});

describe('when Zibal does not answer as it should', () => {
  it.each<Fault>(['deaf', 'error', 'cut', 'slow', 'garbage'])(
    '(%s) nothing is said of the payment, and the truth when asked again',
    async (fault) => {
      const token = await requested();
      bank.end(token, 2);
      bank.server.fail(fault, 1, to('verify'));
      expect((await impatient(fault).verify(attemptOf(token))).outcome).toBe('unknown');
      expect(await gateway.inquire(attemptOf(token))).toMatchObject(PAID);
      expect(bank.settled).toEqual([token]);
      bank.server.fail(fault, 1, to('inquiry'));
      expect((await impatient(fault).verify(attemptOf(token))).outcome).toBe('unknown');
      bank.server.fail(fault, 1, to('request'));
      expect((await impatient(fault).request(PAYMENT)).outcome).toBe('unknown');
    },
  );

  it('leaves to a person what contradicts our own row: a forgotten payment, another merchant', async () => {
    const token = await requested();
    bank.end(token, 2);
    const stranger = createZibal({ baseUrl: bank.server.url, merchant: 'x' });
    expect(await stranger.request(PAYMENT)).toMatchObject({ outcome: 'refused', code: '102' });
    expect((await stranger.verify(attemptOf(token))).outcome).toBe('unknown');
    bank.forget(token);
    const lost = { outcome: 'unknown', reason: 'result 203: invalid trackId' };
    expect(await gateway.verify(attemptOf(token))).toEqual(lost);
    expect(await gateway.inquire(attemptOf(token))).toEqual(lost);
  });

  it('never throws and never says paid without a reference, whatever is answered', async () => {
    const bank = { refNumber: 201, cardNumber: '502229******5995', orderId: '1042', wage: 5 };
    const good = [1, 2, 3].map((status) => ({ result: 100, amount: 1_500_000, status, ...bank }));
    const create = (baseUrl: string) => createZibal({ baseUrl, merchant: MERCHANT, timeoutMs: 10_000 });
    await checkAnyAnswer(create, good, 'refNumber');
  });
});

describe('what else Zibal tells', () => {
  it('sends nothing back by this protocol', async () => {
    const token = await requested();
    bank.end(token, 1);
    expect(await gateway.reverse(attemptOf(token))).toMatchObject({
      outcome: 'refused',
      code: 'not-supported',
    });
  });

  it('reads only its own callbacks', () => {
    const foreign: Record<string, string>[] = [
      {},
      { trackId: '1' },
      { trackId: 'x', success: '1' },
      { trackId: '-5', success: '1' },
    ];
    for (const parameters of foreign) expect(gateway.readCallback(parameters)).toBeUndefined();
  });

  it('answers at its own address unless told otherwise', () => {
    expect(createZibal({ merchant: MERCHANT }).name).toBe('zibal');
  });
});
