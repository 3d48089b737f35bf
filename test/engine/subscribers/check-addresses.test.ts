import { expect, it } from 'vitest';
import { checkAddresses, type KnownAddresses } from '../../../engine/subscribers/check-addresses.ts';
import type { LineDeclaration, ProvisioningDocument } from '../../../engine/subscribers/provisioning.ts';

const NOTHING: KnownAddresses = { pools: new Map(), prefixes: [] };

/** The faults of a document as `path: message`. */
function faults(document: ProvisioningDocument, known: Partial<KnownAddresses> = {}): string[] {
  const found: string[] = [];
  checkAddresses(document, new Map(), { ...NOTHING, ...known }, (path, message) =>
    found.push(`${path}: ${message}`),
  );
  return found;
}

function line(username: string, given: Partial<LineDeclaration>): LineDeclaration {
  return { username, plan: 'gold', ...given };
}

it.each<[string, ProvisioningDocument]>([
  [
    'prefixes side by side',
    {
      lines: [
        line('a', { framedIpv6Prefix: '2001:db8:0:1::/64', delegatedIpv6Prefix: '2001:db8:1::/56' }),
        line('b', { framedIpv6Prefix: '2001:db8:0:2::/64', delegatedIpv6Prefix: '2001:db8:1:100::/56' }),
      ],
    },
  ],
  [
    'a line whose route and prefix run over its own addresses',
    {
      lines: [
        line('a', {
          staticIp: '10.1.0.1',
          framedRoutes: ['10.1.0.0/24 0.0.0.0 1', '10.1.0.0/25'],
          framedIpv6Prefix: '2001:db8::/64',
          delegatedIpv6Prefix: '2001:db8::/56',
        }),
      ],
    },
  ],
  [
    'a static address in a pool',
    { pools: [{ name: 'home', ranges: ['10.0.0.0/24'] }], lines: [line('a', { staticIp: '10.0.0.9' })] },
  ],
  ['ranges of one pool that overlap', { pools: [{ name: 'home', ranges: ['10.0.0.0/24', '10.0.0.9'] }] }],
])('lets be: %s', (_, document) => expect(faults(document)).toEqual([]));

it.each<[string, ProvisioningDocument, string]>([
  [
    'one prefix in two spellings',
    {
      lines: [
        line('a', { framedIpv6Prefix: '2001:db8::/64' }),
        line('b', { framedIpv6Prefix: '2001:DB8:0::1/64' }),
      ],
    },
    'lines[1].framedIpv6Prefix: 2001:DB8:0::1/64 overlaps 2001:db8::/64 of line a',
  ],
  [
    'a delegated prefix around another line',
    {
      lines: [
        line('a', { framedIpv6Prefix: '2001:db8::/64' }),
        line('b', { delegatedIpv6Prefix: '2001:db8::/48' }),
      ],
    },
    'lines[1].delegatedIpv6Prefix: 2001:db8::/48 overlaps 2001:db8::/64 of line a',
  ],
  [
    'a route over a static address',
    {
      lines: [
        line('a', { staticIp: '10.1.0.7' }),
        line('b', { framedRoutes: ['10.9.0.0/24', '10.1.0.0/24 10.1.0.1'] }),
      ],
    },
    'lines[1].framedRoutes[1]: 10.1.0.0/24 overlaps 10.1.0.7 of line a',
  ],
  [
    'a route in another',
    { lines: [line('a', { framedRoutes: ['10.1.0.0/16'] }), line('b', { framedRoutes: ['10.1.7.0/24'] })] },
    'lines[1].framedRoutes[0]: 10.1.7.0/24 overlaps 10.1.0.0/16 of line a',
  ],
  [
    'a route through a pool',
    {
      pools: [{ name: 'home', ranges: ['10.1.0.10-10.1.0.20'] }],
      lines: [line('a', { framedRoutes: ['10.1.0.0/24'] })],
    },
    'lines[0].framedRoutes[0]: 10.1.0.0/24 overlaps 10.1.0.10-10.1.0.20 of pool home',
  ],
  [
    'pools that share addresses',
    {
      pools: [
        { name: 'home', ranges: ['10.1.0.0/24'] },
        { name: 'shop', ranges: ['10.2.0.0/24', '10.1.0.255'] },
      ],
    },
    'pools[1].ranges[1]: 10.1.0.255 overlaps 10.1.0.0/24 of pool home',
  ],
])('refuses %s', (_, document, fault) => expect(faults(document)).toEqual([fault]));

it('finds what is stored of lines and pools that the document does not name', () => {
  const known: KnownAddresses = {
    pools: new Map([['home', ['10.1.0.0/24']]]),
    prefixes: [
      { username: 'old', kind: 'framed-ipv6', prefix: '2001:db8::/64' },
      { username: 'a', kind: 'framed-ipv6', prefix: '2001:db8:9::/64' },
    ],
  };
  const wants = line('a', { framedIpv6Prefix: '2001:db8::/65', framedRoutes: ['10.1.0.128/25'] });
  expect(faults({ lines: [wants] }, known)).toEqual([
    'lines[0].framedRoutes[0]: 10.1.0.128/25 overlaps 10.1.0.0/24 of pool home',
    'lines[0].framedIpv6Prefix: 2001:db8::/65 overlaps 2001:db8::/64 of line old',
  ]);
  const gives = {
    lines: [line('old', { framedIpv6Prefix: '' }), wants],
    pools: [{ name: 'home', ranges: [] }],
  };
  expect(faults(gives, known)).toEqual([]);
  expect(faults({ pools: [{ name: 'new', ranges: ['10.1.0.7'] }] }, known)).toEqual([
    'pools[0].ranges[0]: 10.1.0.7 overlaps 10.1.0.0/24 of pool home',
  ]);
});

it('checks 20,000 lines with five prefixes each', () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => {
    const [high, low] = [index >> 8, index & 255];
    const hex = index.toString(16);
    return line(`u${index}`, {
      staticIp: `10.${high}.${low}.1`,
      framedRoutes: [`172.${high}.${low}.0/25`, `172.${high}.${low}.128/25`],
      framedIpv6Prefix: `2001:db8:1:${hex}::/64`,
      delegatedIpv6Prefix: `2001:db9:${hex}::/48`,
    });
  });
  const pools = [{ name: 'home', ranges: ['10.0.0.0/8'] }];
  expect(faults({ pools, lines })).toEqual([]);
  const late = line('late', { framedRoutes: ['172.0.7.64/26'] });
  expect(faults({ pools, lines: [...lines, late] })).toEqual([
    'lines[20000].framedRoutes[0]: 172.0.7.64/26 overlaps 172.0.7.0/25 of line u7',
  ]);
}, 10_000);
