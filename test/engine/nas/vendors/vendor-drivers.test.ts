import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppliedService } from '../../../../engine/accounting/session.ts';
import type { DriverSettings } from '../../../../engine/nas/driver-settings.ts';
import { NAS_VENDORS, type NasVendor } from '../../../../engine/nas/nas.ts';
import { openDriver } from '../../../../engine/nas/vendors/vendor-drivers.ts';
import type { PacketWriter } from '../../../../engine/radius/packet-writer.ts';
import { octets } from '../../../../engine/values/octets.ts';
import { ALL_EXAMPLES } from './examples/all.ts';
import { CAPTIVE, FULL, OWN, SESSION, SLOW } from './examples/example.ts';
import { dictionary, writtenBy } from './examples/written.ts';

const open = (vendor: NasVendor, driverSettings: DriverSettings = {}) =>
  openDriver({ vendor, driverSettings }, dictionary);

describe.each(ALL_EXAMPLES)('the driver of $vendor', ({ vendor, accepts, changes, identities, naks }) => {
  it.each(accepts)('gives a login $title', ({ settings, service, cap, lines, hex }) => {
    const volumeCapOctets = cap === undefined ? undefined : octets(cap);
    const written = writtenBy((writer) =>
      open(vendor, settings).writeAccept(writer, { service, volumeCapOctets }),
    );
    expect(written).toEqual({ lines, hex: hex.join('') });
  });

  it.each(changes)('changes $title', ({ settings, before, after, requests }) => {
    const steps = open(vendor, settings).changeService({ before, after, interimSeconds: 300 });
    const written = steps === 'reconnect' ? steps : steps.map((step) => writtenBy(step));
    const expected =
      requests === 'reconnect' ? requests : requests.map(({ lines, hex }) => ({ lines, hex: hex.join('') }));
    expect(written).toEqual(expected);
  });

  it.each(identities)('names a session by $title', ({ settings, session, lines, hex }) => {
    const identify = (writer: PacketWriter) =>
      open(vendor, settings).identify(writer, { ...SESSION, ...session });
    expect(writtenBy(identify)).toEqual({ lines, hex: hex.join('') });
  });

  it.each(naks)('takes Error-Cause %i for %s', (errorCause, meaning) => {
    expect(open(vendor).afterNak(errorCause)).toBe(meaning);
  });
});

describe('vendor drivers', () => {
  it('have examples, all of them', () => {
    expect(ALL_EXAMPLES.map(({ vendor }) => vendor).sort()).toEqual([...NAS_VENDORS].sort());
  });

  it.each(NAS_VENDORS)('of %s leave the speed to the NAS when the plan names none', (vendor) => {
    const accept = (writer: PacketWriter) =>
      open(vendor).writeAccept(writer, { service: OWN, volumeCapOctets: undefined });
    expect(writtenBy(accept)).toEqual({ lines: [], hex: '' });
  });

  it('say what cannot be told to their NAS, which would then give all of its own', () => {
    const can = (vendor: NasVendor, service: AppliedService, settings?: DriverSettings) =>
      open(vendor, settings).canGive(service);
    expect(NAS_VENDORS.filter((vendor) => !can(vendor, FULL))).toEqual([]);
    expect(NAS_VENDORS.filter((vendor) => !can(vendor, SLOW))).toEqual(['generic', 'cisco', 'juniper']);
    expect(NAS_VENDORS.filter((vendor) => !can(vendor, CAPTIVE))).toEqual(['generic']);
    expect(can('cisco', SLOW, { service: 'NET-{mode}' })).toBe(true);
    expect(can('generic', SLOW, { accept: { 'Filter-Id': 'x' } })).toBe(false);
    expect(can('generic', SLOW, { accept: { 'Filter-Id': '{downKbps}' } })).toBe(true);
    expect(can('generic', CAPTIVE, { captive: 'walled' })).toBe(true);
    expect(can('generic', CAPTIVE, { captiveAccept: { 'Filter-Id': 'walled' } })).toBe(true);
  });

  it.each(NAS_VENDORS)('of %s mark a captive line once, by attribute or by pool', (vendor) => {
    const driver = open(vendor, { captive: 'portal' });
    const accept = (writer: PacketWriter) =>
      driver.writeAccept(writer, { service: CAPTIVE, volumeCapOctets: undefined });
    const marks = writtenBy(accept).lines.filter((line) => /= (in:)?portal$/.test(line));
    expect(marks.length > 0).toBe(driver.captivePool === '');
    expect(driver.captivePool).toBe(vendor === 'accel-ppp' ? 'portal' : '');
  });

  it('of CoovaChilli do not change what would silence its interim reports', () => {
    const change = {
      before: undefined,
      after: { ...OWN, downKbps: 1, upKbps: 1 },
      interimSeconds: undefined,
    };
    expect(open('coova').changeService(change)).toBe('reconnect');
  });

  it('without dictionaries leave out what a template names', () => {
    const driver = openDriver({ vendor: 'generic', driverSettings: { accept: { 'Idle-Timeout': 5 } } });
    const accept = (writer: PacketWriter) =>
      driver.writeAccept(writer, { service: OWN, volumeCapOctets: undefined });
    expect(writtenBy(accept).lines).toEqual([]);
  });

  it('write what the dictionaries can read, whatever the service', () => {
    const kbps = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 32 }));
    const service = fc.record({
      mode: fc.constantFrom('full', 'slow', 'captive'),
      downKbps: kbps,
      upKbps: kbps,
    }) as fc.Arbitrary<AppliedService>;
    const cap = fc.option(fc.maxSafeNat(), { nil: undefined });
    const settings = ALL_EXAMPLES.flatMap(({ vendor, accepts, changes }) =>
      [...accepts, ...changes].map((example) => ({ vendor, settings: example.settings ?? {} })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...settings), service, service, cap, (nas, before, after, octetsLeft) => {
        const driver = open(nas.vendor, { ...nas.settings, volumeCap: true });
        const volumeCapOctets = octetsLeft === undefined ? undefined : octets(octetsLeft);
        const steps = driver.changeService({ before, after, interimSeconds: 300 });
        const packets = [
          writtenBy((writer) => driver.writeAccept(writer, { service: after, volumeCapOctets })),
          ...(steps === 'reconnect' ? [] : steps.map(writtenBy)),
        ];
        if (steps !== 'reconnect') expect(packets.slice(1).every(({ lines }) => lines.length > 0)).toBe(true);
        const unread = packets.flatMap(({ lines }) => lines.filter((line) => /^(raw\.|Attr-)/.test(line)));
        expect(unread).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('survive settings that an operator spoilt by hand', () => {
    for (const rate of ['{nonsense}', '{', 'x'.repeat(500)]) {
      const accept = (writer: PacketWriter) =>
        open('mikrotik', { rate }).writeAccept(writer, {
          service: { mode: 'full', downKbps: 5, upKbps: 5 },
          volumeCapOctets: undefined,
        });
      expect(writtenBy(accept).lines).toEqual([]);
    }
  });
});
