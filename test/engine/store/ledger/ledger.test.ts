import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { ledgerStoreSuite } from '../../../conformance/ledger-store.ts';
import { secrets } from './sample.ts';

ledgerStoreSuite('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-ledger-'));
  return {
    open: () => openLedger({ folder: join(folder, 'pg') }, secrets),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});
