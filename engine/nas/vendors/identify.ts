import { AttributeType } from '../../radius/attribute-type.ts';
import { parseIpv4 } from '../../radius/ip-address.ts';
import type { PacketWriter } from '../../radius/packet-writer.ts';
import type { IdentityAttribute } from '../driver-settings.ts';
import type { SessionIdentity } from './vendor-driver.ts';

const CISCO = 9;
const CISCO_ACCOUNT_INFO = 250;
const UINT32_MAX = 0xffffffff;

/** Writes those of the attributes that are known of the session. */
export function writeIdentity(
  writer: PacketWriter,
  session: SessionIdentity,
  attributes: readonly IdentityAttribute[],
): void {
  for (const attribute of attributes) writeOne(writer, session, attribute);
}

function writeOne(writer: PacketWriter, session: SessionIdentity, attribute: IdentityAttribute): void {
  switch (attribute) {
    case 'User-Name':
      writer.text(AttributeType.UserName, session.username);
      break;
    case 'Acct-Session-Id':
      writer.text(AttributeType.AcctSessionId, session.acctSessionId);
      break;
    case 'Calling-Station-Id':
      writer.text(AttributeType.CallingStationId, session.callingStationId);
      break;
    case 'NAS-Port':
      writePort(writer, session.nasPort);
      break;
    case 'Framed-IP-Address':
      writeAddress(writer, AttributeType.FramedIpAddress, session.framedIp);
      break;
    case 'NAS-IP-Address':
      writeAddress(writer, AttributeType.NasIpAddress, session.nasAddress);
      break;
    case 'Cisco-Account-Info':
      if (session.framedIp !== '') writer.vendorText(CISCO, CISCO_ACCOUNT_INFO, `S${session.framedIp}`);
      break;
  }
}

/** NAS-Port when the NAS numbers its ports, else the name that it gave in NAS-Port-Id. */
function writePort(writer: PacketWriter, port: string): void {
  const isNumber = /^\d{1,10}$/.test(port) && Number(port) <= UINT32_MAX;
  if (isNumber) writer.uint32(AttributeType.NasPort, Number(port));
  else writer.text(AttributeType.NasPortId, port);
}

function writeAddress(writer: PacketWriter, type: AttributeType, address: string): void {
  if (parseIpv4(address) >= 0) writer.ipv4(type, address);
}
