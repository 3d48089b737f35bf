import type { UsageEvent } from '../../../../engine/pipeline/engine-event.ts';
import { SecretBox } from '../../../../engine/runtime/secret-box.ts';
import type { ProvisioningDocument } from '../../../../engine/subscribers/provisioning.ts';

/** Noon UTC of a day after Iran gave up its summer time. */
export const NOW = Date.UTC(2026, 10, 21, 12);

export const secrets = new SecretBox(Buffer.alloc(32, 7));

/** One NAS, two plans, two lines. */
export const document = {
  nas: [{ name: 'bras1', address: '10.0.0.0/24', secret: 's3cret', vendor: 'mikrotik', coaPort: 1700 }],
  plans: [
    {
      name: 'gold',
      days: 30,
      quota: { octets: 50 * 2 ** 30, charge: 'both' },
      speed: { downKbps: 16_000, upKbps: 2_000 },
      exhausted: { upKbps: 128, downKbps: 256 },
      windows: [{ fromMinute: 120, toMinute: 420, percent: 0 }],
    },
    { name: 'open', days: 7 },
  ],
  lines: [
    { username: 'u1', password: 'pw1', plan: 'gold', name: 'مریم کاظمی', staticIp: '10.9.0.1' },
    {
      username: 'u2',
      password: 'pw2',
      plan: 'open',
      macLock: 'AA-BB-CC-00-11-22',
      expiresAt: '2026-12-01T00:00:00+03:30',
      extraGrants: [{ id: 'gift-1', kind: 'gift', octets: 2 ** 30 }],
    },
  ],
} satisfies ProvisioningDocument;

/** A usage event of line 1; what matters to a test is given. */
export function usageEvent(given: Partial<UsageEvent>): UsageEvent {
  return {
    type: 'usage',
    kind: 'interim',
    at: NOW,
    lineId: 1,
    username: 'u1',
    sessionKey: '00000000000000a1',
    nas: 'bras1',
    nasPort: '7',
    acctSessionId: '8100abcd',
    callingStationId: 'aabbcc001122',
    framedIp: '10.9.0.1',
    state: 'live',
    startedAt: NOW - 60_000,
    segment: 0,
    sessionTimeSeconds: 60,
    inputOctets: 0,
    outputOctets: 0,
    chargedOctets: 0,
    freeOctets: 0,
    quarantinedOctets: 0,
    burnedOctets: 0,
    overshotOctets: 0,
    consumed: [],
    closeCause: '',
    anomalies: [],
    resume: undefined,
    ...given,
  };
}
