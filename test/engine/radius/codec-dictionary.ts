import type { Dictionary } from '../../../engine/radius/dictionary.ts';
import { parseDictionary } from '../../../engine/radius/dictionary-parser.ts';

const TEXT = `
ATTRIBUTE User-Name 1 string
ATTRIBUTE User-Password 2 string encrypt=1
ATTRIBUTE NAS-IP-Address 4 ipaddr
ATTRIBUTE NAS-Port 5 integer
ATTRIBUTE Service-Type 6 integer
ATTRIBUTE Class 25 octets
ATTRIBUTE Vendor-Specific 26 vsa
ATTRIBUTE Event-Timestamp 55 date
ATTRIBUTE Tunnel-Type 64 integer has_tag
ATTRIBUTE Tunnel-Client-Endpoint 66 string has_tag
ATTRIBUTE Tunnel-Password 69 string has_tag,encrypt=2
ATTRIBUTE EAP-Message 79 octets concat
ATTRIBUTE Framed-Interface-Id 96 ifid
ATTRIBUTE Framed-IPv6-Prefix 97 ipv6prefix
ATTRIBUTE Test-Address 99 combo-ip
ATTRIBUTE Test-Prefix4 155 ipv4prefix
ATTRIBUTE Framed-IPv6-Address 168 ipv6addr
ATTRIBUTE Test-Exact 200 octets[4]
ATTRIBUTE Test-Byte 201 byte
ATTRIBUTE Test-Short 202 short
ATTRIBUTE Test-Signed 203 signed
ATTRIBUTE Test-Long 204 integer64
ATTRIBUTE Test-Ether 205 ether
ATTRIBUTE Test-List 206 integer array
ATTRIBUTE Test-Tlv 207 tlv
ATTRIBUTE Test-Inner 207.1 integer
ATTRIBUTE Test-Nest 207.2 tlv
ATTRIBUTE Test-Deep 207.2.1 string
ATTRIBUTE Extended-Attribute-1 241 extended
ATTRIBUTE Test-Extended 241.1 string
ATTRIBUTE Extended-Vendor-Specific-1 241.26 evs
ATTRIBUTE Extended-Attribute-5 245 long-extended
ATTRIBUTE Test-Long-Extended 245.1 octets
ATTRIBUTE Extended-Vendor-Specific-5 245.26 evs
VALUE Service-Type Framed-User 2
VALUE Tunnel-Type L2TP 3
VENDOR Acme 64999
VENDOR Wide 64998 format=2,2
VENDOR Bare 64997 format=4,0
VENDOR WiMAX 24757 format=1,1,c
BEGIN-VENDOR Acme
ATTRIBUTE Acme-Rate 8 string
ATTRIBUTE Acme-Limit 9 integer
END-VENDOR Acme
BEGIN-VENDOR Wide
ATTRIBUTE Wide-Number 300 integer
END-VENDOR Wide
BEGIN-VENDOR Bare
ATTRIBUTE Bare-Text 70000 string
END-VENDOR Bare
BEGIN-VENDOR WiMAX
ATTRIBUTE WiMAX-Blob 5 octets
END-VENDOR WiMAX
BEGIN-VENDOR Acme format=Extended-Vendor-Specific-5
ATTRIBUTE Acme-Evs 3 octets
END-VENDOR Acme
`;

/** A dictionary that has each data type, each way of nesting and each vendor header once. */
export const codecDictionary: Dictionary = build();

function build(): Dictionary {
  const parsed = parseDictionary([{ file: 'codec', text: TEXT }], () => undefined);
  if (!parsed.ok) throw new Error(parsed.error.map((error) => error.text).join('\n'));
  return parsed.value;
}
