import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createZarinpal,
  ZARINPAL_SANDBOX_URL,
  ZARINPAL_URL,
  type Zarinpal,
} from '../../../../engine/payments/gateways/zarinpal.ts';
import { rial } from '../../../../engine/values/rial.ts';
import type { Fault, SimulatedCall } from '../simulators/http-server.ts';
import { MERCHANT, ZarinpalSimulator } from '../simulators/zarinpal.ts';
import { attemptOf, checkAnyAnswer, PAYMENT } from './any-answer.ts';

const PAID = {
  outcome: 'paid',
  reference: '74000000',
  amount: PAYMENT.amount,
  card: '502229******5995',
  fee: 6_000,
};

let bank: ZarinpalSimulator;
let gateway: Zarinpal;
let hasty: Zarinpal;

beforeEach(async () => {
  bank = await ZarinpalSimulator.start();
  gateway = createZarinpal({ baseUrl: bank.server.url, merchantId: MERCHANT, timeoutMs: 10_000 });
  hasty = createZarinpal({ baseUrl: bank.server.url, merchantId: MERCHANT, timeoutMs: 300 });
});

afterEach(() => bank.server.close());

/** Only a slow answer, or none, needs a short timeout; on a busy machine that could spoil other calls. */
const impatient = (fault: Fault) => (fault === 'slow' || fault === 'deaf' ? hasty : gateway);

/** Asks for the payment; its authority. */
async function requested(): Promise<string> {
  const said = await gateway.request(PAYMENT);
  if (said.outcome !== 'redirect') throw new Error(JSON.stringify(said));
  return said.token;
}

const to = (method: string) => (call: SimulatedCall) => call.path.endsWith(`/${method}.json`);

describe('a payment at Zarinpal', () => {
  it('is asked for in Rial with our number, and paid, settled once and told with its reference', async () => {
    const said = await gateway.request(PAYMENT);
    const authority = [...bank.payments.keys()][0]!;
    const url = `${bank.server.url}/pg/StartPay/${authority}`;
    expect(said).toEqual({
      outcome: 'redirect',
      token: authority,
      redirect: { method: 'GET', url, fields: {} },
    });
    expect(JSON.parse(bank.server.calls[0]!.body)).toEqual({
      merchant_id: MERCHANT,
      amount: 1_500_000,
      currency: 'IRR',
      description: PAYMENT.description,
      callback_url: PAYMENT.callbackUrl,
      metadata: { mobile: '09121234567', order_id: '1042' },
    });
    const claim = gateway.readCallback(bank.pay(authority))!;
    expect(claim).toEqual({ token: authority, claim: 'paid', fields: { Status: 'OK' } });
    expect(await gateway.verify(attemptOf(authority, claim.fields))).toEqual(PAID);
    expect(bank.settled).toEqual([authority]);
  });

  it('is told alike when it was verified before, by us or by somebody else', async () => {
    const authority = await requested();
    bank.pay(authority);
    expect(await gateway.verify(attemptOf(authority))).toEqual(PAID);
    expect(await gateway.verify(attemptOf(authority))).toEqual(PAID);
    bank.change(authority, { state: 'VERIFIED' });
    expect(await gateway.inquire(attemptOf(authority))).toEqual(PAID);
    expect(bank.settled).toHaveLength(1);
  });

  it('is settled once by fifty verifications at a time, which all say the same', async () => {
    const authority = await requested();
    bank.pay(authority);
    const patient = createZarinpal({ baseUrl: bank.server.url, merchantId: MERCHANT });
    const all = await Promise.all(Array.from({ length: 50 }, () => patient.verify(attemptOf(authority))));
    expect(new Set(all.map((said) => JSON.stringify(said)))).toEqual(new Set([JSON.stringify(PAID)]));
    expect(bank.settled).toEqual([authority]);
  });

  it('is not paid because a callback says so', async () => {
    const authority = await requested();
    const claim = gateway.readCallback({ Authority: authority, Status: 'OK' })!;
    expect(claim.claim).toBe('paid');
    expect(await gateway.verify(attemptOf(authority, claim.fields))).toMatchObject({
      outcome: 'pending',
      code: '-51',
    });
    expect(bank.settled).toEqual([]);
  });

  it('is over when the payer turned back or failed, and pending while the payer is at the bank', async () => {
    const authority = await requested();
    expect(await gateway.inquire(attemptOf(authority))).toMatchObject({
      outcome: 'pending',
      code: 'IN_BANK',
    });
    const claim = gateway.readCallback(bank.turnBack(authority))!;
    expect(claim.claim).toBe('cancelled');
    const refused = { outcome: 'not-paid', code: '-51' };
    expect(await gateway.verify(attemptOf(authority, claim.fields))).toMatchObject(refused);
    bank.fail(authority);
    expect(await gateway.verify(attemptOf(authority))).toMatchObject(refused);
    expect(await gateway.inquire(attemptOf(authority))).toMatchObject({
      outcome: 'not-paid',
      code: 'FAILED',
    });
  });

  it('is not taken with another amount than ours', async () => {
    const authority = await requested();
    bank.pay(authority);
    bank.change(authority, { amount: 1_000 });
    const said = { outcome: 'not-paid', code: '-50' };
    expect(await gateway.verify(attemptOf(authority))).toMatchObject(said);
    expect(await gateway.inquire(attemptOf(authority))).toMatchObject(said);
    expect(bank.settled).toEqual([]);
  });
});

