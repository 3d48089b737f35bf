import type { ReferenceData } from '../../pipeline/counter-store.ts';
import type { EngineEvent } from '../../pipeline/engine-event.ts';
import { REDIS_CHANNELS, REFERENCE_KEY } from './redis-keys.ts';
import { eventArgs, type RedisPartition } from './redis-partition.ts';

const ATTEMPTS = 50;

/** What is to be stored in place of what was read, with events for the log; `undefined` leaves it as it is. */
export type ReferenceRule = (
  stored: ReferenceData,
  isStored: boolean,
) => { readonly data: ReferenceData; readonly events: readonly EngineEvent[] } | undefined;

/** Plans and NAS entries with the number of their replacements, '0' when there never were any. */
export async function readReference(
  home: RedisPartition,
): Promise<{ readonly revision: string; readonly data: ReferenceData }> {
  const answer = await home.server.call('HMGET', [REFERENCE_KEY, 'revision', 'plans', 'nas', 'pools']);
  const [revision, plans, nas, pools] = answer as (string | null)[];
  const data = {
    plans: JSON.parse(plans ?? '[]') as ReferenceData['plans'],
    nas: JSON.parse(nas ?? '[]') as ReferenceData['nas'],
    ...(pools ? { pools: JSON.parse(pools) as NonNullable<ReferenceData['pools']> } : {}),
  };
  return { revision: revision ?? '0', data };
}

/**
 * Replaces plans and NAS by what `rule` makes of them; when somebody else was faster, it runs again on what they stored.
 * @param self what our messages to others are signed with.
 */
export async function changeReference(
  home: RedisPartition,
  self: string,
  rule: ReferenceRule,
): Promise<void> {
  const { meta, events } = home.keys;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { revision, data: stored } = await readReference(home);
    const changed = rule(stored, revision !== '0');
    if (changed === undefined) return;
    const { plans, nas, pools } = changed.data;
    const texts = [JSON.stringify(plans), JSON.stringify(nas), pools ? JSON.stringify(pools) : ''];
    const revisions = [revision, String(Number(revision) + 1)];
    const args = [...eventArgs(changed.events), self, REDIS_CHANNELS.changes, ...revisions, ...texts];
    const keys = [meta, events, REFERENCE_KEY];
    const position =
      changed.events.length > 0
        ? await home.run('put_reference', keys, args)
        : await home.runInAnyEpoch('put_reference', keys, args);
    if (position === -1) continue;
    home.raise(position);
    return;
  }
  throw new Error('plans and NAS are changed by others without end');
}
