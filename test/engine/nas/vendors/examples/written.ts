import { decodePacket } from '../../../../../engine/radius/decode-packet.ts';
import type { Dictionary } from '../../../../../engine/radius/dictionary.ts';
import { decodeNamed, type NamedAttribute } from '../../../../../engine/radius/named-attributes.ts';
import { PacketWriter } from '../../../../../engine/radius/packet-writer.ts';
import { loadDictionaries } from '../../../../../engine/runtime/load-dictionaries.ts';

/** The dictionaries that are shipped. */
export const dictionary: Dictionary = loaded();

function loaded(): Dictionary {
  const result = loadDictionaries(['schemas/dictionaries']);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** The attributes that `write` puts into a packet. @throws Error when they make none. */
export function writtenBy(write: (writer: PacketWriter) => void): { lines: string[]; hex: string } {
  const writer = new PacketWriter();
  writer.begin(2, 1);
  write(writer);
  const octets = writer.finish();
  return { lines: linesOf(octets), hex: octets.subarray(20).toString('hex') };
}

/** The attributes of a packet. @throws Error when it is none. */
export function linesOf(octets: Buffer): string[] {
  const packet = decodePacket(octets);
  if (typeof packet === 'string') throw new Error(packet);
  return decodeNamed(packet, dictionary).map(lineOf);
}

function lineOf({ name, value }: NamedAttribute): string {
  if (typeof value === 'object' && 'tag' in value) return `${name}:${value.tag} = ${String(value.value)}`;
  return `${name} = ${String(value)}`;
}
