import { CAPTIVE, FULL, OWN, SLOW, USUAL_NAKS, type VendorExamples } from './example.ts';

const SERVICE = { service: 'svc-ipoe-policer({downBps},{upBps})' };

export const juniper: VendorExamples = {
  vendor: 'juniper',
  accepts: [
    { title: 'no speed without settings', service: FULL, lines: [], hex: [] },
    {
      title: 'a service with its parameters',
      settings: SERVICE,
      service: FULL,
      cap: 2 ** 30,
      lines: ['ERX-Service-Activate:1 = svc-ipoe-policer(16384000,2048000)'],
      hex: ['1a2b0000130a4125017376632d69706f652d706f6c696365722831363338343030302c3230343830303029'],
    },
    {
      title: 'a volume in MB with the statistics it needs',
      settings: { ...SERVICE, volumeCap: true },
      service: SLOW,
      cap: 10 * 2 ** 30 + 2 ** 20 - 1,
      lines: [
        'ERX-Service-Activate:1 = svc-ipoe-policer(256000,128000)',
        'ERX-Service-Volume:1 = 10240',
        'ERX-Service-Statistics:1 = time-volume',
      ],
      hex: [
        '1a280000130a4122017376632d69706f652d706f6c69636572283235363030302c31323830303029',
        '1a0c0000130a430601002800',
        '1a0c0000130a450601000002',
      ],
    },
    {
      title: 'the most MB that 24 bits hold',
      settings: { ...SERVICE, volumeCap: true },
      service: OWN,
      cap: Number.MAX_SAFE_INTEGER,
      lines: ['ERX-Service-Volume:1 = 16777215', 'ERX-Service-Statistics:1 = time-volume'],
      hex: ['1a0c0000130a430601ffffff', '1a0c0000130a450601000002'],
    },
    {
      title: 'never 0 MB, which is no limit',
      settings: { ...SERVICE, volumeCap: true },
      service: OWN,
      cap: 5,
      lines: ['ERX-Service-Volume:1 = 1', 'ERX-Service-Statistics:1 = time-volume'],
      hex: ['1a0c0000130a430601000001', '1a0c0000130a450601000002'],
    },
    {
      title: 'named policies, ingress from the subscriber',
      settings: { profileUp: 'in-{upKbps}', profileDown: 'out-{downKbps}' },
      service: FULL,
      lines: ['ERX-Ingress-Policy-Name = in-2048', 'ERX-Egress-Policy-Name = out-16384'],
      hex: ['1a0f0000130a0a09696e2d32303438', '1a110000130a0b0b6f75742d3136333834'],
    },
    {
      title: 'the captive service',
      settings: SERVICE,
      service: CAPTIVE,
      lines: ['ERX-Service-Activate:1 = mizan-captive'],
      hex: ['1a160000130a4110016d697a616e2d63617074697665'],
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
      title: 'the old service off, then the new one on',
      settings: SERVICE,
      before: FULL,
      after: SLOW,
      requests: [
        {
          lines: ['ERX-Service-Deactivate = svc-ipoe-policer(16384000,2048000)'],
          hex: ['1a2a0000130a42247376632d69706f652d706f6c696365722831363338343030302c3230343830303029'],
        },
        {
          lines: ['ERX-Service-Activate:1 = svc-ipoe-policer(256000,128000)'],
          hex: ['1a280000130a4122017376632d69706f652d706f6c69636572283235363030302c31323830303029'],
        },
      ],
    },
    {
      title: 'into the captive service',
      settings: SERVICE,
      before: SLOW,
      after: CAPTIVE,
      requests: [
        {
          lines: ['ERX-Service-Deactivate = svc-ipoe-policer(256000,128000)'],
          hex: ['1a270000130a42217376632d69706f652d706f6c69636572283235363030302c31323830303029'],
        },
        {
          lines: ['ERX-Service-Activate:1 = mizan-captive'],
          hex: ['1a160000130a4110016d697a616e2d63617074697665'],
        },
      ],
    },
    {
      title: 'out of the captive service',
      settings: { service: 'net({downBps})', captive: 'pay' },
      before: CAPTIVE,
      after: FULL,
      requests: [
        { lines: ['ERX-Service-Deactivate = pay'], hex: ['1a0b0000130a4205706179'] },
        {
          lines: ['ERX-Service-Activate:1 = net(16384000)'],
          hex: ['1a160000130a4110016e657428313633383430303029'],
        },
      ],
    },
    {
      title: 'named policies',
      settings: { profileUp: 'a', profileDown: 'b' },
      before: FULL,
      after: SLOW,
      requests: 'reconnect',
    },
    { title: 'nothing without settings', before: FULL, after: SLOW, requests: 'reconnect' },
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
