import { expect, it } from 'vitest';
import { readOptions } from '../../../bench/fleet/options.ts';

it('reads what is to be killed, and where the stores are', () => {
  const options = readOptions(['--servers', '--kill', '--kill-stores', '7', '--loss', '.2'], 0);
  expect(options).toMatchObject({ servers: true, kills: 20, storeKills: 7, faults: { loss: 0.2, dup: 0 } });
  expect(readOptions(['--kills', '3'], 0)).toMatchObject({ servers: false, kills: 3, storeKills: 0 });
});

it('refuses kills of stores that are no processes, and figures out of bounds', () => {
  expect(() => readOptions(['--kill-stores', '1'], 0)).toThrow('--kill-stores needs --servers');
  expect(() => readOptions(['--loss', '2'], 0)).toThrow(RangeError);
  expect(() => readOptions(['--nas', 'toaster'], 0)).toThrow(RangeError);
});
