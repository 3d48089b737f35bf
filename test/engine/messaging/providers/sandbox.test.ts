import { expect, it } from 'vitest';
import { createSandboxProvider } from '../../../../engine/messaging/providers/sandbox.ts';

it('delivers everything at once, for nothing, and says so again', async () => {
  const sandbox = createSandboxProvider();
  const accepted = { providerId: 'sandbox-5', delivery: 'delivered' };
  expect(await sandbox.send({ localId: 5, mobile: '+989123456789', text: 'a' })).toEqual({
    ...{ outcome: 'accepted', cost: 0, ...accepted },
  });
  expect(await sandbox.find(5)).toEqual({ outcome: 'found', ...accepted });
  const answer = await sandbox.status(['sandbox-5', 'sandbox-6']);
  expect(answer).toEqual({
    ok: true,
    value: new Map([
      ['sandbox-5', 'delivered'],
      ['sandbox-6', 'delivered'],
    ]),
  });
});
