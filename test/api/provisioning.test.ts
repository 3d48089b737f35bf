import { describe, expect, it } from 'vitest';
import { readProvisioning } from '../../schemas/http/provisioning.ts';
import { DOCUMENT } from './world.ts';

const nas = { name: 'bras1', address: '10.0.0.1', secret: 'a-long-secret' };
const plan = { name: 'p', days: 30 };
const line = { username: 'u', plan: 'p' };
const customer = { nationalId: '0499370899' };

/** Path and message of every fault, `path: message`. */
function faultsIn(json: unknown, known: readonly string[] = ['p']): string[] {
  const read = readProvisioning(json, known);
  return read.ok ? [] : read.error.map(({ path, message }) => `${path}: ${message}`);
}

describe('a provisioning document', () => {
  it('is handed on as it is when nothing is wrong', () => {
    expect(readProvisioning(DOCUMENT, [])).toEqual({ ok: true, value: DOCUMENT });
  });

  it('may be empty, and may use every field', () => {
    expect(faultsIn({})).toEqual([]);
    const whole = {
      nas: [
        {
          ...nas,
          address: '2001:db8::/32',
          secretNext: 'another-secret',
          vendor: 'accel-ppp',
          coaPort: 1700,
          coaAddress: '10.0.0.2',
          swapDirections: true,
          requireMessageAuthenticator: false,
          allowMacAuthentication: true,
          acceptAttributes: { 'Framed-MTU': 1492, 'Mikrotik-Group': 'full' },
          driverSettings: {
            speedBy: 'service',
            rate: '{upKbps}k/{downKbps}k',
            rateDown: 'E:Q:1:pir={downKbps}',
            rateUp: 'I:Q:1:pir={upKbps}',
            rateUnit: 'bit/s',
            profile: 'p',
            profileDown: 'd',
            profileUp: 'u',
            service: 's({downBps},{upBps})',
            serviceParameter: 'x={downKbps}',
            captive: 'walled',
            context: 'CLIPS',
            creditCategory: 'internet',
            swapSpeeds: true,
            volumeCap: false,
            speedChange: 'reconnect',
            identifyBy: ['Acct-Session-Id', 'NAS-Port'],
            accept: { 'Filter-Id': '{mode}', 'Cisco-AVPair': ['a', 5] },
            captiveAccept: { 'Filter-Id': 'walled' },
            change: [{ 'Filter-Id': '{mode}' }],
          },
        },
      ],
      plans: [
        {
          ...plan,
          name: 'فیروزه - اینترنت 2048 ماهیانه 5 گیگ',
          quota: { octets: Number.MAX_SAFE_INTEGER, charge: 'both' },
          speed: { downKbps: 2048, upKbps: 512 },
          exhausted: { downKbps: 128, upKbps: 128 },
          expired: 'captive',
          windows: [{ weekdays: [0, 6], fromMinute: 120, toMinute: 420, percent: 0 }],
          pool: 'home',
          interimSeconds: 300,
        },
      ],
      lines: [
        {
          ...line,
          password: 'رمز عبور',
          name: 'علی‌رضا',
          status: 'suspended',
          staticIp: '',
          concurrentSessions: 2,
          macLock: '00-11-22-33-44-55',
          framedRoutes: ['10.1.0.0/24 100.64.0.5 1'],
          framedIpv6Prefix: '2001:db8::/64',
          delegatedIpv6Prefix: '2001:db8:1::/56',
          expiresAt: '2027-03-20T23:59:00+03:30',
          extraGrants: [
            { id: 'order:7', kind: 'timed', octets: 1, from: '2026-11-21T00:00:00Z', priority: -1 },
          ],
        },
      ],
      customers: [
        {
          ...{
            ...customer,
            kind: 'company',
            name: 'میزان',
            economicCode: '',
            mobile: '',
            phone: '',
            email: '',
          },
          ...{ postalCode: '', address: '', education: '', bornOn: '1369/02/11' },
          lines: [{ username: 'u', phone: '6132455123', exchange: 'دانشگاه', county: 'اهواز' }],
        },
      ],
    };
    expect(faultsIn(whole)).toEqual([]);
  });

  it.each<[unknown, string]>([
    [null, ': must be an object {...}'],
    [[], ': must be an object {...}'],
    [{ nas: {} }, 'nas: must be a list [...]'],
    [{ line: [] }, 'line: is not a known field'],
    [{ nas: [{ ...nas, name: 'a b' }] }, 'nas[0].name: must be 1 to 64 letters, digits or . _ @ -'],
    [{ nas: [{ ...nas, name: 'n'.repeat(65) }] }, 'nas[0].name: must be 1 to 64 letters, digits or . _ @ -'],
    [{ nas: [{ ...nas, secret: '7 signs' }] }, 'nas[0].secret: must be at least 8 characters long'],
    [{ nas: [{ ...nas, acceptAttributes: [] }] }, 'nas[0].acceptAttributes: must be an object {...}'],
    [
      { nas: [{ ...nas, acceptAttributes: { 'Framed-MTU': true } }] },
      'nas[0].acceptAttributes.Framed-MTU: must be a text in quotes or a number',
    ],
    [
      { nas: [{ ...nas, acceptAttributes: { 'a b': null } }] },
      'nas[0].acceptAttributes["a b"]: must be a text in quotes or a number',
    ],
    [
      { nas: [{ ...nas, acceptAttributes: { 'Filter-Id': 'a\u0000' } }] },
      'nas[0].acceptAttributes.Filter-Id: must not hold control characters',
    ],
    [
      { nas: [{ ...nas, driverSettings: { speedBy: 'magic' } }] },
      'nas[0].driverSettings.speedBy: must be one of rate, profile, service',
    ],
    [
      { nas: [{ ...nas, driverSettings: { identifyBy: ['User-Password'] } }] },
      'nas[0].driverSettings.identifyBy[0]: must be one of User-Name, Acct-Session-Id, Framed-IP-Address, ' +
        'Calling-Station-Id, NAS-Port, NAS-IP-Address, Cisco-Account-Info',
    ],
    [
      { nas: [{ ...nas, driverSettings: { identifyBy: [] } }] },
      'nas[0].driverSettings.identifyBy: must name one at least',
    ],
    [
      { nas: [{ ...nas, driverSettings: { colour: 1 } }] },
      'nas[0].driverSettings.colour: is not a known field',
    ],
    [
      { nas: [{ ...nas, driverSettings: { service: 'a\u0000' } }] },
      'nas[0].driverSettings.service: must not hold control characters',
    ],
    [
      { nas: [{ ...nas, driverSettings: { change: [] } }] },
      'nas[0].driverSettings.change: must hold one request at least',
    ],
    [
      { nas: [{ ...nas, driverSettings: { accept: { 'Filter-Id': true } } }] },
      'nas[0].driverSettings.accept.Filter-Id: must be a text, a number or a list of them',
    ],
    [{ nas: [{ ...nas, secretNext: 'short' }] }, 'nas[0].secretNext: must be at least 8 characters long'],
    [
      { nas: [{ ...nas, address: '10.0.0.300' }] },
      'nas[0].address: must be an IP address or a block such as 10.0.0.0/8',
    ],
    [
      { nas: [{ ...nas, address: '10.0.0.0/33' }] },
      'nas[0].address: must be an IP address or a block such as 10.0.0.0/8',
    ],
    [{ nas: [{ ...nas, coaPort: 65_536 }] }, 'nas[0].coaPort: must be a whole number from 1 to 65535'],
    [{ nas: [{ ...nas, coaPort: 0 }] }, 'nas[0].coaPort: must be a whole number from 1 to 65535'],
    [{ nas: [{ ...nas, port: 1 }] }, 'nas[0].port: is not a known field'],
    [{ plans: [{ ...plan, days: 0 }] }, 'plans[0].days: must be a whole number from 1 to 3660'],
    [{ plans: [{ ...plan, days: '30' }] }, 'plans[0].days: must be a whole number from 1 to 3660'],
    [{ plans: [{ ...plan, name: '' }] }, 'plans[0].name: must not be empty'],
    [
      { plans: [{ ...plan, quota: { octets: 2 ** 53, charge: 'both' } }] },
      'plans[0].quota.octets: must be a whole number from 1 to 9007199254740991',
    ],
    [
      { plans: [{ ...plan, quota: { octets: 1, charge: 'upload' } }] },
      'plans[0].quota.charge: must be "download" or "both"',
    ],
    [
      { plans: [{ ...plan, speed: { downKbps: 0, upKbps: 1 } }] },
      'plans[0].speed.downKbps: must be a whole number from 1 to 1000000000',
    ],
    [
      { plans: [{ ...plan, exhausted: 'slow' }] },
      'plans[0].exhausted: must be "disconnect", "captive" or a speed { "downKbps", "upKbps" } above 0',
    ],
    [
      { plans: [{ ...plan, windows: [{ fromMinute: 420, toMinute: 120, percent: 0 }] }] },
      'plans[0].windows[0].toMinute: must be after fromMinute; a window over midnight is two windows',
    ],
    [
      { plans: [{ ...plan, windows: [{ fromMinute: 1.5, toMinute: 120, percent: 0 }] }] },
      'plans[0].windows[0].fromMinute: must be a whole number from 0 to 1439',
    ],
    [{ lines: [{ plan: 'p' }] }, 'lines[0].username: is missing'],
    [
      { plans: [plan], lines: [{ ...line, reserve: { plan: 'p', until: '' } }] },
      'lines[0].reserve.until: is not a known field',
    ],
    [
      { lines: [{ ...line, username: 'ب'.repeat(127) }] },
      'lines[0].username: must be at most 253 octets long in UTF-8',
    ],
    [{ lines: [{ ...line, username: 'a\u0000b' }] }, 'lines[0].username: must not hold control characters'],
    [{ lines: [{ ...line, username: ' a' }] }, 'lines[0].username: must not begin or end with a space'],
    [
      { lines: [{ ...line, username: '..' }] },
      'lines[0].username: must not be . or .., which no address can hold',
    ],
    [{ lines: [{ ...line, staticIp: '::1' }] }, 'lines[0].staticIp: must be an IPv4 address'],
    [{ lines: [{ ...line, status: 'off' }] }, 'lines[0].status: must be "active", "suspended" or "closed"'],
    [
      { lines: [{ ...line, framedRoutes: ['default'] }] },
      'lines[0].framedRoutes[0]: must begin with an IPv4 prefix such as 10.0.0.0/24',
    ],
    [
      { lines: [{ ...line, framedIpv6Prefix: '2001:db8::/129' }] },
      'lines[0].framedIpv6Prefix: must be an IPv6 prefix such as 2001:db8::/56',
    ],
    [
      { lines: [{ ...line, expiresAt: '2026-11-21' }] },
      'lines[0].expiresAt: must be an ISO 8601 instant with a zone, such as 2026-11-21T07:30:00Z',
    ],
    [
      {
        lines: [
          {
            ...line,
            extraGrants: [
              {
                id: 'a',
                kind: 'gift',
                octets: 1,
                from: '2026-11-22T00:00:00Z',
                until: '2026-11-22T03:00:00+03:30',
              },
            ],
          },
        ],
      },
      'lines[0].extraGrants[0].until: must be after from',
    ],
    [{ customers: [{ name: 'سارا' }] }, 'customers[0].nationalId: is missing'],
    [{ customers: [{ ...customer, kind: 'ghost' }] }, 'customers[0].kind: must be "person" or "company"'],
    [{ customers: [{ ...customer, mobile: 912 }] }, 'customers[0].mobile: must be a text in quotes'],
    [{ customers: [{ ...customer, id: 7 }] }, 'customers[0].id: is not a known field'],
    [{ customers: [{ ...customer, lines: ['u'] }] }, 'customers[0].lines[0]: must be an object {...}'],
    [
      { customers: [{ ...customer, lines: [{ username: '', phone: '1' }] }] },
      'customers[0].lines[0].username: must not be empty',
    ],
    [{ customers: [customer, customer] }, 'customers[1].nationalId: is the same as customers[0].nationalId'],
    [{ nas: [nas, nas] }, 'nas[1].name: is the same as nas[0].name'],
    [{ plans: [plan, plan] }, 'plans[1].name: is the same as plans[0].name'],
    [
      { lines: [line, { ...line, username: 'v' }, line] },
      'lines[2].username: is the same as lines[0].username',
    ],
  ])('%j is refused', (json, fault) => expect(faultsIn(json)).toEqual([fault]));

  it('is told all its faults at once, in the order of the lists', () => {
    const document = {
      lines: [
        ...Array.from({ length: 10 }, (_, index) => ({ ...line, username: `u${index}` })),
        { plan: 'none', vip: 1, reserve: { plan: 'nor this' } },
      ],
      nas: [{ ...nas, address: 'here' }, nas],
      plans: [{ ...plan, name: 'q', days: -1 }],
    };
    expect(faultsIn(document)).toEqual([
      'lines[10].plan: there is no plan none',
      'lines[10].reserve.plan: there is no plan nor this',
      'lines[10].username: is missing',
      'lines[10].vip: is not a known field',
      'nas[0].address: must be an IP address or a block such as 10.0.0.0/8',
      'nas[1].name: is the same as nas[0].name',
      'plans[0].days: must be a whole number from 1 to 3660',
    ]);
  });

  it('leaves it to the ledger whether a plan exists when nothing else is wrong', () => {
    expect(faultsIn({ lines: [{ ...line, plan: 'older' }] }, [])).toEqual([]);
  });
});
