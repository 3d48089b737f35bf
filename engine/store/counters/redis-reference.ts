import type { Redis } from 'ioredis';
import type { ReferenceData } from '../../pipeline/counter-store.ts';
import type { EngineEvent } from '../../pipeline/engine-event.ts';
import { packEvent } from './pack-event.ts';
import { REDIS_CHANNELS, REDIS_KEYS } from './redis-keys.ts';

const ATTEMPTS = 50;

/** What is to be stored in place of what was read, with events for the log; `undefined` leaves it as it is. */
export type ReferenceRule = (
  stored: ReferenceData,
  isStored: boolean,
) => { readonly data: ReferenceData; readonly events: readonly EngineEvent[] } | undefined;

/** Plans and NAS entries with the number of their replacements, '0' when there never were any. */
export async function readReference(
  redis: Redis,
): Promise<{ readonly revision: string; readonly data: ReferenceData }> {
  const [revision, plans, nas] = await redis.hmget(REDIS_KEYS.reference, 'revision', 'plans', 'nas');
  const data = {
    plans: JSON.parse(plans ?? '[]') as ReferenceData['plans'],
    nas: JSON.parse(nas ?? '[]') as ReferenceData['nas'],
  };
  return { revision: revision ?? '0', data };
}

/**
 * Replaces plans and NAS by what `rule` makes of them; when somebody else was faster, it runs again on what they stored.
 * @param self what our messages to others are signed with.
 */
export async function changeReference(redis: Redis, self: string, rule: ReferenceRule): Promise<void> {
  const keys = [REDIS_KEYS.reference, REDIS_KEYS.meta, REDIS_KEYS.events];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { revision, data: stored } = await readReference(redis);
    const changed = rule(stored, revision !== '0');
    if (changed === undefined) return;
    const texts = [JSON.stringify(changed.data.plans), JSON.stringify(changed.data.nas)];
    const events = changed.events.map((event) => JSON.stringify(packEvent(event)));
    const args = [self, REDIS_CHANNELS.changes, revision, String(Number(revision) + 1), ...texts, ...events];
    if ((await redis.call('FCALL', 'mizan_put_reference', keys.length, ...keys, ...args)) === 1) return;
  }
  throw new Error('plans and NAS are changed by others without end');
}
