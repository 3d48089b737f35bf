import { CAPTIVE, FULL, OWN, SLOW, USUAL_NAKS, type VendorExamples } from './example.ts';

const SERVICE = { service: 'RATE-{mode}', serviceParameter: 'in={upKbps} out={downKbps}' };

export const redback: VendorExamples = {
  vendor: 'redback',
  accepts: [
    {
      title: 'kbit/s as text, inbound from the subscriber',
      service: FULL,
      lines: ['QOS-Rate-Inbound = 2048', 'QOS-Rate-Outbound = 16384'],
      hex: ['1a0c000009309c0632303438', '1a0d000009309d073136333834'],
    },
    {
      title: 'policing inbound, metering outbound',
      settings: { profileUp: 'pol-{upKbps}', profileDown: 'met-{downKbps}' },
      service: FULL,
      lines: ['Qos-Policing-Profile-Name = pol-2048', 'Qos-Metering-Profile-Name = met-16384'],
      hex: ['1a1000000930570a706f6c2d32303438', '1a1100000930580b6d65742d3136333834'],
    },
    {
      title: 'a service with parameters',
      settings: SERVICE,
      service: FULL,
      lines: [
        'Service-Name:1 = RATE-full',
        'Service-Action:1 = ACTIVATE-WITH-ACCT',
        'Service-Parameter:1 = in=2048 out=16384',
      ],
      hex: [
        '1a1200000930be0c01524154452d66756c6c',
        '1a0c00000930bf0601000001',
        '1a1a00000930c01401696e3d32303438206f75743d3136333834',
      ],
    },
    {
      title: 'a service without',
      settings: { service: 'GOLD' },
      service: OWN,
      lines: ['Service-Name:1 = GOLD', 'Service-Action:1 = ACTIVATE-WITH-ACCT'],
      hex: ['1a0d00000930be0701474f4c44', '1a0c00000930bf0601000001'],
    },
    {
      title: 'the captive redirection',
      service: CAPTIVE,
      lines: ['Forward-Policy = in:mizan-captive', 'HTTP-Redirect-Profile-Name = mizan-captive'],
      hex: ['1a18000009305c12696e3a6d697a616e2d63617074697665', '1a15000009306b0f6d697a616e2d63617074697665'],
    },
    { title: "the router's own speed and no cap", service: OWN, cap: 5, lines: [], hex: [] },
  ],
  changes: [
    {
      title: 'other rates',
      before: FULL,
      after: SLOW,
      requests: [
        {
          lines: ['QOS-Rate-Inbound = 128', 'QOS-Rate-Outbound = 256'],
          hex: ['1a0b000009309c05313238', '1a0b000009309d05323536'],
        },
      ],
    },
    {
      title: 'the old service off, then the new one on',
      settings: SERVICE,
      before: FULL,
      after: SLOW,
      requests: [
        { lines: ['Deactivate-Service-Name:1 = RATE-full'], hex: ['1a1200000930c20c01524154452d66756c6c'] },
        {
          lines: [
            'Service-Name:1 = RATE-slow',
            'Service-Action:1 = ACTIVATE-WITH-ACCT',
            'Service-Parameter:1 = in=128 out=256',
          ],
          hex: [
            '1a1200000930be0c01524154452d736c6f77',
            '1a0c00000930bf0601000001',
            '1a1700000930c01101696e3d313238206f75743d323536',
          ],
        },
      ],
    },
    {
      title: 'out of the captive service',
      settings: { service: 'RATE-{mode}' },
      before: CAPTIVE,
      after: FULL,
      requests: [
        {
          lines: ['Deactivate-Service-Name:1 = mizan-captive'],
          hex: ['1a1600000930c210016d697a616e2d63617074697665'],
        },
        {
          lines: ['Service-Name:1 = RATE-full', 'Service-Action:1 = ACTIVATE-WITH-ACCT'],
          hex: ['1a1200000930be0c01524154452d66756c6c', '1a0c00000930bf0601000001'],
        },
      ],
    },
    { title: 'into the captive redirection', before: FULL, after: CAPTIVE, requests: 'reconnect' },
  ],
  identities: [
    {
      title: 'name and id',
      lines: ['User-Name = ali@isp', 'Acct-Session-Id = 8150001a'],
      hex: ['0109616c6940697370', '2c0a3831353030303161'],
    },
    {
      title: 'and the context',
      settings: { context: 'CLIPS' },
      lines: ['User-Name = ali@isp', 'Acct-Session-Id = 8150001a', 'Context-Name = CLIPS'],
      hex: ['0109616c6940697370', '2c0a3831353030303161', '1a0d000009300407434c495053'],
    },
  ],
  naks: USUAL_NAKS,
};
