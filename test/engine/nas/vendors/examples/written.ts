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
  const packet = decodePacket(writer.finish());
  if (typeof packet === 'string') throw new Error(packet);
  const lines = decodeNamed(packet, dictionary).map(lineOf);
  return { lines, hex: packet.bytes.subarray(20).toString('hex') };
}

function lineOf({ name, value }: NamedAttribute): string {
  if (typeof value === 'object' && 'tag' in value) return `${name}:${value.tag} = ${String(value.value)}`;
  return `${name} = ${String(value)}`;
}
