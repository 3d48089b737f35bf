import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { MINUTE_MS } from '../../../engine/values/instant.ts';
import { LeaseWorld } from './lease-world.ts';

const POOL = ['10.0.0.1-10.0.0.3'];
const USERS = ['a', 'b', 'c', 'd'];
let world: LeaseWorld;
afterEach(() => world.close());

async function begin(programs = 1): Promise<LeaseWorld> {
  world = new LeaseWorld(programs, POOL);
  await world.begin(USERS);
  return world;
}

it('hands the address of a session on to the login that takes its place', async () => {
  const { programs } = await begin();
  expect(await world.login(programs[0]!, 'a', 'p1')).toBe('10.0.0.1');
  expect(await world.login(programs[0]!, 'a', 'p1')).toBe('10.0.0.1');
  expect(await world.login(programs[0]!, 'a', 'p2')).toBe('10.0.0.2');
  await vi.waitFor(async () => expect(await world.leases()).toEqual(['10.0.0.1 a', '10.0.0.2 a']));
});

it('refuses when all addresses are held, and gives the line its own address again', async () => {
  const [program] = (await begin()).programs;
  for (const username of ['a', 'b', 'c']) await world.login(program!, username);
  expect(await world.login(program!, 'd')).toBe('no-address');
  await world.end(program!, 'b');
  await vi.waitFor(async () => expect(await world.leases()).toHaveLength(2));
  expect(await world.login(program!, 'b')).toBe('10.0.0.2');
});

it('finds a leak when the pool runs short, and a lease that was handed on to nobody', async () => {
  const [program] = (await begin()).programs;
  program!.hears = false;
  for (const username of ['a', 'b', 'c']) await world.login(program!, username);
  await world.end(program!, 'b');
  const lent = { username: 'a', sessionKey: world.nextKey(), instead: ['0000000000000001'] };
  expect(await program!.desk.lend(program!.desk.book.named('home')!, lent, world.now)).toBe('10.0.0.1');
  world.now += 2 * MINUTE_MS;
  expect(await world.login(program!, 'd')).toBe('10.0.0.2');
  await program!.desk.sweep(world.now, 100);
  expect(await world.leases()).toEqual(['10.0.0.1 a', '10.0.0.2 d', '10.0.0.3 c']);
});

it('claims again for a session that comes back, and tells when another line has its address', async () => {
  const [program] = (await begin()).programs;
  await world.login(program!, 'a');
  await world.end(program!, 'a');
  await vi.waitFor(async () => expect(await world.leases()).toEqual([]));
  await world.revive(program!, 'a');
  await vi.waitFor(async () => expect(await world.leases()).toEqual(['10.0.0.1 a']));
  await world.end(program!, 'a');
  await vi.waitFor(async () => expect(await world.leases()).toEqual([]));
  for (const username of ['b', 'c', 'd']) await world.login(program!, username);
  await world.revive(program!, 'a');
  await vi.waitFor(() => expect(world.conflicts).toEqual(['a 0000000000000001']));
  expect(await world.leases()).toHaveLength(3);
});

it('lets sessions claim what they have before it takes any, when counters and leases were lost', async () => {
  const [program] = (await begin()).programs;
  await world.login(program!, 'c');
  const states = await Promise.all(['a', 'c'].map((username) => world.store.load(username)));
  const rebuild = await world.store.rebuild(0);
  await rebuild.putLines(
    states.map(({ state }) => ({ username: state!.profile.username, state: state!, wakeAt: undefined })),
  );
  await rebuild.finish('e2', 0);
  expect(await world.store.addresses.release('home', '0000000000000001', 9, world.now)).toBe(true);
  program!.engine.forgetAll();
  program!.desk.doubt();
  expect(await world.login(program!, 'a')).toBe('10.0.0.2');
  expect(await world.leases()).toEqual(['10.0.0.1 c', '10.0.0.2 a']);
  await (await world.store.rebuild(0)).putLines([]);
  program!.desk.doubt();
  await expect(world.login(program!, 'a', 'p2')).rejects.toThrow('being rebuilt');
});

/**
 * A program sees what another one has written to LMDB from its next timer turn on. Where the clock jumps, that has to
 * pass first: a lease counts as old only when its login had a minute to be seen.
 */
const timerTurn = () => new Promise((resolve) => setTimeout(resolve, 2));

it('never has two open sessions on one address, and no leak after a sweep', async () => {
  const step = fc.record({
    what: fc.constantFrom('login', 'login', 'login', 'end', 'crash', 'deaf', 'wait', 'sweep'),
    program: fc.integer({ min: 0, max: 1 }),
    user: fc.constantFrom(...USERS),
    at: fc.integer({ min: 0, max: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
      async (turns) => {
        const own = new LeaseWorld(2, POOL);
        try {
          await own.begin(USERS);
          for (const turn of turns) {
            await Promise.all(
              turn.map(async ({ what, program: index, user, at }) => {
                const program = own.programs[index]!;
                if (what === 'login') await own.login(program, user, `p${at}`);
                if (what === 'end') await own.end(program, user, at);
                if (what === 'deaf') program.hears = !program.hears;
                // Four of them in one turn are less than a minute behind a login of the same turn.
                if (what === 'wait') own.now += 15_000;
                if (what === 'sweep') await program.desk.sweep(own.now, 10);
                if (what === 'crash') {
                  const lent = { username: user, sessionKey: own.nextKey(), instead: [] };
                  await program.desk.lend(program.desk.book.named('home')!, lent, own.now);
                }
              }),
            );
            await timerTurn();
            const addresses = (await own.open()).map((text) => text.split(' ')[0]);
            expect(new Set(addresses).size).toBe(addresses.length);
          }
          own.now += 2 * MINUTE_MS;
          // What was not waited for may be under way still; the sweep comes again and again.
          await vi.waitFor(async () => {
            await own.programs[0]!.desk.sweep(own.now, 100);
            expect(await own.leases()).toEqual(await own.open());
          });
        } finally {
          await own.close();
        }
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);
