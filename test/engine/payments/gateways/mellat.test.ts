import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type {
  GatewayAttempt,
  PaymentGateway,
  Requested,
  Verified,
} from '../../../../engine/payments/gateway.ts';
import { createMellat } from '../../../../engine/payments/gateways/mellat.ts';
import { mellatReason } from '../../../../engine/payments/gateways/mellat-codes.ts';
import { rial } from '../../../../engine/values/rial.ts';
import {
  type Fault,
  type GatewayServer,
  type SimulatedCall,
  startGatewayServer,
} from '../simulators/http-server.ts';
import { MELLAT_ACCOUNT, type MellatSimulator, startMellat } from '../simulators/mellat.ts';

/** 00:05:09 of 21 November in Tehran, still the 20th in UTC. */
const NOW = Date.UTC(2026, 10, 20, 20, 35, 9);

let bank: MellatSimulator;
let gateway: PaymentGateway;
let hasty: PaymentGateway;

beforeAll(async () => {
  bank = await startMellat();
  const account = { ...MELLAT_ACCOUNT, baseUrl: bank.baseUrl, now: () => NOW };
  gateway = createMellat({ ...account, timeoutMs: 10_000 });
  hasty = createMellat({ ...account, timeoutMs: 300 });
});
afterAll(() => bank.server.close());

/** Only a slow answer needs a short timeout; on a busy machine that could spoil other calls. */
const impatient = (fault: Fault) => (fault === 'slow' ? hasty : gateway);

let id = 1000;
beforeEach(() => {
  id += 1;
});

const payment = (description = 'شارژ') => ({
  ...{ id, amount: rial(500_000), description, callbackUrl: 'https://isp.example/pay/mellat?a=1&b=2' },
  mobile: '+989121234567',
});

async function open(): Promise<Extract<Requested, { outcome: 'redirect' }>> {
  const requested = await gateway.request(payment());
  if (requested.outcome !== 'redirect') throw new Error(JSON.stringify(requested));
  return requested;
}

/** An attempt whose payer paid and came back. */
async function paidAttempt(): Promise<GatewayAttempt> {
  const { token } = await open();
  const claim = gateway.readCallback(bank.pay(token));
  return { id, amount: rial(500_000), token, fields: claim?.fields ?? {} };
}

const sale = () => String(170_000_000_000 + id);
const paid = () => ({ outcome: 'paid', reference: sale(), amount: 500_000, card: '', fee: undefined });
const settledNow = () => bank.settled().filter(({ orderId }) => orderId === String(id));
const asks = (operation: string) => (call: SimulatedCall) => call.body.includes(`<o:${operation}>`);

describe('an honest payment', () => {
  test('is asked for with Tehran time, paid, verified, settled', async () => {
    const { token, redirect } = await open();
    expect(redirect.method).toBe('POST');
    expect(redirect.url).toBe(`${bank.baseUrl}/pgwchannel/startpay.mellat`);
    expect(redirect.fields).toEqual({ RefId: token, MobileNo: '989121234567' });
    const order = bank.orders.get(String(id));
    expect(order).toMatchObject({ amount: 500_000, localDate: '20261121', localTime: '000509' });
    expect(order?.callBackUrl).toBe('https://isp.example/pay/mellat?a=1&b=2');

    const claim = gateway.readCallback(bank.pay(token));
    expect(claim).toEqual({
      ...{ token, paymentId: id, claim: 'paid', fields: { ResCode: '0', SaleReferenceId: sale() } },
    });
    const attempt = { id, amount: rial(500_000), token, fields: claim?.fields ?? {} };
    expect(await gateway.verify(attempt)).toEqual(paid());
    expect(settledNow()).toEqual([{ orderId: String(id), reference: sale(), amount: 500_000 }]);
  });

  test('is paid with the same reference however often it is verified, also 50 times at once', async () => {
    const attempt = await paidAttempt();
    const all = await Promise.all(Array.from({ length: 50 }, () => gateway.verify(attempt)));
    expect(all).toEqual(Array.from({ length: 50 }, paid));
    expect(await gateway.inquire(attempt)).toEqual(paid());
    expect(settledNow()).toHaveLength(1);
  });

  test('is found without the callback', async () => {
    const attempt = { ...(await paidAttempt()), fields: {} };
    expect(await gateway.inquire(attempt)).toEqual(paid());
  });
});

