import { describe, expect, it } from 'vitest';
import { NasRegistry } from '../../../engine/nas/nas-registry.ts';
import { sampleNas } from './nas-samples.ts';

const registryOf = (...addresses: string[]) =>
  new NasRegistry(addresses.map((address) => sampleNas({ name: address, address })));

describe('NasRegistry', () => {
  const registry = registryOf(
    '10.0.0.0/8',
    '10.1.0.0/16',
    '10.1.2.3',
    '2001:db8::/32',
    '2001:db8::1',
    'fe80::1',
    '10.1.2.128/25',
  );
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['10.1.2.4', '10.1.0.0/16'],
    ['10.1.2.127', '10.1.0.0/16'],
    ['10.1.2.128', '10.1.2.128/25'],
    ['10.2.0.1', '10.0.0.0/8'],
    ['::ffff:10.2.0.1', '10.0.0.0/8'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:db8::2', '2001:db8::/32'],
    ['fe80::1%eth0', 'fe80::1'],
    ['fe80::1', 'fe80::1'],
    ['11.0.0.1', undefined],
    ['2001:db9::1', undefined],
    ['nonsense', undefined],
    ['', undefined],
  ])('finds for %s the NAS %s, at the second look too', (address, name) => {
    expect(registry.bySourceAddress(address)?.entry.name).toBe(name);
    expect(registry.bySourceAddress(address)?.entry.name).toBe(name);
  });

  it.each(['10.0.0.0/', '10.0.0.0/x', '10.0.0.0/33', '10.0.0.0/-1', '2001:db8::/129', 'nas.example', ''])(
    'lets nobody in by the entry "%s", and still knows its name',
    (address) => {
      const broken = registryOf(address);
      for (const source of ['10.0.0.1', '8.8.8.8', '2001:db8::1', '::']) {
        expect(broken.bySourceAddress(source)).toBeUndefined();
      }
      expect(broken.named(address)?.entry.address).toBe(address);
    },
  );

  it('serves all of IPv4 with 0.0.0.0/0, and no IPv6', () => {
    const open = registryOf('0.0.0.0/0');
    expect(open.bySourceAddress('8.8.8.8')).toBeDefined();
    expect(open.bySourceAddress('2001:db8::1')).toBeUndefined();
  });

  it('keeps no more looked-up sources than it may, and finds the known ones still', () => {
    const one = registryOf('10.0.0.1');
    for (let index = 0; index < 50_000; index++) {
      one.bySourceAddress(`172.16.${index >> 8}.${index & 255}`);
    }
    const memo = Reflect.get(one, 'bySource') as ReadonlyMap<string, unknown>;
    expect(memo.size).toBeLessThanOrEqual(20_000);
    expect(one.bySourceAddress('10.0.0.1')?.entry.name).toBe('10.0.0.1');
  });
});
