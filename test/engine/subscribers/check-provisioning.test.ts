import { expect, it } from 'vitest';
import { checkProvisioning, type KnownProvisioning } from '../../../engine/subscribers/check-provisioning.ts';
import { declareLine } from '../../../engine/subscribers/declare-line.ts';
import { declaredPlan } from '../../../engine/subscribers/declared.ts';
import type { LineDeclaration, ProvisioningDocument } from '../../../engine/subscribers/provisioning.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const plan = { name: 'gold', days: 30 };
const history = { name: 'gold', versions: [{ from: 0, plan: declaredPlan(plan) }] };
const nothing: KnownProvisioning = {
  plans: new Map(),
  nasAddresses: new Map(),
  lines: new Map(),
  staticIpOwners: new Map(),
  grantOwners: new Map(),
};

function pathsOf(document: ProvisioningDocument, known: Partial<KnownProvisioning> = {}): string[] {
  return checkProvisioning(document, { ...nothing, ...known }, NOW).map(({ path }) => path);
}

function line(username: string, given: Partial<LineDeclaration> = {}): LineDeclaration {
  return { username, plan: 'gold', ...given };
}

it('finds nothing wrong with a document that fits', () => {
  const document = {
    nas: [
      { name: 'a', address: '10.0.0.0/24', secret: 's' },
      { name: 'b', address: '10.0.0.7', secret: 's' },
      { name: 'c', address: '2001:db8::/48', secret: 's', coaAddress: '2001:db8::1' },
    ],
    plans: [{ ...plan, windows: [{ fromMinute: 0, toMinute: 1440, percent: 50 }] }],
    lines: [line('u1', { staticIp: '10.1.1.1', delegatedIpv6Prefix: '2001:db8:1::/56' }), line('u2')],
  };
  expect(pathsOf(document)).toEqual([]);
});

it.each<[string, ProvisioningDocument, string[]]>([
  ['names declared twice', { plans: [plan, plan] }, ['plans[1].name']],
  ['a line declared twice', { plans: [plan], lines: [line('u1'), line('u1')] }, ['lines[1].username']],
  ['an empty name', { plans: [{ name: '', days: 1 }] }, ['plans[0].name']],
  ['a control character in a name', { plans: [plan], lines: [line('u\0')] }, ['lines[0].username']],
  ['an address that is none', { nas: [{ name: 'a', address: '10.0.0', secret: 's' }] }, ['nas[0].address']],
  ['an empty secret', { nas: [{ name: 'a', address: '10.0.0.1', secret: '' }] }, ['nas[0].secret']],
  [
    'a CoA address that is none',
    { nas: [{ name: 'a', address: '::1', secret: 's', coaAddress: 'bras' }] },
    ['nas[0].coaAddress'],
  ],
  [
    'one prefix in two spellings',
    {
      nas: [
        { name: 'a', address: '2001:DB8:0::/32', secret: 's' },
        { name: 'b', address: '2001:db8::1/32', secret: 's' },
      ],
    },
    ['nas[1].address'],
  ],
  [
    'a host and the same host as a block',
    {
      nas: [
        { name: 'a', address: '10.0.0.1', secret: 's' },
        { name: 'b', address: '10.0.0.1/32', secret: 's' },
      ],
    },
    ['nas[1].address'],
  ],
  ['a plan of no days', { plans: [{ name: 'gold', days: 0 }] }, ['plans[0].days']],
  [
    'a quota that is no count of octets',
    { plans: [{ ...plan, quota: { octets: 2 ** 53, charge: 'both' } }] },
    ['plans[0].quota.octets'],
  ],
  [
    'a window over midnight',
    { plans: [{ ...plan, windows: [{ fromMinute: 1400, toMinute: 60, percent: 0 }] }] },
    ['plans[0].windows[0]'],
  ],
  ['a plan that is missing', { lines: [line('u1')] }, ['lines[0].plan']],
  [
    'an IPv6 static address',
    { plans: [plan], lines: [line('u1', { staticIp: '::1' })] },
    ['lines[0].staticIp'],
  ],
  [
    'one static address for two lines',
    { plans: [plan], lines: [line('u1', { staticIp: '10.0.0.1' }), line('u2', { staticIp: '10.0.0.1' })] },
    ['lines[1].staticIp'],
  ],
  [
    'a prefix that is none',
    { plans: [plan], lines: [line('u1', { framedIpv6Prefix: '2001:db8::/129' })] },
    ['lines[0].framedIpv6Prefix'],
  ],
  [
    'fewer sessions than none',
    { plans: [plan], lines: [line('u1', { concurrentSessions: -1 })] },
    ['lines[0].concurrentSessions'],
  ],
  [
    'a time without a zone',
    { plans: [plan], lines: [line('u1', { expiresAt: '2026-12-01T00:00' })] },
    ['lines[0].expiresAt'],
  ],
  [
    'grants that are wrong in every way',
    {
      plans: [plan],
      lines: [
        line('u1', {
          extraGrants: [
            { id: 'service:u1:1', kind: 'extra', octets: 1.5 },
            { id: 'x', kind: 'gift', octets: 1, from: '2026-12-02T00:00:00Z', until: '2026-12-01T00:00:00Z' },
            { id: 'x', kind: 'gift', octets: 1, until: 'never' },
          ],
        }),
      ],
    },
    [
      'lines[0].extraGrants[0].id',
      'lines[0].extraGrants[0].octets',
      'lines[0].extraGrants[1].until',
      'lines[0].extraGrants[2].until',
      'lines[0].extraGrants[2].id',
    ],
  ],
])('names %s', (_, document, paths) => {
  expect(pathsOf(document)).toEqual(paths);
});

it('looks at what is stored, and leaves alone what the document itself changes', () => {
  const nasAddresses = new Map([['old', '10.0.0.0/24']]);
  const other = { name: 'new', address: '10.0.0.0/24', secret: 's' };
  expect(pathsOf({ nas: [other] }, { nasAddresses })).toEqual(['nas[0].address']);
  const moved = { name: 'old', address: '10.0.1.0/24', secret: 's' };
  expect(pathsOf({ nas: [other, moved] }, { nasAddresses })).toEqual([]);

  const stored = declareLine(line('u1', { staticIp: '10.0.0.1' }), undefined, () => history, NOW)!;
  const known = {
    plans: new Map([['gold', { name: 'gold', versions: [{ from: 0, plan: declaredPlan(plan) }] }]]),
    lines: new Map([['u1', stored]]),
    staticIpOwners: new Map([['10.0.0.1', 'u1']]),
    grantOwners: new Map([['g', 'u1']]),
  };
  const taker = line('u2', { staticIp: '10.0.0.1' });
  expect(pathsOf({ lines: [taker] }, known)).toEqual(['lines[0].staticIp']);
  expect(pathsOf({ lines: [taker, line('u1')] }, known)).toEqual(['lines[1].staticIp']);
  expect(pathsOf({ lines: [taker, line('u1', { staticIp: '' })] }, known)).toEqual([]);
  const grant = line('u2', { extraGrants: [{ id: 'g', kind: 'gift', octets: 1 }] });
  expect(pathsOf({ lines: [grant] }, known)).toEqual(['lines[0].extraGrants[0].id']);
});