describe('a lost answer', () => {
  for (const fault of ['slow', 'cut', 'garbage'] as const) {
    test(`to settle (${fault}) is unknown, and paid when asked again`, async () => {
      const attempt = await paidAttempt();
      bank.server.fail(fault, 1, asks('bpSettleRequest'));
      expect(await impatient(fault).verify(attempt)).toMatchObject({ outcome: 'unknown' });
      expect(await gateway.inquire(attempt)).toEqual(paid());
      expect(settledNow()).toHaveLength(1);
    });
  }

  test('to settle that never reached the bank leaves the sale verified, and the next inquiry settles it', async () => {
    const attempt = await paidAttempt();
    bank.server.fail('deaf', 1, asks('bpSettleRequest'));
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'unknown' });
    expect(bank.orders.get(String(id))?.state).toBe('verified');
    expect(await gateway.inquire(attempt)).toEqual(paid());
  });

  for (const fault of ['slow', 'error', 'deaf'] as const) {
    test(`to verify (${fault}) is unknown, and nothing is reversed`, async () => {
      const attempt = await paidAttempt();
      bank.server.fail(fault, 1, asks('bpVerifyRequest'));
      expect(await impatient(fault).verify(attempt)).toMatchObject({ outcome: 'unknown' });
      expect(await gateway.verify(attempt)).toEqual(paid());
    });
  }

  test('to the request is unknown', async () => {
    bank.server.fail('slow', 1, asks('bpPayRequest'));
    expect(await hasty.request(payment())).toEqual({ outcome: 'unknown', reason: 'no answer within 300 ms' });
    expect(await gateway.request(payment())).toMatchObject({ outcome: 'refused', code: '41' });
  });

  test('to the search for a sale is unknown', async () => {
    const attempt = { ...(await paidAttempt()), fields: {} };
    bank.server.fail('error', 2, asks('bpSaleReferenceIdRequest'));
    expect(await gateway.inquire(attempt)).toEqual({ outcome: 'unknown', reason: 'status 500' });
    expect(await gateway.reverse(attempt)).toEqual({ outcome: 'unknown', reason: 'status 500' });
  });
});

describe('codes of the bank', () => {
  test('43 is settled, 45 is done, 48 is not paid; none of them reverses', async () => {
    const attempt = await paidAttempt();
    await gateway.verify(attempt);
    bank.say('bpVerifyRequest', '45');
    expect(await gateway.verify(attempt)).toEqual(paid());
    bank.say('bpVerifyRequest', '48');
    expect(await gateway.verify(attempt)).toEqual({ outcome: 'not-paid', code: '48', reason: 'reversed' });
    bank.say('bpVerifyRequest', undefined);
    bank.say('bpSettleRequest', '48');
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'not-paid', code: '48' });
    bank.say('bpSettleRequest', '61');
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'pending', code: '61' });
    bank.say('bpSettleRequest', undefined);
    expect(bank.operations()).not.toContain('bpReversalRequest');
  });

  test('another code of verify asks for the state of the sale', async () => {
    const attempt = await paidAttempt();
    await gateway.verify(attempt);
    bank.say('bpVerifyRequest', '34');
    expect(await gateway.verify(attempt)).toEqual(paid());
    bank.say('bpInquiryRequest', '46');
    expect(await gateway.verify(attempt)).toEqual(paid());
    bank.say('bpInquiryRequest', '48');
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'not-paid', code: '48' });
    bank.say('bpInquiryRequest', '34');
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'pending', code: '34' });
    bank.server.fail('error', 1, asks('bpInquiryRequest'));
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'pending', code: '34' });
    bank.say('bpVerifyRequest', undefined);
    bank.say('bpInquiryRequest', undefined);
  });

  test('a request is refused with the code', async () => {
    await open();
    expect(await gateway.request(payment())).toMatchObject({ outcome: 'refused', code: '41' });
    for (const code of ['21', '62', '415', '421', '9999']) {
      bank.say('bpPayRequest', code);
      const reason = mellatReason(code);
      expect(await gateway.request(payment())).toEqual({ outcome: 'refused', code, reason });
    }
    for (const value of ['0', '0,', '0,<b>', 'zero', '']) {
      bank.say('bpPayRequest', value);
      expect(await gateway.request(payment())).toMatchObject({ outcome: 'unknown' });
    }
    bank.say('bpPayRequest', undefined);
  });
});

