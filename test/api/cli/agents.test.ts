import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCommand } from '../../../api/cli/commands.ts';
import { ask, openWorld, type World } from '../world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** What `mizan` prints after these words. */
async function mizan(words: readonly string[], file?: object): Promise<string> {
  const command = readCommand(words);
  if (command.kind !== 'call') throw new Error(JSON.stringify(command));
  expect(command.bodyFile !== undefined).toBe(file !== undefined);
  const { method, path, body } = command.call;
  const sent = body === undefined ? file : JSON.parse(body);
  const answer = await ask(world.app, `/api/v1${path}`, { method, body: sent });
  if (!answer.ok) throw new Error(await answer.text());
  return command.show(await answer.json());
}

it('adds, lists and shows agents, and takes their deposits', async () => {
  expect(await mizan(['agent', 'list'])).toBe('No agents.');
  await mizan(['agent', 'add', 'a.json'], { name: 'نمایندگی البرز', commissionPercent: 20 });
  const below = { name: 'باجه', kind: 'reseller', parentId: 1, commissionPercent: 15, mobile: '09123456789' };
  await mizan(['agent', 'add', 'b.json'], below);
  const deposit = ['agent', 'deposit', '2', '--amount', '1000000', '--into', 'bank', '--reference', '77'];
  expect((await mizan(deposit)).split('\n')).toEqual([
    'Number   2',
    'Name     باجه',
    'Kind     reseller',
    'Below    1',
    'Mobile   +989123456789',
    'Share    15% of the price',
    'State    active',
    'Deposit  1,000,000 Rial',
    'Limit    0 Rial',
  ]);
  expect((await mizan(['agent', 'list'])).split('\n')).toEqual([
    'NUMBER  BELOW  KIND      STATE   SHARE    DEPOSIT  NAME',
    '     1      -  agent     active    20%          0  نمایندگی البرز',
    '     2      1  reseller  active    15%  1,000,000  باجه',
  ]);
  expect(await mizan(['agent', 'show', '2'])).toBe(await mizan(deposit));
  expect(await mizan(['agent', 'list', '--limit', '1'])).toContain('There are more');
  expect(await mizan(['agent', 'report', '2'])).toMatch(
    /Deposits +1,000,000 Rial\nSales +0 Rial in 0\n(.*\n)+Closing +1,000,000 Rial\n\nNo commission\.$/,
  );
  expect(readCommand(['agent', 'deposit', '2'])).toMatchObject({ kind: 'wrong' });
});

it('makes tokens, lists them and takes them back', async () => {
  expect(await mizan(['token', 'list'])).toBe('No tokens but the one of the program.');
  const told = await mizan(['agent', 'token', '2', '--name', 'till 1']);
  expect(told).toMatch(
    /^Token +mizan_[\w-]{43}\nActs as +agent:2:till 1\n\nIt is told this once: keep it\.$/,
  );
  expect(await mizan(['token', 'add', 'sara'])).toContain('staff:sara');
  const list = await mizan(['token', 'list']);
  expect(list).toMatch(/ 1 +agent:2:till 1 +tree .* - +-\n +2 +staff:sara +all /);
  const token = /mizan_\S+/.exec(told)![0];
  expect(list).not.toContain(token);
  expect(await mizan(['token', 'revoke', '1'])).toMatch(/agent:2:till 1 .*11:00:00$/);
});
