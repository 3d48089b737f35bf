import { LmdbJournal } from '../../../../engine/store/counters/lmdb-journal.ts';
import { sessionEntry } from './journal-samples.ts';

/** Appends entries of three to a journal for ever, and prints the position after each append. */
const journal = new LmdbJournal(process.argv[2] ?? '');
for (let seconds = 1; ; seconds++) {
  const entries = [0, 1, 1].map((partition) => ({
    partition,
    entry: sessionEntry({ seconds, input: seconds }),
  }));
  process.stdout.write(`${await journal.append(entries)}\n`);
}
