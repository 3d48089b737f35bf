import { describe, expect, it } from 'vitest';
import { readRateLimit } from '../../../engine/import/rate-limit.ts';
import { isUnlimited, readCount, readMoney, readSpeed, readVolume } from '../../../engine/import/units.ts';

const MB = 1024 ** 2;

describe('figures with units', () => {
  it.each([
    ['5 GB', 5 * 1024 * MB],
    ['۵ گیگابایت', 5 * 1024 * MB],
    ['۴٫۲۴ گيگ', Math.floor(4.24 * 1024 * MB)],
    ['512', 512 * MB],
    ['1,024', 1024 * MB],
    ['1,5 GB', 1.5 * 1024 * MB],
    ['0', 0],
    ['10 B', 10],
    ['1.2.3', undefined],
    ['5 XB', undefined],
    ['-5', undefined],
    ['', undefined],
    ['99999999999 TB', undefined],
  ])('volume %s', (text, octets) => {
    expect(readVolume(text)).toBe(octets);
  });

  it.each([
    ['2048', 2048],
    ['2048k', 2048],
    ['2 Mb/s', 2048],
    ['2Mbps', 2048],
    ['۲ مگ', 2048],
    ['۵۱۲ کیلوبیت', 512],
    ['0', undefined],
    ['fast', undefined],
  ])('speed %s', (text, kbps) => {
    expect(readSpeed(text)).toBe(kbps);
  });

  it.each([
    ['25,000', 'rial', 25_000],
    ['25,000', 'toman', 250_000],
    ['۲۵٬۰۰۰ تومان', 'rial', 250_000],
    ['250000 ریال', 'toman', 250_000],
    ['-300', 'rial', -300],
    ['(300)', 'rial', -300],
    ['300 dollars', 'rial', undefined],
  ] as const)('money %s in %s', (text, unit, rial) => {
    expect(readMoney(text, unit)).toBe(rial);
  });

  it('counts and no limit', () => {
    expect([readCount('۳'), readCount('1,000'), readCount('1.5')]).toEqual([3, 1000, undefined]);
    expect([isUnlimited('نامحدود'), isUnlimited('Unlimited'), isUnlimited('5')]).toEqual([true, true, false]);
  });

  it.each([
    ['512k/2M', { downKbps: 2000, upKbps: 512 }],
    ['64', { downKbps: 1, upKbps: 1 }],
    [
      '1M/4M 2M/8M',
      {
        downKbps: 4000,
        upKbps: 1000,
        burst: { downKbps: 8000, upKbps: 2000, thresholdDownKbps: 4000, thresholdUpKbps: 1000, seconds: 1 },
      },
    ],
    ['1M/4M 512k/8M 1M/4M 10/10', { downKbps: 4000, upKbps: 1000 }],
    ['1M/4M 0/0', { downKbps: 4000, upKbps: 1000 }],
    ['', undefined],
    ['1M/x', undefined],
  ])('rate limit %s', (text, speed) => {
    expect(readRateLimit(text)).toEqual(speed);
  });
});
