import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GatewayAttempt, PaymentGateway, Requested } from '../../../../engine/payments/gateway.ts';
import { createSaman } from '../../../../engine/payments/gateways/saman.ts';
import { rial } from '../../../../engine/values/rial.ts';
import {
  type Fault,
  type GatewayServer,
  type SimulatedCall,
  startGatewayServer,
} from '../simulators/http-server.ts';
import { SAMAN_TERMINAL, type SamanSimulator, startSaman } from '../simulators/saman.ts';

const VERIFY = '/verifyTxnRandomSessionkey/ipg/VerifyTransaction';
const RECEIPT = '/verifyTxnRandomSessionkey/api/v2/ipg/payment/receipt';

let bank: SamanSimulator;
let gateway: PaymentGateway;
let hasty: PaymentGateway;

beforeAll(async () => {
  bank = await startSaman();
  const account = { terminalId: SAMAN_TERMINAL, baseUrl: bank.baseUrl };
  gateway = createSaman({ ...account, timeoutMs: 10_000 });
  hasty = createSaman({ ...account, timeoutMs: 300 });
});
afterAll(() => bank.server.close());

/** Only a slow answer needs a short timeout; on a busy machine that could spoil other calls. */
const impatient = (fault: Fault) => (fault === 'slow' ? hasty : gateway);

let id = 1000;
beforeEach(() => {
  id += 1;
});
afterEach(() => {
  bank.repeat = 'again';
  for (const path of ['/onlinepg/onlinepg', VERIFY, RECEIPT]) bank.say(path, undefined);
});

const payment = (description = 'شارژ') => ({
  ...{ id, amount: rial(500_000), description, callbackUrl: 'https://isp.example/pay/saman' },
  mobile: '+989121234567',
});

async function open(): Promise<Extract<Requested, { outcome: 'redirect' }>> {
  const requested = await gateway.request(payment());
  if (requested.outcome !== 'redirect') throw new Error(JSON.stringify(requested));
  return requested;
}

/** An attempt whose payer paid and came back. */
async function paidAttempt(affectiveAmount?: number): Promise<GatewayAttempt> {
  const { token } = await open();
  const claim = gateway.readCallback(bank.pay(token, affectiveAmount));
  return { id, amount: rial(500_000), token, fields: claim?.fields ?? {} };
}

const refNum = () => `uP+AXX/${id}=`;
const paid = (amount = 500_000) => ({
  ...{ outcome: 'paid', reference: refNum(), amount, card: '621986******8080', fee: undefined },
});
const settledNow = () => bank.settled().filter(({ resNum }) => resNum === String(id));
const at = (path: string) => (call: SimulatedCall) => call.path === path;

describe('an honest payment', () => {
  test('is asked for, paid, verified', async () => {
    const { token, redirect } = await open();
    expect(redirect).toEqual({
      ...{ method: 'POST', url: `${bank.baseUrl}/OnlinePG/OnlinePG`, fields: { Token: token } },
    });
    const request = { action: 'token', TerminalId: '2015', Amount: 500_000, ResNum: String(id) };
    const rest = { RedirectUrl: 'https://isp.example/pay/saman', CellNumber: '9121234567', ResNum1: 'شارژ' };
    expect(bank.payments.get(token)?.request).toEqual({ ...request, ...rest });

    const claim = gateway.readCallback(bank.pay(token));
    expect(claim).toEqual({ token, claim: 'paid', fields: { RefNum: refNum() } });
    const attempt = { id, amount: rial(500_000), token, fields: claim?.fields ?? {} };
    expect(await gateway.verify(attempt)).toEqual(paid());
    expect(settledNow()).toEqual([{ resNum: String(id), reference: refNum(), amount: 500_000 }]);
  });

  for (const repeat of ['again', 'code-2'] as const) {
    test(`is paid with the same reference however often it is verified (${repeat}), also 50 times`, async () => {
      bank.repeat = repeat;
      const attempt = await paidAttempt();
      const all = await Promise.all(Array.from({ length: 50 }, () => gateway.verify(attempt)));
      expect(all).toEqual(Array.from({ length: 50 }, () => paid()));
      expect(await gateway.inquire(attempt)).toEqual(paid());
      expect(settledNow()).toHaveLength(1);
    });
  }

  test('is found by its token when the payer never came back', async () => {
    const attempt = { ...(await paidAttempt()), fields: {} };
    expect(await gateway.inquire(attempt)).toEqual(paid());
  });

  test('of which less left the card says so', async () => {
    expect(await gateway.verify(await paidAttempt(10_000))).toEqual(paid(10_000));
  });
});

