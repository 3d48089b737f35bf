import type { DriverSettings } from '../../../../../engine/nas/driver-settings.ts';
import { CAPTIVE, FAST, FULL, OWN, SLOW, USUAL_NAKS, type VendorExamples } from './example.ts';

const TEMPLATE: DriverSettings = {
  accept: {
    'WISPr-Bandwidth-Max-Down': '{downBps}',
    'ChilliSpot-Max-Total-Octets': '{capLow}',
    'ChilliSpot-Max-Total-Gigawords': '{capHigh}',
    'Cisco-AVPair': ['a={mode}', 'b={upKbps}'],
    'Idle-Timeout': 600,
  },
  captiveAccept: { 'Filter-Id': 'walled', 'Idle-Timeout': 60 },
  change: [
    { 'ERX-Service-Deactivate': 'svc-{wasMode}({wasDownBps},{wasUpBps})' },
    { 'ERX-Service-Activate:3': 'svc-{mode}({downBps})', 'ERX-Service-Statistics:3': 'time-volume' },
  ],
};

export const generic: VendorExamples = {
  vendor: 'generic',
  accepts: [
    { title: 'no speed without a template', service: FULL, cap: 5, lines: [], hex: [] },
    {
      title: 'the captive filter',
      service: CAPTIVE,
      lines: ['Filter-Id = mizan-captive'],
      hex: ['0b0f6d697a616e2d63617074697665'],
    },
    {
      title: 'what the template names',
      settings: TEMPLATE,
      service: FULL,
      cap: 2 ** 32 + 5,
      lines: [
        'WISPr-Bandwidth-Max-Down = 16384000',
        'ChilliSpot-Max-Total-Octets = 5',
        'ChilliSpot-Max-Total-Gigawords = 1',
        'Cisco-AVPair = a=full',
        'Cisco-AVPair = b=2048',
        'Idle-Timeout = 600',
      ],
      hex: [
        '1a0c0000372a080600fa0000',
        '1a0c000038df030600000005',
        '1a0c000038df170600000001',
        '1a0e000000090108613d66756c6c',
        '1a0e000000090108623d32303438',
        '1c0600000258',
      ],
    },
    {
      title: 'the greatest number instead of one too great',
      settings: {
        accept: { 'WISPr-Bandwidth-Max-Down': '{downBps}', 'ERX-Service-Volume:2': '{downKbps*100}' },
      },
      service: FAST,
      lines: ['WISPr-Bandwidth-Max-Down = 4294967295', 'ERX-Service-Volume:2 = 16777215'],
      hex: ['1a0c0000372a0806ffffffff', '1a0c0000130a430602ffffff'],
    },
    {
      title: 'nothing that has no value',
      settings: TEMPLATE,
      service: OWN,
      lines: ['Cisco-AVPair = a=full', 'Idle-Timeout = 600'],
      hex: ['1a0e000000090108613d66756c6c', '1c0600000258'],
    },
    {
      title: 'the two directions the other way round',
      settings: { accept: { 'Filter-Id': '{downKbps}/{upKbps}' }, swapSpeeds: true },
      service: FULL,
      lines: ['Filter-Id = 2048/16384'],
      hex: ['0b0c323034382f3136333834'],
    },
    {
      title: 'the template of captive lines',
      settings: TEMPLATE,
      service: CAPTIVE,
      lines: ['Filter-Id = walled', 'Idle-Timeout = 60'],
      hex: ['0b0877616c6c6564', '1c060000003c'],
    },
    {
      title: 'the captive filter beside a template, unless that has a filter of its own',
      settings: { accept: { 'Idle-Timeout': 600 }, captive: 'expired' },
      service: CAPTIVE,
      lines: ['Filter-Id = expired', 'Idle-Timeout = 600'],
      hex: ['0b0965787069726564', '1c0600000258'],
    },
    {
      title: 'one filter only',
      settings: { accept: { 'Filter-Id': '{mode}' } },
      service: CAPTIVE,
      lines: ['Filter-Id = captive'],
      hex: ['0b0963617074697665'],
    },
  ],
  changes: [
    { title: 'nothing without a template', before: FULL, after: SLOW, requests: 'reconnect' },
    {
      title: 'the requests of the template in their order',
      settings: TEMPLATE,
      before: FULL,
      after: SLOW,
      requests: [
        {
          lines: ['ERX-Service-Deactivate = svc-full(16384000,2048000)'],
          hex: ['1a220000130a421c7376632d66756c6c2831363338343030302c3230343830303029'],
        },
        {
          lines: ['ERX-Service-Activate:3 = svc-slow(256000)', 'ERX-Service-Statistics:3 = time-volume'],
          hex: ['1a190000130a4113037376632d736c6f772832353630303029', '1a0c0000130a450603000002'],
        },
      ],
    },
    { title: 'nothing by halves', settings: TEMPLATE, after: SLOW, requests: 'reconnect' },
    { title: 'no speed of 0', settings: TEMPLATE, before: FULL, after: OWN, requests: 'reconnect' },
    {
      title: 'nothing out of the captive profile without a template',
      settings: TEMPLATE,
      before: CAPTIVE,
      after: FULL,
      requests: 'reconnect',
    },
    {
      title: 'what the template says of the way into the captive profile',
      settings: { captiveEnter: [{ 'Huawei-Policy-Name': 'pay' }] },
      before: FULL,
      after: CAPTIVE,
      requests: [{ lines: ['Huawei-Policy-Name = pay'], hex: ['1a0b000007db5f05706179'] }],
    },
    {
      title: 'and out of it',
      settings: { captiveLeave: [{ 'Filter-Id': 'open-{downKbps}' }] },
      before: CAPTIVE,
      after: FULL,
      requests: [{ lines: ['Filter-Id = open-16384'], hex: ['0b0c6f70656e2d3136333834'] }],
    },
  ],
  identities: [
    {
      title: 'name, id and address',
      lines: ['User-Name = ali@isp', 'Acct-Session-Id = 8150001a', 'Framed-IP-Address = 10.9.8.7'],
      hex: ['0109616c6940697370', '2c0a3831353030303161', '08060a090807'],
    },
  ],
  naks: USUAL_NAKS,
};
