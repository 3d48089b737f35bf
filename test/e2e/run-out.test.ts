import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payAtSandbox } from '../../api/cli/sandbox-payer.ts';
import type { OrderAnswer, PayAnswer, QuotedAnswer } from '../../api/orders.ts';
import type { ProvisioningDocument } from '../../engine/subscribers/provisioning.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { PlayedLine } from './played-line.ts';
import { UdpNas } from './udp-nas.ts';

interface Messages {
  readonly messages: readonly { readonly kind: string; readonly sentAt: string | null }[];
}

const SECRET = 'secret-of-the-bras';
const ADDRESS = '127.0.0.41';
const MB = 1024 ** 2;
const START = Date.parse('2026-11-21T08:00:00Z');

const DOCUMENT: ProvisioningDocument = {
  plans: [
    {
      ...{ name: 'p5', days: 30, interimSeconds: 60 },
      quota: { octets: 20 * MB, charge: 'both' },
      ...{ speed: { downKbps: 4096, upKbps: 1024 }, exhausted: { downKbps: 128, upKbps: 64 } },
    },
  ],
  offers: [
    {
      kind: 'prepaid',
      ...{ code: 'm1', name: 'یک‌ماهه', plan: 'p5', price: 500_000 },
      term: { unit: 'day', count: 30 },
    },
  ],
  settings: [
    { name: 'vatRates', value: [{ fromYear: 1405, toYear: 1405, percent: 10 }] },
    { name: 'freeCharge', value: { days: 2, octets: 5 * MB, onDaysOut: 'days', kind: 'gift' } },
  ],
  lines: [{ username: 'u1', password: 'pw', plan: 'p5' }],
};

describe('a line that runs out, from the command line', () => {
  let mizan: MizanProcess;
  let nas: UdpNas;
  let line: PlayedLine;
  let now = START;
  const forward = async (seconds: number) => {
    now += seconds * 1_000;
    await mizan.moveClock(new Date(now).toISOString());
  };

  beforeAll(async () => {
    nas = await UdpNas.open(SECRET, ADDRESS);
    const env = { MIZAN_SANDBOX_BANK: '1' };
    mizan = await MizanProcess.start({ testClock: new Date(START).toISOString(), env });
    const bras = { name: 'tik', address: ADDRESS, secret: SECRET, coaPort: nas.coaPort };
    await mizan.apply({ nas: [{ ...bras, vendor: 'mikrotik' }], ...DOCUMENT });
    const made = await mizan.api<{ customer: { id: number } }>('POST', '/customers', {
      ...{ name: 'سارا رضایی', mobile: '09123456789' },
    });
    await mizan.api('PATCH', '/lines/u1/contract', { customerId: made.customer.id });
    line = new PlayedLine('u1', mizan, nas, () => now);
  });

  afterAll(async () => {
    nas.close();
    await mizan.dispose();
  });

  it('is slowed at the end of its volume, and brought back by its free charge, once', async () => {
    expect((await line.dial()).join(' ')).toContain('1024k/4096k');
    await forward(60);
    await line.report(20 * MB);
    expect((await line.orders(1)).join(' ')).toContain('64k/128k');
    // The ledger hears of used volume with the next turn of the sink.
    const given = await eventually(() =>
      mizan.cli<{ octets: number; days: number }>('free-charge', 'u1').catch(() => undefined),
    );
    expect(given).toMatchObject({ days: 0, octets: 5 * MB });
    expect((await line.orders(1)).join(' ')).toContain('1024k/4096k');
    await expect(mizan.cli('free-charge', 'u1')).rejects.toThrow(/free charge/);
  });

  it('has its full speed by CoA within a second of the payment', async () => {
    await forward(60);
    await line.report(25 * MB);
    expect((await line.orders(1)).join(' ')).toContain('64k/128k');
    await eventually(async () => {
      const quoted = await mizan.cli<QuotedAnswer>('order', 'quote', 'u1', '--offer', 'm1');
      return quoted.effect.starts === 'now';
    });
    const order = await mizan.cli<OrderAnswer>('order', 'place', 'u1', '--offer', 'm1');
    expect(order).toMatchObject({
      state: 'placed',
      quote: { price: 500_000, vat: 50_000, payable: 550_000 },
    });
    const paying = await mizan.cli<PayAnswer>('order', 'pay', String(order.id), '--gateway', 'sandbox');
    const before = nas.requests.length;
    const paidFrom = performance.now();
    expect(await payAtSandbox(paying)).toHaveProperty('next');
    expect((await line.orders(1)).join(' ')).toContain('1024k/4096k');
    expect(nas.requests[before]!.at - paidFrom).toBeLessThan(1_000);
    const shown = await mizan.cli<OrderAnswer>('order', 'show', String(order.id));
    expect(shown.state).toBe('applied');
    expect((await mizan.line('u1')).remainingOctets).toBe(20 * MB);
    expect(await mizan.cli('ledger', 'verify')).toMatchObject({ faults: 0 });
  });

  it('is reminded, and in the collection list the day after its end, when weeks pass on the test clock', async () => {
    const end = new Date(now + 32 * DAY_MS).toISOString();
    expect(await mizan.cli('pass-time', end)).toEqual({ now: end });
    const { changes } = await mizan.cli<{ changes: { standing: string; day: string }[] }>(
      'line',
      'history',
      'u1',
    );
    expect(changes.map(({ standing, day }) => [standing, day])).toEqual([
      ['in-collection-list', '1405/10/01'],
    ]);
    const { messages } = await mizan.api<Messages>('GET', '/messages');
    const sent = messages.filter(({ sentAt }) => sentAt !== null).map(({ kind }) => kind);
    expect(sent).toEqual(
      expect.arrayContaining(['service-ends-in-days', 'service-ends-today', 'collection-list']),
    );
  });
});
