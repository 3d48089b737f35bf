import { CAPTIVE, FULL, OWN, SLOW, USUAL_NAKS, type VendorExamples } from './example.ts';

const SERVICE = { service: 'NET-{downKbps/1024}M', captive: 'WALLED' };
const PROFILE = { profileUp: 'UP_{upKbps}', profileDown: 'DN_{downKbps}' };

const POLICE = 'police({upBps},{upBps*0.1875},0)';

export const cisco: VendorExamples = {
  vendor: 'cisco',
  accepts: [
    { title: 'no speed without settings', service: FULL, lines: [], hex: [] },
    {
      title: 'an auto-service',
      settings: SERVICE,
      service: FULL,
      lines: ['Cisco-Account-Info = ANET-16M'],
      hex: ['1a1000000009fa0a414e45542d31364d'],
    },
    {
      title: 'the captive service',
      settings: SERVICE,
      service: CAPTIVE,
      lines: ['Cisco-Account-Info = AWALLED'],
      hex: ['1a0f00000009fa094157414c4c4544'],
    },
    { title: 'no service for the own speed', settings: SERVICE, service: OWN, lines: [], hex: [] },
    {
      title: 'a policy for each direction',
      settings: PROFILE,
      service: FULL,
      lines: ['Cisco-AVPair = ip:sub-qos-policy-in=UP_2048', 'Cisco-AVPair = ip:sub-qos-policy-out=DN_16384'],
      hex: [
        '1a2400000009011e69703a7375622d716f732d706f6c6963792d696e3d55505f32303438',
        '1a2600000009012069703a7375622d716f732d706f6c6963792d6f75743d444e5f3136333834',
      ],
    },
    {
      title: 'one direction only',
      settings: { profileDown: 'DN_{mode}' },
      service: FULL,
      lines: ['Cisco-AVPair = ip:sub-qos-policy-out=DN_full'],
      hex: ['1a2500000009011f69703a7375622d716f732d706f6c6963792d6f75743d444e5f66756c6c'],
    },
    {
      title: 'figures for the active policies',
      settings: { speedBy: 'rate' },
      service: FULL,
      lines: [
        'Cisco-AVPair = qos-policy-in=add-class(sub,(class-default),police(2048000))',
        'Cisco-AVPair = qos-policy-out=add-class(sub,(class-default),shape(16384000))',
      ],
      hex: [
        '1a4400000009013e716f732d706f6c6963792d696e3d6164642d636c617373287375622c28636c6173732d64',
        '656661756c74292c706f6c69636528323034383030302929',
        '1a4500000009013f716f732d706f6c6963792d6f75743d6164642d636c617373287375622c28636c6173732d',
        '64656661756c74292c73686170652831363338343030302929',
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
    { title: 'nothing without settings', before: FULL, after: SLOW, requests: 'reconnect' },
    {
      title: 'the old service off, then the new one on',
      settings: { service: 'NET-{mode}-{downKbps}' },
      before: FULL,
      after: SLOW,
      requests: [
        {
          lines: [
            'Cisco-AVPair = subscriber:command=deactivate-service',
            'Cisco-AVPair = subscriber:service-name=NET-full-16384',
          ],
          hex: [
            '1a2d000000090127737562736372696265723a636f6d6d616e643d646561637469766174652d736572766963',
            '65',
            '1a2e000000090128737562736372696265723a736572766963652d6e616d653d4e45542d66756c6c2d313633',
            '3834',
          ],
        },
        {
          lines: [
            'Cisco-AVPair = subscriber:command=activate-service',
            'Cisco-AVPair = subscriber:service-name=NET-slow-256',
          ],
          hex: [
            '1a2b000000090125737562736372696265723a636f6d6d616e643d61637469766174652d73657276696365',
            '1a2c000000090126737562736372696265723a736572766963652d6e616d653d4e45542d736c6f772d323536',
          ],
        },
      ],
    },
    {
      title: 'a service, not knowing the old one',
      settings: SERVICE,
      after: SLOW,
      requests: 'reconnect',
    },
    { title: 'a service after none', settings: SERVICE, before: OWN, after: SLOW, requests: 'reconnect' },
    {
      title: 'out of the captive service',
      settings: SERVICE,
      before: CAPTIVE,
      after: FULL,
      requests: [
        {
          lines: [
            'Cisco-AVPair = subscriber:command=deactivate-service',
            'Cisco-AVPair = subscriber:service-name=WALLED',
          ],
          hex: [
            '1a2d000000090127737562736372696265723a636f6d6d616e643d646561637469766174652d736572766963',
            '65',
            '1a26000000090120737562736372696265723a736572766963652d6e616d653d57414c4c4544',
          ],
        },
        {
          lines: [
            'Cisco-AVPair = subscriber:command=activate-service',
            'Cisco-AVPair = subscriber:service-name=NET-16M',
          ],
          hex: [
            '1a2b000000090125737562736372696265723a636f6d6d616e643d61637469766174652d73657276696365',
            '1a27000000090121737562736372696265723a736572766963652d6e616d653d4e45542d31364d',
          ],
        },
      ],
    },
    {
      title: 'other policies',
      settings: PROFILE,
      before: FULL,
      after: SLOW,
      requests: [
        {
          lines: [
            'Cisco-AVPair = ip:sub-qos-policy-in=UP_128',
            'Cisco-AVPair = ip:sub-qos-policy-out=DN_256',
          ],
          hex: [
            '1a2300000009011d69703a7375622d716f732d706f6c6963792d696e3d55505f313238',
            '1a2400000009011e69703a7375622d716f732d706f6c6963792d6f75743d444e5f323536',
          ],
        },
      ],
    },
    {
      title: 'other figures, one attribute for each direction',
      settings: {
        rateUp: `qos-policy-in=add-class(sub,(class-default),${POLICE})`,
        rateDown: 'qos-policy-out=add-class(sub,(class-default),shape({downBps}))',
      },
      before: FULL,
      after: SLOW,
      requests: [
        {
          lines: [
            'Cisco-AVPair = qos-policy-in=add-class(sub,(class-default),police(128000,24000,0))',
            'Cisco-AVPair = qos-policy-out=add-class(sub,(class-default),shape(256000))',
          ],
          hex: [
            '1a4b000000090145716f732d706f6c6963792d696e3d6164642d636c617373287375622c28636c6173732d64',
            '656661756c74292c706f6c696365283132383030302c32343030302c302929',
            '1a4300000009013d716f732d706f6c6963792d6f75743d6164642d636c617373287375622c28636c6173732d',
            '64656661756c74292c7368617065283235363030302929',
          ],
        },
      ],
    },
  ],
  identities: [
    {
      title: 'the id alone, as all that is sent must agree',
      lines: ['Acct-Session-Id = 8150001a'],
      hex: ['2c0a3831353030303161'],
    },
    {
      title: 'a session that has not reported yet',
      session: { acctSessionId: '' },
      lines: ['User-Name = ali@isp', 'Framed-IP-Address = 10.9.8.7'],
      hex: ['0109616c6940697370', '08060a090807'],
    },
    {
      title: 'ISG, which knows addresses',
      settings: { identifyBy: ['Cisco-Account-Info'] },
      lines: ['Cisco-Account-Info = S10.9.8.7'],
      hex: ['1a1100000009fa0b5331302e392e382e37'],
    },
  ],
  naks: USUAL_NAKS,
};
