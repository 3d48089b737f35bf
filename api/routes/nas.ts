import type { KnownNas } from '../../engine/subscribers/ledger-store.ts';
import { type nasAnswer, nasListAnswer } from '../../schemas/http/nas-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import type { ApiDeps } from '../deps.ts';
import { toIsoOrNull } from '../iso-time.ts';
import { Resource } from '../route.ts';

/** A NAS as the API tells it, without its secrets. */
export type NasAnswer = Told<typeof nasAnswer>;

/** Every NAS and what it has taught us. */
export function nasRoutes({ ledger }: ApiDeps): Resource {
  return new Resource('NAS').serve(
    {
      ...{ method: 'get', path: '/nas', operationId: 'listNas' },
      summary: 'List every NAS and what it has taught us, never its secrets',
      answers: { 200: nasListAnswer },
    },
    async () => ({ nas: (await ledger.nasList()).map(answerOf) }),
  );
}

/** Fields are named one by one, so that a secret cannot slip out with a field that joins later. */
function answerOf({ entry, learned }: KnownNas): NasAnswer {
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
