import { CAPTIVE, FAST, FULL, OWN, SLOW, USUAL_NAKS, type VendorExamples } from './example.ts';

export const nokia: VendorExamples = {
  vendor: 'nokia',
  accepts: [
    {
      title: 'overrides in kbit/s, egress towards the subscriber',
      service: FULL,
      lines: [
        'Alc-Subscriber-QoS-Override = E:Q:1:pir=16384',
        'Alc-Subscriber-QoS-Override = I:Q:1:pir=2048',
      ],
      hex: ['1a170000197f7e11453a513a313a7069723d3136333834', '1a160000197f7e10493a513a313a7069723d32303438'],
    },
    {
      title: 'other objects',
      settings: { rateDown: 'E:R:rate={downKbps}', rateUp: 'I:P:1:pir={upKbps},cir={upKbps/2}' },
      service: FAST,
      lines: [
        'Alc-Subscriber-QoS-Override = E:R:rate=10000000',
        'Alc-Subscriber-QoS-Override = I:P:1:pir=5000000,cir=2500000',
      ],
      hex: [
        '1a190000197f7e13453a523a726174653d3130303030303030',
        '1a250000197f7e1f493a503a313a7069723d353030303030302c6369723d32353030303030',
      ],
    },
    {
      title: 'an SLA profile',
      settings: { profile: 'sla-{downKbps}' },
      service: FULL,
      lines: ['Alc-SLA-Prof-Str = sla-16384'],
      hex: ['1a110000197f0d0b736c612d3136333834'],
    },
    {
      title: 'one SLA profile only for captive lines',
      settings: { profile: 'sla-{mode}' },
      service: CAPTIVE,
      lines: ['Alc-SLA-Prof-Str = mizan-captive'],
      hex: ['1a150000197f0d0f6d697a616e2d63617074697665'],
    },
    {
      title: 'octets of a category, as text',
      settings: { creditCategory: 'internet' },
      service: OWN,
      cap: Number.MAX_SAFE_INTEGER,
      lines: ['Alc-Credit-Control-Quota = 9007199254740991|0|internet'],
      hex: ['1a230000197f601d393030373139393235343734303939317c307c696e7465726e6574'],
    },
    {
      title: "the router's own speed, and no volume without a category",
      service: OWN,
      cap: 5,
      lines: [],
      hex: [],
    },
  ],
  changes: [
    {
      title: 'other overrides',
      before: FULL,
      after: SLOW,
      requests: [
        {
          lines: [
            'Alc-Subscriber-QoS-Override = E:Q:1:pir=256',
            'Alc-Subscriber-QoS-Override = I:Q:1:pir=128',
          ],
          hex: ['1a150000197f7e0f453a513a313a7069723d323536', '1a150000197f7e0f493a513a313a7069723d313238'],
        },
      ],
    },
    {
      title: 'another SLA profile',
      settings: { profile: 'sla-{downKbps}' },
      before: FULL,
      after: SLOW,
      requests: [{ lines: ['Alc-SLA-Prof-Str = sla-256'], hex: ['1a0f0000197f0d09736c612d323536'] }],
    },
    {
      title: 'into the captive SLA profile',
      before: FULL,
      after: CAPTIVE,
      requests: [
        { lines: ['Alc-SLA-Prof-Str = mizan-captive'], hex: ['1a150000197f0d0f6d697a616e2d63617074697665'] },
      ],
    },
    {
      title: 'out of it to another SLA profile',
      settings: { profile: 'sla-{downKbps}', captive: 'walled' },
      before: CAPTIVE,
      after: FULL,
      requests: [{ lines: ['Alc-SLA-Prof-Str = sla-16384'], hex: ['1a110000197f0d0b736c612d3136333834'] }],
    },
    {
      title: 'out of it to the usual SLA profile and its overrides',
      settings: { speedBy: 'rate', profile: 'internet' },
      before: CAPTIVE,
      after: SLOW,
      requests: [
        {
          lines: [
            'Alc-SLA-Prof-Str = internet',
            'Alc-Subscriber-QoS-Override = E:Q:1:pir=256',
            'Alc-Subscriber-QoS-Override = I:Q:1:pir=128',
          ],
          hex: [
            '1a100000197f0d0a696e7465726e6574',
            '1a150000197f7e0f453a513a313a7069723d323536',
            '1a150000197f7e0f493a513a313a7069723d313238',
          ],
        },
      ],
    },
    {
      title: 'nothing out of it where the usual SLA profile is not known',
      before: CAPTIVE,
      after: FULL,
      requests: 'reconnect',
    },
    { title: "back to the router's own speed", before: SLOW, after: OWN, requests: 'reconnect' },
  ],
  identities: [
    {
      title: 'the id alone, as all that is sent must agree',
      lines: ['Acct-Session-Id = 8150001a'],
      hex: ['2c0a3831353030303161'],
    },
    {
      title: 'the subscriber’s address, by settings',
      settings: { identifyBy: ['NAS-Port', 'Framed-IP-Address'] },
      session: { nasPort: 'lag-1:10.300' },
      lines: ['NAS-Port-Id = lag-1:10.300', 'Framed-IP-Address = 10.9.8.7'],
      hex: ['570e6c61672d313a31302e333030', '08060a090807'],
    },
  ],
  naks: USUAL_NAKS,
};
