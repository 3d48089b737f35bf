import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCommand } from '../../../api/cli/commands.ts';
import { DAY_MS } from '../../../engine/values/instant.ts';
import { ask, DOCUMENT, openWorld, START, type World } from '../world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await ask(world.app, '/api/v1/apply', { method: 'PUT', body: DOCUMENT });
});
afterAll(() => world.close());

/** What `mizan` prints after these words. */
async function mizan(words: readonly string[], body?: unknown): Promise<string> {
  const command = readCommand(words);
  if (command.kind !== 'call') throw new Error(JSON.stringify(command));
  expect(command.bodyFile !== undefined).toBe(body !== undefined);
  const { method, path } = command.call;
  const answer = await ask(world.app, `/api/v1${path}`, { method, body });
  if (!answer.ok) throw new Error(await answer.text());
  return command.show(await answer.json());
}

it('adds, finds and shows customers', async () => {
  expect(await mizan(['customer', 'find', 'سارا'])).toBe('Nobody.');
  const added = await mizan(['customer', 'add', 'sara.json'], {
    ...{ name: 'سارا کاظمی', mobile: '09123456789', postalCode: '0000000000', bornOn: '۱۳۶۹/۰۲/۱۱' },
  });
  expect(added.split('\n')).toEqual([
    'Number       1',
    'Person       سارا کاظمی',
    'Mobile       +989123456789',
    'Born         1369/02/11',
    'Postal code  0000000000',
    'Missing      nationalId, address',
    'Look again: postalCode has a form that few postal codes have.',
  ]);
  const found = [
    'NUMBER  NATIONAL ID  MOBILE         NAME',
    '     1  -            +989123456789  سارا کاظمی',
  ];
  expect((await mizan(['customer', 'find', 'كاظمی'])).split('\n')).toEqual(found);
  expect((await mizan(['customer', 'find', '0912 345 6789', '--by', 'mobile'])).split('\n')).toEqual(found);
  expect(await mizan(['customer', 'find', 'سارا', '--limit', '1'])).toContain('There are more');
  await expect(mizan(['customer', 'find', 'x', '--by', 'colour'])).rejects.toThrow('is not a known field');
  expect(await mizan(['customer', 'show', '1'])).toMatch(/Documents +nothing is missing\n\nNo lines\.$/);
});

it('shows lines, and what a deadline means', async () => {
  const body = { customerId: 1, phone: '03832455123', exchange: 'دانشگاه' };
  await ask(world.app, '/api/v1/lines/u1/contract', { method: 'PATCH', body });
  const content = new Uint8Array(3);
  const upload = { customerId: 1, type: 'lease', fileName: '', mediaType: 'image/jpeg', content } as const;
  const { people } = world.ledger;
  await people.addDocument(upload, { actor: 'sara', reason: '' }, START);
  await people.reviewDocument({ documentId: 1, verdict: 'rejected', note: '', actor: 'sara' }, START);
  const shown = await mizan(['customer', 'show', '1']);
  expect(shown).toMatch(/Documents +lease: lines go off 2026-11-28 11:00:00/);
  expect(shown).toMatch(/u1 +active +2M-5G +\S+ \S+ +3832455123 +دانشگاه +-$/);
});

it('shows how a line stood', async () => {
  expect(await mizan(['line', 'history', 'u1'])).toBe('In operation since it is there.');
  const change = (standing: 'in-operation' | 'in-collection-list', at: number) =>
    world.ledger.people.changeStanding('u1', { standing, note: '', actor: 'sara' }, at);
  await change('in-collection-list', START);
  await change('in-operation', START + DAY_MS);
  expect((await mizan(['line', 'history', 'u1'])).split('\n')).toEqual([
    'DAY         AT                   STANDING            REASON  BY    NOTE',
    '1405/08/30  2026-11-21 11:00:00  in-collection-list  staff   sara  -',
    '1405/09/01  2026-11-22 11:00:00  in-operation        staff   sara  -',
  ]);
  expect(await mizan(['line', 'history', 'u1', '--limit', '1'])).toContain('There are more');
  expect(readCommand(['line', 'history'])).toEqual({ kind: 'wrong', message: 'line history needs USERNAME' });
});
