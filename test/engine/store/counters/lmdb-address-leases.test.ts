import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbCounterStore } from '../../../../engine/store/counters/lmdb-counter-store.ts';
import { addressLeasesSuite } from '../../../conformance/address-leases.ts';

addressLeasesSuite('LMDB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-leases-'));
  return {
    open: () => new LmdbCounterStore(folder),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
});
