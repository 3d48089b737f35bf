import fc from 'fast-check';
import { expect } from 'vitest';
import type { GatewayAttempt, GatewayPayment, PaymentGateway } from '../../../../engine/payments/gateway.ts';
import { rial } from '../../../../engine/values/rial.ts';
import { startGatewayServer } from '../simulators/http-server.ts';

/** A payment to ask for. */
export const PAYMENT: GatewayPayment = {
  id: 1_042,
  amount: rial(1_500_000),
  description: 'خرید ۵ گیگابایت',
  callbackUrl: 'https://isp.example/pay/back',
  mobile: '+989121234567',
};

/** The attempt that it becomes, as a callback without fields leaves it. */
export function attemptOf(token: string, fields: Readonly<Record<string, string>> = {}): GatewayAttempt {
  return { id: PAYMENT.id, amount: PAYMENT.amount, token, fields };
}

/** Values that stand where a number, a text or an object should. */
const oddities = fc.oneof(
  fc.constantFrom(0, -1, 1, 1.5, 100, 101, 201, 202, 2 ** 53, 2 ** 60, null, true, '', '0', '100', [], {}),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
);

type Json = Readonly<Record<string, unknown>>;

/** The object with some of its members, also those of its objects, gone or replaced by oddities. */
function spoilt(good: Json): fc.Arbitrary<Json> {
  const members = Object.entries(good).map(([name, value]) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const kept = isObject ? spoilt(value as Json) : fc.constant(value);
    return fc
      .oneof({ weight: 6, arbitrary: kept }, oddities, fc.constant(undefined))
      .map((odd) => [name, odd] as const);
  });
  return fc.tuple(...members).map((entries) => Object.fromEntries(entries));
}

/** Answers of a gateway: nearly right ones, other JSON, JSON that is cut off, and any text. */
function anyBody(good: readonly Json[]): fc.Arbitrary<string> {
  const near = fc.oneof(...good.map(spoilt)).map((value) => JSON.stringify(value));
  const cut = fc.tuple(near, fc.nat(60)).map(([text, end]) => text.slice(0, end));
  const other = fc.jsonValue().map((value) => JSON.stringify(value));
  return fc.oneof({ weight: 6, arbitrary: near }, cut, other, fc.string({ unit: 'binary' }));
}

/** Statuses that Node may send with a body. */
const anyStatus = fc.constantFrom(200, 200, 200, 201, 204, 302, 400, 401, 404, 422, 429, 500, 502, 503);

/** Whether a whole number above 0 stands in one of the answers as a member called `name`. */
function hasPositive(bodies: readonly string[], name: string): boolean {
  return bodies.some((body) => new RegExp(`"${name}":"?0*[1-9]`).test(body));
}

/**
 * Holds every method against any answer: none rejects, and `paid` is said only with a reference above 0 that stood in
 * an answer.
 * @param good right answers, which are spoilt member by member
 * @param reference the member that holds the bank's reference
 */
export async function checkAnyAnswer(
  create: (baseUrl: string) => PaymentGateway,
  good: readonly Json[],
  reference: string,
): Promise<void> {
  let answers: readonly { status: number; body: string }[] = [];
  let next = 0;
  let paid = 0;
  const server = await startGatewayServer(() => answers[next++ % answers.length]);
  const gateway = create(server.url);
  const answerLists = fc.array(fc.record({ status: anyStatus, body: anyBody(good) }), {
    minLength: 1,
    maxLength: 3,
  });
  const property = fc.asyncProperty(answerLists, async (list) => {
    answers = list;
    next = 0;
    const bodies = list.map(({ body }) => body);
    await gateway.request(PAYMENT);
    await gateway.reverse(attemptOf('4711'));
    const all = [await gateway.verify(attemptOf('4711')), await gateway.inquire(attemptOf('4711'))];
    for (const said of all) {
      if (said.outcome !== 'paid') continue;
      paid += 1;
      expect(said.reference).toMatch(/^[1-9]\d*$/);
      expect(said.card).toMatch(/^(\d{6}\*{6}\d{4})?$/);
      expect(hasPositive(bodies, reference)).toBe(true);
    }
  });
  try {
    await fc.assert(property, { numRuns: 150 });
    // Else the property would hold of a gateway that never says it.
    expect(paid).toBeGreaterThan(0);
  } finally {
    await server.close();
  }
}
