import { CAPTIVE, FAST, FULL, OWN, SLOW, USUAL_NAKS, type VendorExamples } from './example.ts';

export const zte: VendorExamples = {
  vendor: 'zte',
  accepts: [
    {
      title: 'kbit/s',
      service: FULL,
      lines: ['ZTE-Rate-Ctrl-SCR-Down = 16384', 'ZTE-Rate-Ctrl-SCR-Up = 2048'],
      hex: ['1a0c00000f3e530600004000', '1a0c00000f3e590600000800'],
    },
    {
      title: 'bit/s',
      settings: { rateUnit: 'bit/s' },
      service: FULL,
      lines: ['ZTE-Rate-Ctrl-SCR-Down = 16384000', 'ZTE-Rate-Ctrl-SCR-Up = 2048000'],
      hex: ['1a0c00000f3e530600fa0000', '1a0c00000f3e5906001f4000'],
    },
    {
      title: 'the most bit/s that 32 bits hold',
      settings: { rateUnit: 'bit/s' },
      service: FAST,
      lines: ['ZTE-Rate-Ctrl-SCR-Down = 4294967295', 'ZTE-Rate-Ctrl-SCR-Up = 4294967295'],
      hex: ['1a0c00000f3e5306ffffffff', '1a0c00000f3e5906ffffffff'],
    },
    {
      title: 'profiles',
      settings: { profileDown: '{downKbps/1024}M', profileUp: '{upKbps/1024}M' },
      service: FULL,
      lines: ['ZTE-QoS-Profile-Down = 16M', 'ZTE-QOS-Profile-Up = 2M'],
      hex: ['1a0b00000f3e520531364d', '1a0a00000f3e5e04324d'],
    },
    { title: "the NAS's own speed and no cap", service: OWN, cap: 5, lines: [], hex: [] },
    {
      title: 'the captive filter',
      service: CAPTIVE,
      lines: ['Filter-Id = mizan-captive'],
      hex: ['0b0f6d697a616e2d63617074697665'],
    },
  ],
  changes: [
    {
      title: 'other rates',
      before: FULL,
      after: SLOW,
      requests: [
        {
          lines: ['ZTE-Rate-Ctrl-SCR-Down = 256', 'ZTE-Rate-Ctrl-SCR-Up = 128'],
          hex: ['1a0c00000f3e530600000100', '1a0c00000f3e590600000080'],
        },
      ],
    },
    { title: "back to the NAS's own speed", before: SLOW, after: OWN, requests: 'reconnect' },
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
