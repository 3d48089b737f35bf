import { CAPTIVE, FAST, FULL, OWN, SLOW, USUAL_NAKS, type VendorExamples } from './example.ts';

const FALLBACK = { speedBy: 'rate', profile: 'qos-{downKbps/1000}m' } as const;

export const huawei: VendorExamples = {
  vendor: 'huawei',
  accepts: [
    {
      title: 'bit/s, average and peak, input from the user',
      service: FULL,
      lines: [
        'Huawei-Input-Average-Rate = 2048000',
        'Huawei-Input-Peak-Rate = 2048000',
        'Huawei-Output-Average-Rate = 16384000',
        'Huawei-Output-Peak-Rate = 16384000',
      ],
      hex: [
        '1a0c000007db0206001f4000',
        '1a0c000007db0306001f4000',
        '1a0c000007db050600fa0000',
        '1a0c000007db060600fa0000',
      ],
    },
    {
      title: 'the most that 32 bits hold',
      service: FAST,
      lines: [
        'Huawei-Input-Average-Rate = 4294967295',
        'Huawei-Input-Peak-Rate = 4294967295',
        'Huawei-Output-Average-Rate = 4294967295',
        'Huawei-Output-Peak-Rate = 4294967295',
      ],
      hex: [
        '1a0c000007db0206ffffffff',
        '1a0c000007db0306ffffffff',
        '1a0c000007db0506ffffffff',
        '1a0c000007db0606ffffffff',
      ],
    },
    {
      title: 'a profile for what 32 bits do not hold',
      settings: FALLBACK,
      service: FAST,
      lines: ['Huawei-Qos-Profile-Name = qos-10000m'],
      hex: ['1a12000007db1f0c716f732d31303030306d'],
    },
    {
      title: 'a profile for all speeds',
      settings: { profile: 'qos-{mode}' },
      service: SLOW,
      lines: ['Huawei-Qos-Profile-Name = qos-slow'],
      hex: ['1a10000007db1f0a716f732d736c6f77'],
    },
    {
      title: "the NAS's own speed, and no volume unless asked for",
      service: OWN,
      cap: 9_999,
      lines: [],
      hex: [],
    },
    {
      title: 'a volume in KB',
      settings: { volumeCap: true },
      service: OWN,
      cap: 10 * 2 ** 30 + 1_023,
      lines: ['Huawei-Remanent-Volume = 10485760'],
      hex: ['1a0c000007db0f0600a00000'],
    },
    {
      title: 'never 0 KB, which logs the user out',
      settings: { volumeCap: true },
      service: OWN,
      cap: 5,
      lines: ['Huawei-Remanent-Volume = 1'],
      hex: ['1a0c000007db0f0600000001'],
    },
    {
      title: 'never 2^32 - 1 KB, which is no limit',
      settings: { volumeCap: true },
      service: OWN,
      cap: Number.MAX_SAFE_INTEGER,
      lines: ['Huawei-Remanent-Volume = 4294967294'],
      hex: ['1a0c000007db0f06fffffffe'],
    },
    {
      title: 'the captive filter',
      service: CAPTIVE,
      lines: ['Filter-Id = mizan-captive'],
      hex: ['0b0f6d697a616e2d63617074697665'],
    },
  ],
  changes: [
    {
      title: 'all four rates',
      before: FULL,
      after: SLOW,
      requests: [
        {
          lines: [
            'Huawei-Input-Average-Rate = 128000',
            'Huawei-Input-Peak-Rate = 128000',
            'Huawei-Output-Average-Rate = 256000',
            'Huawei-Output-Peak-Rate = 256000',
          ],
          hex: [
            '1a0c000007db02060001f400',
            '1a0c000007db03060001f400',
            '1a0c000007db05060003e800',
            '1a0c000007db06060003e800',
          ],
        },
      ],
    },
    {
      title: 'another profile',
      settings: { profile: 'qos-{mode}' },
      before: FULL,
      after: SLOW,
      requests: [
        { lines: ['Huawei-Qos-Profile-Name = qos-slow'], hex: ['1a10000007db1f0a716f732d736c6f77'] },
      ],
    },
    {
      title: 'figures after a profile, which would stay',
      settings: FALLBACK,
      before: FAST,
      after: SLOW,
      requests: 'reconnect',
    },
    { title: "back to the NAS's own speed", before: SLOW, after: OWN, requests: 'reconnect' },
    { title: 'into the captive filter', before: FULL, after: CAPTIVE, requests: 'reconnect' },
  ],
  identities: [
    {
      title: 'name and id',
      lines: ['User-Name = ali@isp', 'Acct-Session-Id = 8150001a'],
      hex: ['0109616c6940697370', '2c0a3831353030303161'],
    },
  ],
  naks: USUAL_NAKS,
};
