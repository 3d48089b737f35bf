import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openUsage } from '../../../../engine/store/usage/open-usage.ts';
import { usageHistorySuite } from '../../../conformance/usage-history.ts';

usageHistorySuite('chDB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-usage-'));
  return { open: () => openUsage({ folder }), remove: async () => rmSync(folder, { recursive: true }) };
});
