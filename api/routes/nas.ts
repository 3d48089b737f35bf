import { Hono } from 'hono';
import type { AcceptAttributes } from '../../engine/nas/accept-attributes.ts';
import type { DriverSettings } from '../../engine/nas/driver-settings.ts';
import type { NasEntry } from '../../engine/nas/nas.ts';
import type { KnownNas } from '../../engine/subscribers/ledger-store.ts';
import type { ApiDeps } from '../deps.ts';
import { toIsoOrNull } from '../iso-time.ts';

/** A NAS as the API tells it, without its secrets; instants are ISO 8601. */
export interface NasAnswer
  extends Omit<NasEntry, 'secret' | 'secretNext' | 'acceptAttributes' | 'driverSettings'>,
    Readonly<Record<'messageAuthenticatorSince' | 'gigawordsSince' | 'bootedAt', string | null>> {
  readonly boot: number;
  readonly acceptAttributes: AcceptAttributes;
  readonly driverSettings: DriverSettings;
}

/** GET /nas: every NAS and what it has taught us. */
export function nasRoutes({ ledger }: ApiDeps): Hono {
  return new Hono().get('/nas', async (c) => {
    const known = await ledger.nasList();
    return c.json({ nas: known.map(nasAnswer) });
  });
}

/** Fields are named one by one, so that a secret cannot slip out with a field that joins later. */
function nasAnswer({ entry, learned }: KnownNas): NasAnswer {
  return {
    name: entry.name,
    address: entry.address,
    vendor: entry.vendor,
    coaPort: entry.coaPort,
    coaAddress: entry.coaAddress,
    swapDirections: entry.swapDirections,
    requireMessageAuthenticator: entry.requireMessageAuthenticator,
    allowMacAuthentication: entry.allowMacAuthentication,
    acceptAttributes: entry.acceptAttributes ?? {},
    driverSettings: entry.driverSettings ?? {},
    messageAuthenticatorSince: toIsoOrNull(learned.messageAuthenticatorSince),
    gigawordsSince: toIsoOrNull(learned.gigawordsSince),
    boot: learned.boot,
    bootedAt: toIsoOrNull(learned.bootedAt),
  };
}
