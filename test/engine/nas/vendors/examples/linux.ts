import { CAPTIVE, FAST, FULL, OWN, SLOW, USUAL_NAKS, type VendorExamples } from './example.ts';

export const accelPpp: VendorExamples = {
  vendor: 'accel-ppp',
  accepts: [
    {
      title: 'download before upload',
      service: FULL,
      lines: ['Filter-Id = 16384/2048'],
      hex: ['0b0c31363338342f32303438'],
    },
    { title: "the NAS's own speed", service: OWN, lines: [], hex: [] },
    {
      title: 'a shaper that reads another text',
      settings: { rate: '1,{downKbps}/{upKbps}' },
      service: FULL,
      lines: ['Filter-Id = 1,16384/2048'],
      hex: ['0b0e312c31363338342f32303438'],
    },
    { title: 'no attribute for captive lines, whose pool says it', service: CAPTIVE, lines: [], hex: [] },
    { title: 'no cap, which it does not have', settings: {}, service: OWN, cap: 5, lines: [], hex: [] },
  ],
  changes: [
    {
      title: 'a new rate',
      before: FULL,
      after: SLOW,
      requests: [{ lines: ['Filter-Id = 256/128'], hex: ['0b093235362f313238'] }],
    },
    { title: "back to the NAS's own speed", before: SLOW, after: OWN, requests: 'reconnect' },
    { title: 'into the captive pool', before: FULL, after: CAPTIVE, requests: 'reconnect' },
  ],
  identities: [
    {
      title: 'never the address, by which IPoE would change it',
      lines: ['User-Name = ali@isp', 'Acct-Session-Id = 8150001a'],
      hex: ['0109616c6940697370', '2c0a3831353030303161'],
    },
  ],
  naks: USUAL_NAKS,
};

export const wispr: VendorExamples = {
  vendor: 'wispr',
  accepts: [
    {
      title: 'bit/s',
      service: FULL,
      lines: ['WISPr-Bandwidth-Max-Up = 2048000', 'WISPr-Bandwidth-Max-Down = 16384000'],
      hex: ['1a0c0000372a0706001f4000', '1a0c0000372a080600fa0000'],
    },
    {
      title: 'the most that 32 bits hold',
      service: FAST,
      lines: ['WISPr-Bandwidth-Max-Up = 4294967295', 'WISPr-Bandwidth-Max-Down = 4294967295'],
      hex: ['1a0c0000372a0706ffffffff', '1a0c0000372a0806ffffffff'],
    },
    {
      title: 'the last speed below that',
      service: { mode: 'full', downKbps: 4_294_968, upKbps: 4_294_967 },
      lines: ['WISPr-Bandwidth-Max-Up = 4294967000', 'WISPr-Bandwidth-Max-Down = 4294967295'],
      hex: ['1a0c0000372a0706fffffed8', '1a0c0000372a0806ffffffff'],
    },
    {
      title: 'the captive filter',
      service: CAPTIVE,
      lines: ['Filter-Id = mizan-captive'],
      hex: ['0b0f6d697a616e2d63617074697665'],
    },
    { title: "the NAS's own speed and no cap", service: OWN, cap: 5, lines: [], hex: [] },
  ],
  changes: [
    { title: 'nothing in session', before: FULL, after: SLOW, requests: 'reconnect' },
    {
      title: 'a NAS that takes CoA all the same',
      settings: { speedChange: 'coa' },
      before: FULL,
      after: SLOW,
      requests: [
        {
          lines: ['WISPr-Bandwidth-Max-Up = 128000', 'WISPr-Bandwidth-Max-Down = 256000'],
          hex: ['1a0c0000372a07060001f400', '1a0c0000372a08060003e800'],
        },
      ],
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

export const coova: VendorExamples = {
  vendor: 'coova',
  accepts: [
    {
      title: 'bit/s and octets with gigawords',
      service: FULL,
      cap: 5 * 2 ** 32 + 7,
      lines: [
        'WISPr-Bandwidth-Max-Up = 2048000',
        'WISPr-Bandwidth-Max-Down = 16384000',
        'ChilliSpot-Max-Total-Octets = 7',
        'ChilliSpot-Max-Total-Gigawords = 5',
      ],
      hex: [
        '1a0c0000372a0706001f4000',
        '1a0c0000372a080600fa0000',
        '1a0c000038df030600000007',
        '1a0c000038df170600000005',
      ],
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
      title: 'the interim interval again, which it would forget',
      before: FULL,
      after: SLOW,
      requests: [
        {
          lines: [
            'Acct-Interim-Interval = 300',
            'WISPr-Bandwidth-Max-Up = 128000',
            'WISPr-Bandwidth-Max-Down = 256000',
          ],
          hex: ['55060000012c', '1a0c0000372a07060001f400', '1a0c0000372a08060003e800'],
        },
      ],
    },
    { title: 'into the captive filter', before: FULL, after: CAPTIVE, requests: 'reconnect' },
  ],
  identities: [
    {
      title: 'the name, without which it does not answer',
      lines: ['User-Name = ali@isp', 'Acct-Session-Id = 8150001a'],
      hex: ['0109616c6940697370', '2c0a3831353030303161'],
    },
  ],
  naks: [...USUAL_NAKS, [0, 'gone']],
};