describe('a repeated verify without details', () => {
  test('is not paid, for the amount of the RefNum is not told', async () => {
    bank.repeat = 'bare-2';
    const attempt = await paidAttempt(10_000);
    expect(await gateway.verify(attempt)).toEqual(paid(10_000));
    const other = { ...attempt, id: id + 5000 };
    expect(await gateway.verify(other)).toMatchObject({ outcome: 'pending', code: '2' });
  });
});

describe('a lost answer', () => {
  for (const fault of ['slow', 'cut', 'garbage', 'error', 'deaf'] as const) {
    test(`to verify (${fault}) is unknown, and paid when asked again`, async () => {
      const attempt = await paidAttempt();
      bank.server.fail(fault, 1, at(VERIFY));
      expect(await impatient(fault).verify(attempt)).toMatchObject({ outcome: 'unknown' });
      expect(await gateway.inquire(attempt)).toEqual(paid());
      expect(settledNow()).toHaveLength(1);
    });
  }

  test('of the receipt, the request and the reversal is unknown', async () => {
    const attempt = { ...(await paidAttempt()), fields: {} };
    bank.server.fail('error', 5);
    expect(await gateway.inquire(attempt)).toMatchObject({ outcome: 'unknown' });
    expect(await gateway.request(payment())).toMatchObject({ outcome: 'unknown' });
    expect(await gateway.reverse(attempt)).toMatchObject({ outcome: 'unknown' });
    expect(await gateway.reverse({ ...attempt, fields: { RefNum: refNum() } })).toMatchObject({
      outcome: 'unknown',
    });
    expect(await gateway.inquire(attempt)).toMatchObject({ outcome: 'unknown' });
    expect(await gateway.inquire(attempt)).toEqual(paid());
  });
});

describe('codes of the company', () => {
  const say = (members: object) => bank.say(VERIFY, JSON.stringify(members));

  test('of verify', async () => {
    const attempt = await paidAttempt();
    say({ ResultCode: -6, Success: false });
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'not-paid', code: '-6' });
    say({ ResultCode: 5, Success: false });
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'not-paid', code: '5' });
    for (const code of [-106, -105, -1, 77]) {
      say({ ResultCode: code, Success: false, ResultDescription: 'whatever' });
      expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'pending', code: String(code) });
    }
    for (const answer of [{}, { ResultCode: null }, { ResultCode: '0x0' }, { ResultCode: 0 }, []]) {
      say(answer);
      expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'unknown' });
    }
  });

  test('success of another payment, another terminal or without an amount is unknown', async () => {
    const attempt = await paidAttempt();
    const detail = { RefNum: refNum(), TerminalNumber: 2015, AffectiveAmount: 500_000 };
    const wrong = [
      { RefNum: 'other' },
      { TerminalNumber: 2016 },
      { AffectiveAmount: -1 },
      { AffectiveAmount: null },
    ];
    for (const change of wrong) {
      say({ ResultCode: 0, Success: true, TransactionDetail: { ...detail, ...change } });
      expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'unknown' });
    }
    say({ ResultCode: 0, Success: false, TransactionDetail: detail });
    expect(await gateway.verify(attempt)).not.toMatchObject({ outcome: 'paid' });
    say({ ResultCode: 0, Success: true, TransactionDetail: detail });
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'paid', card: '' });
  });

  test('of the request and of receipts', async () => {
    const stranger = createSaman({ terminalId: '9', baseUrl: bank.baseUrl, timeoutMs: 10_000 });
    expect(await stranger.request(payment())).toEqual({
      ...{ outcome: 'refused', code: '12', reason: 'no such terminal' },
    });
    for (const body of ['{"status":1}', '{"status":1,"token":"<b>"}', '{}', '{"status":-1}', 'null']) {
      bank.say('/onlinepg/onlinepg', body);
      expect(await gateway.request(payment())).toMatchObject({ outcome: 'unknown' });
    }
    const attempt = { id, amount: rial(500_000), token: 'never-given', fields: {} };
    expect(await gateway.inquire(attempt)).toMatchObject({ outcome: 'pending', code: '404' });
    const data = { Status: 2, Token: 'never-given', RefNum: 'r', ResNum: String(id) };
    for (const change of [{ Token: 'x' }, { ResNum: '1' }, { RefNum: null }, { Status: null }]) {
      bank.say(RECEIPT, JSON.stringify({ HasError: false, Data: { ...data, ...change } }));
      expect(await gateway.inquire(attempt)).toMatchObject({ outcome: 'unknown' });
    }
    bank.say(RECEIPT, '{"Data":{}}');
    expect(await gateway.inquire(attempt)).toMatchObject({ outcome: 'unknown' });
  });
});

