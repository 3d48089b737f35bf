import { describe, expect, it } from 'vitest';
import { driverSettingFaults } from '../../../engine/nas/check-driver-settings.ts';
import type { DriverSettings } from '../../../engine/nas/driver-settings.ts';
import type { NasVendor } from '../../../engine/nas/nas.ts';
import { ALL_EXAMPLES } from './vendors/examples/all.ts';
import { dictionary } from './vendors/examples/written.ts';

const faults = (vendor: NasVendor, settings: DriverSettings) =>
  driverSettingFaults(vendor, settings, dictionary).map(({ path, message }) => `${path} ${message}`);

describe('driver settings', () => {
  it.each(ALL_EXAMPLES)(
    'of the examples of $vendor are right',
    ({ vendor, accepts, changes, identities }) => {
      for (const { title, settings = {} } of [...accepts, ...changes, ...identities]) {
        expect(faults(vendor, settings), title).toEqual([]);
      }
    },
  );

  it.each<[NasVendor, DriverSettings, string]>([
    ['mikrotik', { service: 'x' }, 'service means nothing to mikrotik'],
    ['generic', { rateUnit: 'bit/s' }, 'rateUnit means nothing to generic'],
    ['wispr', { volumeCap: true }, 'volumeCap means nothing to wispr'],
    ['mikrotik', { rate: '{speed}' }, 'rate holds {speed}, which stands for nothing'],
    ['mikrotik', { rate: '' }, 'rate is empty'],
    ['mikrotik', { captive: '' }, 'captive is empty'],
    ['mikrotik', { captive: 'x'.repeat(201) }, 'captive is longer than 200 octets'],
    ['mikrotik', { rate: `${'x'.repeat(195)}{downKbps}` }, 'rate is longer than 200 octets'],
    ['cisco', { service: 'x{wasMode}' }, 'service may name the mode and the speeds only'],
    ['cisco', { service: 'x{capOctets/2}' }, 'service may name the mode and the speeds only'],
    ['cisco', { speedBy: 'service' }, 'service is missing'],
    ['cisco', { speedBy: 'profile', service: 'x' }, 'speedBy needs the name of a profile'],
    ['nokia', { volumeCap: true }, 'creditCategory is missing'],
    ['juniper', { speedBy: 'rate' }, 'speedBy must be one of profile, service'],
    ['generic', { accept: { 'No-Such-Name': 1 } }, 'accept.No-Such-Name is in no dictionary'],
    ['generic', { accept: { Class: 'x' } }, 'accept.Class is written by the engine itself'],
    [
      'generic',
      { change: [{ 'Session-Timeout': 5 }] },
      'change[0].Session-Timeout is written by the engine itself',
    ],
    ['generic', { captiveAccept: { 'Filter-Id': '' } }, 'captiveAccept.Filter-Id is empty'],
    [
      'generic',
      { accept: { 'Idle-Timeout': '{mode}' } },
      'accept.Idle-Timeout is no value of its type, uint32',
    ],
    ['generic', { accept: { 'Idle-Timeout:1': 5 } }, 'accept.Idle-Timeout:1 takes no tag'],
    [
      'generic',
      { accept: { 'ERX-Service-Activate:32': 'x' } },
      'accept.ERX-Service-Activate:32 has a tag above 31',
    ],
    ['generic', { change: [{ 'Idle-Timeout': 5 }, {}] }, 'change[1] is empty'],
    ['generic', { accept: { 'Filter-Id': Array(33).fill('x') } }, 'accept has more than 32 attributes'],
    [
      'generic',
      { accept: { 'Filter-Id': Array(32).fill('x'.repeat(31)) } },
      'accept takes 1056 octets, at most 1024 are sent',
    ],
  ])('of %s: %j', (vendor, settings, expected) => expect(faults(vendor, settings)).toEqual([expected]));

  it('allow a number that is sent as the greatest when it grows too great', () => {
    expect(faults('generic', { accept: { 'Idle-Timeout': '{capOctets}' } })).toEqual([]);
  });
});