describe('a dishonest callback', () => {
  test('of an order that nobody paid is pending', async () => {
    const { token } = await open();
    const forged = { RefId: token, ResCode: '0', SaleOrderId: String(id), SaleReferenceId: '170000000001' };
    const fields = gateway.readCallback(forged)?.fields ?? {};
    const verified = await gateway.verify({ id, amount: rial(500_000), token, fields });
    expect(verified).toMatchObject({ outcome: 'pending', code: '42' });
  });

  test('with the sale of another order is pending, and that sale stays unsettled', async () => {
    const victim = await paidAttempt();
    id += 1;
    const { token } = await open();
    const attempt = { id, amount: rial(500_000), token, fields: victim.fields };
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'pending' });
    expect(bank.orders.get(String(victim.id))?.state).toBe('paid');
  });

  test('that names another amount or card changes nothing', async () => {
    const { token } = await open();
    const posted = { ...bank.pay(token), FinalAmount: '1', CardHolderPan: '603799******0000' };
    const fields = gateway.readCallback(posted)?.fields ?? {};
    expect(await gateway.verify({ id, amount: rial(500_000), token, fields })).toEqual(paid());
  });

  test('writes one sale in one way', () => {
    const posted = { RefId: 'AF82041a', ResCode: '0', SaleReferenceId: '00017' };
    expect(gateway.readCallback(posted)?.fields.SaleReferenceId).toBe('17');
    expect(gateway.readCallback({ ...posted, SaleReferenceId: '9'.repeat(19) })?.fields).toEqual({
      ResCode: '0',
    });
  });

  test('is told from what is not of this bank', () => {
    expect(gateway.readCallback({})).toBeUndefined();
    expect(gateway.readCallback({ RefId: 'AF82041a' })).toBeUndefined();
    expect(gateway.readCallback({ RefId: '<script>', ResCode: '0' })).toBeUndefined();
    expect(gateway.readCallback({ RefId: 'AF82041a', ResCode: 'paid' })).toBeUndefined();
  });
});

test('a payer who turned back is cancelled, and not paid so far', async () => {
  const { token } = await open();
  const claim = gateway.readCallback(bank.cancel(token));
  expect(claim).toEqual({ token, paymentId: id, claim: 'cancelled', fields: { ResCode: '17' } });
  const attempt = { id, amount: rial(500_000), token, fields: claim?.fields ?? {} };
  expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'pending' });
  expect(gateway.readCallback({ RefId: token, ResCode: '12' })?.claim).toBe('failed');
});

test('reversal sends back what is not settled, once', async () => {
  const attempt = await paidAttempt();
  expect(await gateway.reverse(attempt)).toEqual({ outcome: 'reversed' });
  expect(await gateway.reverse(attempt)).toEqual({ outcome: 'reversed' });
  expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'not-paid', code: '48' });
  id += 1;
  const settled = await paidAttempt();
  await gateway.verify(settled);
  expect(await gateway.reverse(settled)).toMatchObject({ outcome: 'refused', code: '45' });
  id += 1;
  const { token } = await open();
  const unpaid = { id, amount: rial(500_000), token, fields: {} };
  expect(await gateway.reverse(unpaid)).toMatchObject({ outcome: 'refused' });
});

test('a description cannot write XML', async () => {
  const evil = '</additionalData><amount>1</amount>&"\'<!-- ]]>\u0000\uD800شارژ😀';
  expect(await gateway.request(payment(evil))).toMatchObject({ outcome: 'redirect' });
  const order = bank.orders.get(String(id));
  expect(order?.amount).toBe(500_000);
  expect(order?.additionalData).toBe('</additionalData><amount>1</amount>&"\'<!-- ]]>شارژ😀');
});

