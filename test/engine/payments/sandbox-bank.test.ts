import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterEvent,
  atInstant,
  type SandboxEvent,
  type SandboxPayment,
} from '../../../engine/payments/sandbox-bank.ts';
import { MINUTE_MS } from '../../../engine/values/instant.ts';
import { rial } from '../../../engine/values/rial.ts';

const CARD = '6037701689095443';

const waiting: SandboxPayment = {
  token: 'a'.repeat(32),
  paymentId: 7,
  amount: rial(1_000),
  description: '',
  callbackUrl: 'https://isp.example/back',
  state: 'waiting',
  reference: '',
  card: '',
  openedAt: 0,
};

const anyEvent: fc.Arbitrary<SandboxEvent> = fc.oneof(
  fc.constant({ kind: 'pay', card: CARD } as const),
  fc.constantFrom('fail', 'cancel', 'verify', 'reverse').map((kind) => ({ kind }) as SandboxEvent),
);

describe('a payment at the sandbox bank', () => {
  it('is paid, verified and sent back, with a reference and a masked card', () => {
    const paid = afterEvent(waiting, { kind: 'pay', card: CARD });
    expect(paid).toEqual({ ...waiting, state: 'paid', reference: '900000000007', card: '603770******5443' });
    const verified = afterEvent(paid, { kind: 'verify' });
    expect(verified).toEqual({ ...paid, state: 'verified' });
    expect(afterEvent(verified, { kind: 'verify' })).toBe(verified);
    expect(afterEvent(verified, { kind: 'reverse' }).state).toBe('reversed');
  });

  it('is verified only after it was paid, in whatever order things happen', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 12 }), (events) => {
        let payment = waiting;
        let decision = '';
        for (const event of events) {
          const before = payment;
          payment = afterEvent(payment, event);
          if (before.state === 'waiting' && payment !== before) decision = event.kind;
          expect(payment.reference !== '').toBe(decision === 'pay');
          if (payment.state === 'verified' || payment.state === 'reversed') expect(decision).toBe('pay');
        }
        expect(afterEvent(payment, { kind: 'pay', card: CARD }).state).toBe(
          decision === '' ? 'paid' : payment.state,
        );
      }),
    );
  });

  it('has failed when nobody decided within 15 minutes, and stays paid when it was', () => {
    expect(atInstant(waiting, 15 * MINUTE_MS - 1)).toBe(waiting);
    expect(atInstant(waiting, 15 * MINUTE_MS).state).toBe('failed');
    const paid = afterEvent(waiting, { kind: 'pay', card: CARD });
    expect(atInstant(paid, 60 * MINUTE_MS)).toBe(paid);
  });
});
