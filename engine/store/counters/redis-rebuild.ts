import type { PartitionRebuild, RebuiltLine, SinkMark } from '../../pipeline/counter-store.ts';
import { StoreAway } from '../../values/store-away.ts';
import { fieldChanges } from './redis-line-fields.ts';
import type { RedisPartition } from './redis-partition.ts';

/** Lines stored, or keys forgotten, by one call. */
const CALL_LINES = 200;
/** Calls that wait for their answers at once. */
const CALLS_AT_ONCE = 8;
const SCAN_PAGE = 1_000;

/**
 * Takes a partition out of use and forgets all of it but its leases and, in partition 0, plans and NAS. A later rebuild
 * of the same partition makes all further steps of this one fail with `StoreAway`.
 * @param token what this rebuild is known by; nobody else has it.
 */
export async function startRebuild(
  partition: RedisPartition,
  partitions: number,
  token: string,
): Promise<PartitionRebuild> {
  const { meta, gone, due, events, effects, sink, line } = partition.keys;
  const run = async (name: string, keys: readonly string[], args: readonly string[]): Promise<void> => {
    try {
      await partition.server.run(name, keys, [token, ...args]);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('MZREBUILD'))) throw error;
      throw new StoreAway(error.message, { cause: error });
    }
  };
  partition.close('is being rebuilt');
  await run('rebuild', [meta, gone, due, events, effects, sink], []);
  let cursor = '0';
  do {
    const page = await partition.server.call('SCAN', [cursor, 'MATCH', `${line}*`, 'COUNT', SCAN_PAGE]);
    const [next, keys] = page as [string, string[]];
    if (keys.length > 0) await run('rebuild_drop', [meta, ...keys], []);
    cursor = next;
  } while (cursor !== '0');
  return {
    async putLines(lines) {
      const calls: Promise<{ readonly error: unknown } | undefined>[] = [];
      for (let from = 0; from < lines.length; from += CALL_LINES) {
        const some = lines.slice(from, from + CALL_LINES);
        const keys = [meta, due, ...some.map(({ username }) => line + username)];
        const call = run('rebuild_lines', keys, [String(line.length), ...some.flatMap(lineArgs)]);
        calls.push(
          call.then(
            () => undefined,
            (error: unknown) => ({ error }),
          ),
        );
        if (calls.length >= CALLS_AT_ONCE) await calls[calls.length - CALLS_AT_ONCE];
      }
      // None may still be on its way when the caller hears of a failure.
      for (const failed of await Promise.all(calls)) if (failed !== undefined) throw failed.error;
    },
    async finish(epoch, lastEvent) {
      const mark: SinkMark = { sunkThrough: lastEvent, begun: undefined };
      const args = [epoch, String(lastEvent), JSON.stringify(mark), String(partitions)];
      await run('rebuild_finish', [meta, sink], args);
      await partition.lookAgain();
    },
  };
}

/** Moment, count of fields and values, those. */
function lineArgs({ state, wakeAt }: RebuiltLine): readonly string[] {
  const { set } = fieldChanges(undefined, state);
  const moment = wakeAt === undefined ? '' : String(wakeAt);
  return [moment, String(set.length + 2), 'version', '1', ...set];
}
