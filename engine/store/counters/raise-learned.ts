import { mergeLearned } from '../../nas/merge-learned.ts';
import type { StoredNas } from '../../pipeline/counter-store.ts';

/** The entry with what the entry of the same name among `others` knows better; nothing known is ever lowered. */
export function raiseLearned(entry: StoredNas, others: readonly StoredNas[]): StoredNas {
  const other = others.find((candidate) => candidate.name === entry.name);
  return other === undefined ? entry : { ...entry, learned: mergeLearned(entry.learned, other.learned) };
}