describe('a dishonest callback', () => {
  test('of a token that nobody paid is pending', async () => {
    const { token } = await open();
    const fields =
      gateway.readCallback({ Token: token, State: 'OK', Status: '2', RefNum: 'forged' })?.fields ?? {};
    const attempt = { id, amount: rial(500_000), token, fields };
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'pending', code: '0' });
    bank.pay(token);
    expect(await gateway.verify(attempt)).toEqual(paid());
  });

  test('with the RefNum of a cheaper payment tells the amount and reference of that one', async () => {
    const cheap = await paidAttempt(10_000);
    const reference = refNum();
    id += 1;
    const { token } = await open();
    const attempt = { id, amount: rial(500_000), token, fields: cheap.fields };
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'paid', reference, amount: 10_000 });
  });

  test('is told from what is not of this company; plus signs survive a query string', () => {
    expect(gateway.readCallback({})).toBeUndefined();
    expect(gateway.readCallback({ RefNum: 'a', Token: '<b>' })).toBeUndefined();
    expect(gateway.readCallback({ Token: 'abcdef', RefNum: 'a b/c=' })?.fields).toEqual({ RefNum: 'a+b/c=' });
    expect(gateway.readCallback({ ResNum: '12', State: 'Failed', Status: '3', RefNum: '' })).toEqual({
      ...{ paymentId: 12, claim: 'failed', fields: {} },
    });
  });
});

test('a payer who turned back is cancelled, and finally not paid', async () => {
  const { token } = await open();
  const attempt = { id, amount: rial(500_000), token, fields: {} };
  expect(await gateway.inquire(attempt)).toMatchObject({ outcome: 'pending', code: '0' });
  const claim = gateway.readCallback(bank.cancel(token));
  expect(claim).toEqual({ token, paymentId: id, claim: 'cancelled', fields: {} });
  expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'not-paid', code: '1' });
  bank.payments.get(token)!.state = 'failed';
  expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'not-paid', code: '3' });
});

test('reversal sends back a payment, once, also by its token alone', async () => {
  const attempt = await paidAttempt();
  await gateway.verify(attempt);
  expect(await gateway.reverse(attempt)).toEqual({ outcome: 'reversed' });
  expect(await gateway.reverse(attempt)).toEqual({ outcome: 'reversed' });
  expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'not-paid', code: '5' });
  id += 1;
  const lost = { ...(await paidAttempt()), fields: {} };
  expect(await gateway.reverse(lost)).toEqual({ outcome: 'reversed' });
  expect(await gateway.reverse(lost)).toMatchObject({ outcome: 'refused', code: '404' });
  expect(await gateway.reverse({ ...attempt, fields: { RefNum: 'forged' } })).toMatchObject({
    ...{ outcome: 'refused', code: '-2' },
  });
});

