const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The partition of a line: FNV-1a (32 bits) of the username's UTF-8, its halves folded together, modulo the number of
 * partitions. It must never change: what is stored was put there by it.
 */
export function partitionOf(username: string, partitions: number): number {
  if (partitions === 1) return 0;
  let hash = FNV_OFFSET;
  for (const octet of Buffer.from(username)) hash = Math.imul(hash ^ octet, FNV_PRIME);
  return ((hash ^ (hash >>> 16)) & 0xffff) % partitions;
}
