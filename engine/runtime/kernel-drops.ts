import { readFileSync } from 'node:fs';

const TABLES = ['/proc/net/udp', '/proc/net/udp6'];

/** Datagrams that the kernel dropped on these local ports because nobody read them in time; 0 where it cannot tell. */
export function kernelDrops(ports: readonly number[]): number {
  const wanted = new Set(ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0')));
  let sum = 0;
  for (const table of TABLES) for (const line of readTable(table)) sum += dropsOf(line, wanted);
  return sum;
}

function readTable(path: string): readonly string[] {
  try {
    return readFileSync(path, 'latin1').trim().split('\n').slice(1);
  } catch {
    return [];
  }
}

function dropsOf(line: string, ports: ReadonlySet<string>): number {
  const fields = line.trim().split(/\s+/);
  const port = fields[1]?.split(':')[1] ?? '';
  const drops = Number(fields.at(-1));
  return ports.has(port) && Number.isFinite(drops) ? drops : 0;
}