describe('when Zarinpal does not answer as it should', () => {
  it.each<Fault>(['deaf', 'error', 'cut', 'slow', 'garbage'])(
    '(%s) nothing is said of the payment, and the truth when asked again',
    async (fault) => {
      const authority = await requested();
      bank.pay(authority);
      bank.server.fail(fault, 1, to('verify'));
      expect((await impatient(fault).verify(attemptOf(authority))).outcome).toBe('unknown');
      expect(await gateway.inquire(attemptOf(authority))).toEqual(PAID);
      expect(bank.settled).toEqual([authority]);
      bank.server.fail(fault, 1, to('inquiry'));
      expect((await impatient(fault).inquire(attemptOf(authority))).outcome).toBe('unknown');
      bank.server.fail(fault, 1, to('request'));
      expect((await impatient(fault).request(PAYMENT)).outcome).toBe('unknown');
    },
  );

  it('says what it refused, with its code', async () => {
    const stranger = createZarinpal({ baseUrl: bank.server.url, merchantId: 'x' });
    const refused = { outcome: 'refused', code: '-10', reason: 'Terminal is not valid' };
    expect(await stranger.request(PAYMENT)).toEqual(refused);
    expect(await gateway.request({ ...PAYMENT, amount: rial(10) })).toMatchObject({ code: '-9' });
  });

  it('leaves to a person what contradicts our own row: a forgotten payment, another merchant', async () => {
    const authority = await requested();
    bank.pay(authority);
    const stranger = createZarinpal({ baseUrl: bank.server.url, merchantId: 'x' });
    expect((await stranger.verify(attemptOf(authority))).outcome).toBe('unknown');
    bank.forget(authority);
    const lost = await gateway.verify(attemptOf(authority));
    expect(lost).toEqual({ outcome: 'unknown', reason: 'code -54: Invalid authority.' });
    expect((await gateway.inquire(attemptOf(authority))).outcome).toBe('unknown');
  });

  it('never throws and never says paid without a reference, whatever is answered', async () => {
    const paid = { code: 100, message: 'Paid', ref_id: 201, card_pan: '502229******5995', fee: 0 };
    const state = { code: 100, message: 'Success', status: 'PAID' };
    const good = [
      { data: paid, errors: [] },
      { data: state, errors: [] },
      { data: [], errors: { code: -51, message: 'no' } },
    ];
    const create = (baseUrl: string) => createZarinpal({ baseUrl, merchantId: MERCHANT, timeoutMs: 10_000 });
    await checkAnyAnswer(create, good, 'ref_id');
  });
});

describe('a payment that goes back', () => {
  it('is reversed, also when it was reversed before and the answer was lost', async () => {
    const authority = await requested();
    bank.pay(authority);
    bank.server.fail('cut', 1, to('reverse'));
    expect((await gateway.reverse(attemptOf(authority))).outcome).toBe('unknown');
    expect(await gateway.reverse(attemptOf(authority))).toEqual({ outcome: 'reversed' });
    expect(await gateway.verify(attemptOf(authority))).toMatchObject({ outcome: 'not-paid', code: '-51' });
    expect(await gateway.inquire(attemptOf(authority))).toMatchObject({ code: 'REVERSED' });
  });

  it('is refused from an address that is not registered, and when nothing was paid', async () => {
    const authority = await requested();
    expect(await gateway.reverse(attemptOf(authority))).toMatchObject({ outcome: 'refused', code: '-61' });
    bank.knowsOurAddress = false;
    expect(await gateway.reverse(attemptOf(authority))).toMatchObject({ outcome: 'refused', code: '-62' });
  });
});

describe('what else Zarinpal tells', () => {
  it('lists what is paid and not verified', async () => {
    const [first, second] = [await requested(), await requested()];
    bank.pay(first);
    bank.pay(second);
    await gateway.verify(attemptOf(second));
    expect(await gateway.unverified()).toEqual([{ token: first, amount: PAYMENT.amount }]);
    bank.server.fail('garbage');
    expect(typeof (await gateway.unverified())).toBe('string');
  });

  it('reads only its own callbacks', () => {
    const foreign: Record<string, string>[] = [{}, { Authority: 'A1' }, { trackId: '1', success: '1' }];
    for (const parameters of foreign) expect(gateway.readCallback(parameters)).toBeUndefined();
    expect(gateway.readCallback({ Authority: '../../x', Status: 'OK' })).toBeUndefined();
  });

  it('answers at its own address unless told otherwise', () => {
    expect([ZARINPAL_URL, ZARINPAL_SANDBOX_URL].map((url) => new URL(url).protocol)).toEqual([
      'https:',
      'https:',
    ]);
    expect(createZarinpal({ merchantId: MERCHANT }).name).toBe('zarinpal');
  });
});
