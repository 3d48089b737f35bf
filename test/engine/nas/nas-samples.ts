import type { NasEntry, NasLearned } from '../../../engine/nas/nas.ts';
import { type NasClient, nasClient } from '../../../engine/nas/nas-client.ts';

const NOTHING: NasLearned = {
  messageAuthenticatorSince: undefined,
  gigawordsSince: undefined,
  boot: 0,
  bootedAt: undefined,
};

export function sampleNas(entry: Partial<NasEntry>): NasClient {
  const full: NasEntry = {
    name: 'n1',
    address: '127.0.0.1',
    secret: 's3cret',
    secretNext: '',
    vendor: 'generic',
    coaPort: 3799,
    coaAddress: '',
    swapDirections: false,
    requireMessageAuthenticator: false,
    allowMacAuthentication: false,
    ...entry,
  };
  return nasClient(full, NOTHING);
}
