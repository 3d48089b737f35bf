import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './radius-programs.ts';

/** A RADIUS packet and the port that says which of its services it belongs to. */
export interface Datagram {
  readonly octets: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** An attribute as Wireshark shows it; a vendor's without the Vendor-Specific around it. */
export interface ReadAttribute {
  readonly number: number;
  /** 0 for none. */
  readonly tag: number;
  readonly value: string;
}

/** What Wireshark reads in one packet. */
export interface Reading {
  readonly attributes: readonly ReadAttribute[];
  /** Lines of malformed octets and of expert notes. */
  readonly complaints: readonly string[];
}

/** Raw IPv4 packets follow, without a link's header. */
const LINKTYPE_RAW = 101;
const UDP = 17;

/** Has Wireshark read packets that were never on a wire; one reading for each, in their order. */
export async function readPackets(datagrams: readonly Datagram[], radiusPort: number): Promise<Reading[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-packets-'));
  const file = join(folder, 'packets.pcap');
  try {
    writeFileSync(file, Buffer.concat([fileHeader(), ...datagrams.map(packetRecord)]));
    const args = ['-r', file, '-d', `udp.port==${radiusPort},radius`, '-V', '-O', 'radius'];
    const run = await runProgram('tshark', args);
    return run.output
      .split(/^Frame \d+:/m)
      .slice(1)
      .map(readFrame);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readFrame(text: string): Reading {
  const lines = text.split('\n').map((line) => line.trim());
  return {
    attributes: lines.flatMap(readAttribute),
    complaints: lines.filter((line) => /malformed|expert info|wrong length/i.test(line)),
  };
}

/** `VSA: t=Unisphere-Service-Volume(67) l=6 Tag=0x02 val=16777215`. */
const ATTRIBUTE = /^(?:AVP|VSA): t=[^(]+\((\d+)\) l=\d+ (?:Tag=0x([0-9a-f]+) )?val=(.*)$/;

function readAttribute(line: string): ReadAttribute[] {
  const [, number, tag = '0', value = ''] = ATTRIBUTE.exec(line) ?? [];
  return number === undefined ? [] : [{ number: Number(number), tag: Number.parseInt(tag, 16), value }];
}

/** pcap, microseconds, version 2.4, little-endian. */
function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(LINKTYPE_RAW, 20);
  return header;
}

/** The checksums are left out, which UDP allows and Wireshark does not judge unless told to. */
function packetRecord({ octets, sourcePort, destinationPort }: Datagram): Buffer {
  const udpOctets = 8 + octets.length;
  const record = Buffer.alloc(16 + 20 + 8);
  record.writeUInt32LE(20 + udpOctets, 8);
  record.writeUInt32LE(20 + udpOctets, 12);
  record[16] = 0x45;
  record.writeUInt16BE(20 + udpOctets, 18);
  record[24] = 64;
  record[25] = UDP;
  record.set([127, 0, 0, 1, 127, 0, 0, 2], 28);
  record.writeUInt16BE(sourcePort, 36);
  record.writeUInt16BE(destinationPort, 38);
  record.writeUInt16BE(udpOctets, 40);
  return Buffer.concat([record, octets]);
}
