import { type Database, open, type RootDatabase } from 'lmdb';
import type { AccountingRecord, RecordOrder } from '../../accounting/record.ts';
import type { Journal, JournalEntry, JournalledEntry, RoutedEntry } from '../../pipeline/journal.ts';
import { atomically } from './lmdb-atomic.ts';

const MAP_OCTETS = 64 * 1024 ** 3;

/** Version of the layout of entries. */
const LAYOUT = 1;

/** Entries forgotten in one transaction: packets wait for each. */
const REMOVE_AT_ONCE = 500;

/** A key that no entry of the partition reaches. */
const END = Number.MAX_SAFE_INTEGER;

/** Fields of a record in the order in which they are packed; the order is the layout. */
const RECORD_FIELDS = [
  'kind',
  'username',
  'nas',
  'nasBoot',
  'nasAddress',
  'acctSessionId',
  'nasPort',
  'callingStationId',
  'framedIp',
  'framedIpv6Prefix',
  'receivedAt',
  'inputOctets',
  'outputOctets',
  'gigawordsKnown',
  'terminateCause',
  'trafficClass',
] as const satisfies readonly (keyof AccountingRecord)[];

type Packed = readonly unknown[];
type Key = [partition: number, position: number];

/**
 * The journal in an LMDB folder of its own. Each append is one transaction, and `transactionSync` returns after its
 * fdatasync. A process that was killed finds its entries at the next start.
 */
export class LmdbJournal implements Journal {
  private readonly root: RootDatabase;
  private readonly entries: Database<Packed, Key>;
  private newest = 0;
  private count: number;

  /** Opens or creates the journal in `folder`, which no other process may use. */
  constructor(folder: string) {
    this.root = open({ path: folder, maxDbs: 2, mapSize: MAP_OCTETS });
    this.entries = this.root.openDB({ name: 'entries' });
    this.count = (this.entries.getStats() as { entryCount: number }).entryCount;
    for (const partition of this.readPartitions()) {
      for (const key of this.entries.getKeys({ start: [partition, END], reverse: true, limit: 1 })) {
        this.newest = Math.max(this.newest, key[1]);
      }
    }
  }

  get size(): number {
    return this.count;
  }

  get last(): number {
    return this.newest;
  }

  async append(entries: readonly RoutedEntry[]): Promise<number> {
    atomically(this.root, () => {
      let position = this.newest;
      for (const { partition, entry } of entries) this.entries.putSync([partition, ++position], pack(entry));
    });
    this.count += entries.length;
    this.newest += entries.length;
    return this.newest;
  }

  async partitions(): Promise<readonly number[]> {
    return this.readPartitions();
  }

  private readPartitions(): readonly number[] {
    const found: number[] = [];
    let from = 0;
    for (;;) {
      const [key] = [...this.entries.getKeys({ start: [from, 0], limit: 1 })];
      if (key === undefined) return found;
      found.push(key[0]);
      from = key[0] + 1;
    }
  }

  async read(partition: number, limit: number): Promise<readonly JournalledEntry[]> {
    const range = this.entries.getRange({ start: [partition, 0], end: [partition, END], limit });
    return [...range.map(({ key, value }) => ({ position: key[1], entry: unpack(value) }))];
  }

  async remove(partition: number, position: number): Promise<void> {
    const end: Key = [partition, position + 1];
    for (;;) {
      const keys = [...this.entries.getKeys({ start: [partition, 0], end, limit: REMOVE_AT_ONCE })];
      if (keys.length === 0) return;
      atomically(this.root, () => {
        for (const key of keys) this.entries.removeSync(key);
      });
      this.count -= keys.length;
    }
  }

  async close(): Promise<void> {
    await this.root.close();
  }
}

/** A record, of which there are many, without field names; the other entries as they are. */
function pack(entry: JournalEntry): Packed {
  if (entry.about !== 'session') return [LAYOUT, entry];
  const { record, classValues } = entry;
  const { eventTimestampSeconds, sessionTimeSeconds, at } = record.order;
  return [
    LAYOUT,
    classValues.map((value) => value.toString('base64')),
    [eventTimestampSeconds, sessionTimeSeconds, at],
    ...RECORD_FIELDS.map((field) => record[field]),
  ];
}

/** @throws Error for another layout: the journal was written by another version of the program. */
function unpack(packed: Packed): JournalEntry {
  const [layout, classes, order, ...values] = packed;
  if (layout !== LAYOUT) throw new Error(`journal of layout ${layout}, this program reads layout ${LAYOUT}`);
  if (!Array.isArray(classes)) return classes as JournalEntry;
  const fields = RECORD_FIELDS.map((field, index): [string, unknown] => [field, values[index]]);
  const record = { ...Object.fromEntries(fields), classKey: undefined, order: unpackOrder(order as Packed) };
  return {
    about: 'session',
    record: record as unknown as AccountingRecord,
    classValues: (classes as string[]).map((value) => Buffer.from(value, 'base64')),
  };
}

function unpackOrder([eventTimestampSeconds, sessionTimeSeconds, at]: Packed): RecordOrder {
  return { eventTimestampSeconds, sessionTimeSeconds, at } as RecordOrder;
}