describe('whatever the bank answers', () => {
  let server: GatewayServer;
  let answers: (call: SimulatedCall) => { status: number; body: string };
  let wild: PaymentGateway;
  beforeAll(async () => {
    server = await startGatewayServer((call) => ({ contentType: 'text/xml', ...answers(call) }));
    wild = createMellat({ ...MELLAT_ACCOUNT, baseUrl: server.url, timeoutMs: 10_000, now: () => NOW });
  });
  afterAll(() => server.close());

  const attempt = { id: 7, amount: rial(10_000), token: 'AF82041a', fields: { SaleReferenceId: '17' } };

  test('nothing throws, and paid is said only after settle or verify told it', async () => {
    const code = fc.constantFrom('0', '43', '45', '46', '48', '42', '17', '34', '', 'x', '0,1', ' 0 ', '00');
    const text = fc.oneof({ weight: 4, arbitrary: code }, { weight: 1, arbitrary: fc.string() });
    const spoilt = fc.constantFrom('no', 'no', 'no', 'no', 'cut', 'status', 'fault');
    const plan = fc.record({ verify: text, settle: text, inquiry: text, sale: text, spoilt });
    await fc.assert(
      fc.asyncProperty(plan, fc.boolean(), async (said, knowsSale) => {
        answers = ({ body }) => {
          const operation = /<o:(\w+)>/.exec(body)?.[1] ?? '';
          const name = { bpVerifyRequest: said.verify, bpSettleRequest: said.settle };
          const value = { ...name, bpInquiryRequest: said.inquiry }[operation] ?? said.sale;
          const xml = `<E:Envelope><Body><r:${operation}Response><return>${value}</return></r:${operation}Response></Body></E:Envelope>`;
          const inner = said.spoilt === 'fault' ? '<Envelope><Body><Fault/></Body></Envelope>' : xml;
          const cut = said.spoilt === 'cut' ? inner.slice(0, -30) : inner;
          return { status: said.spoilt === 'status' ? 502 : 200, body: cut };
        };
        const asked = { ...attempt, fields: knowsSale ? attempt.fields : {} };
        for (const verified of [await wild.verify(asked), await wild.inquire(asked)]) {
          if (verified.outcome !== 'paid') continue;
          const isTold =
            ['0', '45'].includes(said.settle.trim()) ||
            said.verify.trim() === '45' ||
            said.inquiry.trim() === '45';
          expect(isTold && said.spoilt === 'no').toBe(true);
          expect(verified.reference).toMatch(/^[1-9]\d*$/);
        }
        await wild.reverse(asked);
      }),
      { numRuns: 150 },
    );
  });

  test('any octets are read, and no reason holds the password', async () => {
    const parts = fc.constantFrom(
      '<return>',
      '0',
      '</return>',
      '<Envelope>',
      '<Body>',
      '<!DOCTYPE a>',
      MELLAT_ACCOUNT.password,
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(parts).map((some) => some.join('')),
    );
    await fc.assert(
      fc.asyncProperty(anything, fc.constantFrom(200, 200, 302, 404, 500), async (body, status) => {
        answers = () => ({ status, body });
        const all: { outcome: string }[] = [await wild.request(payment()), await wild.verify(attempt)];
        all.push(await wild.reverse(attempt));
        expect(all.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown']);
        expect(JSON.stringify(all)).not.toContain(MELLAT_ACCOUNT.password);
      }),
      { numRuns: 50 },
    );
  });

  test('no callback throws', () => {
    const key = fc.constantFrom('RefId', 'ResCode', 'SaleOrderId', 'SaleReferenceId', '__proto__');
    const value = fc.oneof(fc.string(), fc.constantFrom('0', '17', 'AF82041a', '9'.repeat(30)));
    fc.assert(
      fc.property(fc.dictionary(key, value), (parameters) => {
        const claim = wild.readCallback(parameters);
        if (claim !== undefined) expect(claim.token).toMatch(/^[A-Za-z0-9]+$/);
      }),
    );
  });

  test('a server that is not there is unknown', async () => {
    const nowhere = createMellat({ ...MELLAT_ACCOUNT, baseUrl: 'http://127.0.0.1:9', now: () => NOW });
    const outcomes: Verified['outcome'][] = [(await nowhere.verify(attempt)).outcome];
    expect([...outcomes, (await nowhere.request(payment())).outcome]).toEqual(['unknown', 'unknown']);
  });
});