test('a description cannot write JSON, and its note is no longer than 50 characters', async () => {
  const evil = `","Amount":1,"x":"😀\uD800${'ش'.repeat(60)}`;
  await gateway.request(payment(evil));
  const made = [...bank.payments.values()].at(-1);
  expect(made?.amount).toBe(500_000);
  expect([...String(made?.request.ResNum1)]).toHaveLength(50);
});

describe('whatever the company answers', () => {
  let server: GatewayServer;
  let answers: (call: SimulatedCall) => { status?: number; body: string };
  let wild: PaymentGateway;
  beforeAll(async () => {
    server = await startGatewayServer((call) => answers(call));
    wild = createSaman({ terminalId: SAMAN_TERMINAL, baseUrl: server.url, timeoutMs: 10_000 });
  });
  afterAll(() => server.close());

  const attempt = { id: 7, amount: rial(10_000), token: 'abcdef', fields: { RefNum: 'ref' } };
  const code = fc.constantFrom(0, 2, -2, -6, 5, '0', null, 0.5, true, [0]);
  const detail = fc.record(
    {
      RefNum: fc.constantFrom('ref', '', null),
      TerminalNumber: fc.constantFrom(2015, 1),
      AffectiveAmount: fc.constantFrom(10_000, '9', -1),
    },
    { requiredKeys: [] },
  );
  const verified = fc.record(
    { ResultCode: code, Success: fc.boolean(), TransactionDetail: fc.oneof(detail, fc.jsonValue()) },
    { requiredKeys: ['ResultCode'] },
  );
  const data = fc.record({
    Status: fc.constantFrom(0, 1, 2, 3),
    Token: fc.constant('abcdef'),
    RefNum: fc.constantFrom('ref', ''),
    ResNum: fc.constantFrom('7', '8'),
  });
  const receipt = fc.record({ HasError: fc.boolean(), Data: data, ErrorCode: fc.constantFrom(404, null) });

  test('nothing throws, and paid is said only after verify told it with RefNum and amount', async () => {
    await fc.assert(
      fc.asyncProperty(verified, receipt, fc.boolean(), async (said, receiptSaid, hasRefNum) => {
        answers = ({ path }) => ({ body: JSON.stringify(path === RECEIPT ? receiptSaid : said) });
        const asked = { ...attempt, fields: hasRefNum ? attempt.fields : {} };
        for (const result of [await wild.verify(asked), await wild.inquire(asked)]) {
          if (result.outcome !== 'paid') continue;
          expect(['0', '2']).toContain(String(said.ResultCode));
          expect(said.TransactionDetail).toMatchObject({ RefNum: result.reference, TerminalNumber: 2015 });
          expect(said.TransactionDetail).toHaveProperty('AffectiveAmount');
        }
        await wild.reverse(asked);
      }),
      { numRuns: 150 },
    );
  });

  test('any octets are read', async () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(anything, fc.constantFrom(200, 200, 302, 404, 500), async (body, status) => {
        answers = () => ({ status, body });
        const all = [await wild.request(payment()), await wild.verify(attempt), await wild.reverse(attempt)];
        expect(all.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown']);
      }),
      { numRuns: 50 },
    );
  });

  test('no callback throws', () => {
    const key = fc.constantFrom('Token', 'RefNum', 'ResNum', 'State', 'Status', '__proto__');
    const value = fc.oneof(fc.string(), fc.constantFrom('OK', '2', 'abcdef', '9'.repeat(30)));
    fc.assert(
      fc.property(fc.dictionary(key, value), (parameters) => {
        const claim = wild.readCallback(parameters);
        if (claim?.claim === 'paid') expect(claim.fields.RefNum).toMatch(/^[\w+/=-]+$/);
      }),
    );
  });
});
