import { partitionKeys } from './redis-keys.ts';
import type { RedisNodes } from './redis-nodes.ts';

const ON_SERVER = 1;
const ON_CLUSTER = 16;
/** More would only make batches smaller. */
const MOST = 1_024;

/**
 * The number of partitions: the wanted one, else the one that is stored, else one that suits the servers. Rejects with a
 * text for the operator when another number is stored: lines lie where that one puts them.
 */
export async function choosePartitions(nodes: RedisNodes, wanted: number | undefined): Promise<number> {
  if (wanted !== undefined && !(Number.isInteger(wanted) && wanted >= 1 && wanted <= MOST)) {
    throw new Error(`the number of partitions must be from 1 to ${MOST}`);
  }
  await nodes.placePartitions(1);
  const number = wanted ?? (await storedIn(nodes, 0)) ?? (nodes.isCluster ? ON_CLUSTER : ON_SERVER);
  await nodes.placePartitions(number);
  for (let partition = 0; partition < number; partition++)
    refuseOther(await storedIn(nodes, partition), number);
  return number;
}

/** Stores the number at the first begin. Rejects when somebody else has begun with another one. */
export async function keepPartitions(nodes: RedisNodes, number: number): Promise<void> {
  await nodes.nodeOf(0).call('HSETNX', [partitionKeys(0).meta, 'partitions', number]);
  refuseOther(await storedIn(nodes, 0), number);
}

async function storedIn(nodes: RedisNodes, partition: number): Promise<number | undefined> {
  const text = await nodes.nodeOf(partition).call('HGET', [partitionKeys(partition).meta, 'partitions']);
  return text === null ? undefined : Number(text);
}

function refuseOther(stored: number | undefined, number: number): void {
  if (stored === undefined || stored === number) return;
  throw new Error(
    `The counters in Redis have ${stored} partitions, not ${number}: set COUNTER_PARTITIONS=${stored}, or stop every ` +
      'Mizan, empty Redis and start again; the counters are then put together from ledger and history',
  );
}
