import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessWorld } from './access-world.ts';
import { AUDITED, UNAUDITED } from './audited-calls.ts';
import { documentOf, operationsOf } from './described.ts';

let world: AccessWorld;

beforeAll(async () => {
  world = await AccessWorld.open();
}, 60_000);
afterAll(() => world.world.close());

describe('what staff do to money or status (X08)', () => {
  it('is noted, or there is a reason why not, for every route that changes something', async () => {
    const changing = operationsOf(await documentOf(world.app)).filter(({ method }) => method !== 'get');
    const known = changing.map(({ operationId }) => operationId);
    expect(known.filter((operation) => !AUDITED.has(operation) && !UNAUDITED.has(operation))).toEqual([]);
    expect(
      [...AUDITED.keys(), ...UNAUDITED.keys()].filter((operation) => !known.includes(operation)),
    ).toEqual([]);
  });

  it.each([...AUDITED.keys()])('%s says who, when, why, and what was and is', async (operation) => {
    const { method, path, body, action, subject } = await AUDITED.get(operation)!(world);
    const trail = () => world.world.ledger.people.auditTrail({ limit: 500 });
    const last = (await trail())[0]?.id ?? 0;
    world.world.clock.moveTo(world.world.clock.now() + 1_000);
    const answer = await world.asNamedStaff(method, path, body);
    expect(answer.status, await answer.clone().text()).toBeLessThan(300);
    const entry = (await trail()).filter(({ id }) => id > last).find((one) => one.action === action);
    expect(entry).toMatchObject({ actor: 'staff:named staff', at: world.world.clock.now() });
    expect(entry!.subject).toContain(subject);
    expect(entry!.before ?? entry!.after).not.toBeNull();
    const { reason, note } = (body ?? {}) as { reason?: string; note?: string };
    if ((reason ?? note) !== undefined) expect(entry!.reason).toBe(reason ?? note);
  });
});
