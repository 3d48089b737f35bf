import { BURST, CAPTIVE, FAST, FULL, OWN, SLOW, USUAL_NAKS, type VendorExamples } from './example.ts';

/** rx is what the router receives, the subscriber's upload: it comes first. */
export const mikrotik: VendorExamples = {
  vendor: 'mikrotik',
  accepts: [
    {
      title: 'upload before download',
      service: FULL,
      lines: ['Mikrotik-Rate-Limit = 2048k/16384k'],
      hex: ['1a1400003a8c080e323034386b2f31363338346b'],
    },
    {
      title: 'a speed that is text, beyond 32 bits',
      service: FAST,
      lines: ['Mikrotik-Rate-Limit = 5000000k/10000000k'],
      hex: ['1a1a00003a8c0814353030303030306b2f31303030303030306b'],
    },
    {
      title: "a plan's burst",
      service: BURST,
      lines: ['Mikrotik-Rate-Limit = 2048k/16384k 4096k/32768k 1024k/8192k 12/12'],
      hex: [
        '1a3300003a8c082d323034386b2f31363338346b20343039366b2f33323736386b20313032346b2f383139326b2031322f3132',
      ],
    },
    {
      title: "a plan's burst, the two directions the other way round",
      settings: { swapSpeeds: true },
      service: BURST,
      lines: ['Mikrotik-Rate-Limit = 16384k/2048k 32768k/4096k 8192k/1024k 12/12'],
      hex: [
        '1a3300003a8c082d31363338346b2f323034386b2033323736386b2f343039366b20383139326b2f313032346b2031322f3132',
      ],
    },
    { title: "the router's own speed", service: OWN, lines: [], hex: [] },
    {
      title: 'the two directions the other way round',
      settings: { swapSpeeds: true },
      service: FULL,
      lines: ['Mikrotik-Rate-Limit = 16384k/2048k'],
      hex: ['1a1400003a8c080e31363338346b2f323034386b'],
    },
    {
      title: 'a rate with bursts',
      settings: { rate: '{upKbps}k/{downKbps}k {upKbps*1.5}k/{downKbps*1.5}k {upKbps}k/{downKbps}k 10/10 8' },
      service: SLOW,
      lines: ['Mikrotik-Rate-Limit = 128k/256k 192k/384k 128k/256k 10/10 8'],
      hex: ['1a2d00003a8c08273132386b2f3235366b203139326b2f3338346b203132386b2f3235366b2031302f313020', '38'],
    },
    {
      title: 'one octet left',
      service: OWN,
      cap: 1,
      lines: ['Mikrotik-Total-Limit = 1', 'Mikrotik-Total-Limit-Gigawords = 0'],
      hex: ['1a0c00003a8c110600000001', '1a0c00003a8c120600000000'],
    },
    {
      title: 'the last octet before a gigaword',
      service: OWN,
      cap: 2 ** 32 - 1,
      lines: ['Mikrotik-Total-Limit = 4294967295', 'Mikrotik-Total-Limit-Gigawords = 0'],
      hex: ['1a0c00003a8c1106ffffffff', '1a0c00003a8c120600000000'],
    },
    {
      title: 'a gigaword',
      service: OWN,
      cap: 2 ** 32,
      lines: ['Mikrotik-Total-Limit = 0', 'Mikrotik-Total-Limit-Gigawords = 1'],
      hex: ['1a0c00003a8c110600000000', '1a0c00003a8c120600000001'],
    },
    {
      title: 'the largest volume there is',
      service: OWN,
      cap: Number.MAX_SAFE_INTEGER,
      lines: ['Mikrotik-Total-Limit = 4294967295', 'Mikrotik-Total-Limit-Gigawords = 2097151'],
      hex: ['1a0c00003a8c1106ffffffff', '1a0c00003a8c1206001fffff'],
    },
    { title: 'no cap of 0, which means none', service: OWN, cap: 0, lines: [], hex: [] },
    { title: 'no cap by settings', settings: { volumeCap: false }, service: OWN, cap: 5, lines: [], hex: [] },
    {
      title: 'the captive list',
      service: CAPTIVE,
      lines: ['Mikrotik-Address-List = mizan-captive'],
      hex: ['1a1500003a8c130f6d697a616e2d63617074697665'],
    },
    {
      title: 'a captive list of another name',
      settings: { captive: 'expired' },
      service: { ...SLOW, mode: 'captive' },
      lines: ['Mikrotik-Address-List = expired', 'Mikrotik-Rate-Limit = 128k/256k'],
      hex: ['1a0f00003a8c130965787069726564', '1a1100003a8c080b3132386b2f3235366b'],
    },
  ],
  changes: [
    {
      title: 'a new rate',
      before: FULL,
      after: SLOW,
      requests: [{ lines: ['Mikrotik-Rate-Limit = 128k/256k'], hex: ['1a1100003a8c080b3132386b2f3235366b'] }],
    },
    {
      title: 'a new rate, not knowing the old one',
      after: SLOW,
      requests: [{ lines: ['Mikrotik-Rate-Limit = 128k/256k'], hex: ['1a1100003a8c080b3132386b2f3235366b'] }],
    },
    { title: "back to the router's own speed", before: SLOW, after: OWN, requests: 'reconnect' },
    { title: 'into the captive list', before: FULL, after: CAPTIVE, requests: 'reconnect' },
    { title: 'out of the captive list', before: CAPTIVE, after: FULL, requests: 'reconnect' },
    {
      title: 'nothing in session, by settings',
      settings: { speedChange: 'reconnect' },
      before: FULL,
      after: SLOW,
      requests: 'reconnect',
    },
  ],
  identities: [
    {
      title: 'name, id and address',
      lines: ['User-Name = ali@isp', 'Acct-Session-Id = 8150001a', 'Framed-IP-Address = 10.9.8.7'],
      hex: ['0109616c6940697370', '2c0a3831353030303161', '08060a090807'],
    },
    {
      title: 'without what nobody knows',
      session: { acctSessionId: '', framedIp: '' },
      lines: ['User-Name = ali@isp'],
      hex: ['0109616c6940697370'],
    },
    {
      title: 'all there is, by settings',
      settings: {
        identifyBy: [
          'Acct-Session-Id',
          'NAS-Port',
          'NAS-IP-Address',
          'Calling-Station-Id',
          'Cisco-Account-Info',
        ],
      },
      lines: [
        'Acct-Session-Id = 8150001a',
        'NAS-Port = 15728661',
        'NAS-IP-Address = 10.0.0.1',
        'Calling-Station-Id = AA:BB:CC:00:11:22',
        'Cisco-Account-Info = S10.9.8.7',
      ],
      hex: [
        '2c0a3831353030303161',
        '050600f00015',
        '04060a000001',
        '1f1341413a42423a43433a30303a31313a3232',
        '1a1100000009fa0b5331302e392e382e37',
      ],
    },
    {
      title: 'a port that has a name, at a NAS on IPv6',
      settings: { identifyBy: ['NAS-Port', 'NAS-IP-Address'] },
      session: { nasPort: 'ether1.100', nasAddress: '2001:db8::1' },
      lines: ['NAS-Port-Id = ether1.100'],
      hex: ['570c6574686572312e313030'],
    },
  ],
  naks: USUAL_NAKS,
};
