import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dictionary } from '../../../engine/radius/dictionary.ts';
import { loadDictionaries } from '../../../engine/runtime/load-dictionaries.ts';

const SHIPPED = fileURLToPath(new URL('../../../schemas/dictionaries', import.meta.url));

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'dictionaries-'));
});

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

function folder(name: string, files: Record<string, string>): string {
  const path = join(scratch, name);
  mkdirSync(path);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

function load(...folders: string[]): Dictionary {
  const loaded = loadDictionaries(folders);
  if (!loaded.ok) throw new Error(loaded.error.map((e) => `${e.file}:${e.line} ${e.text}`).join('\n'));
  return loaded.value;
}

function errorsOf(...folders: string[]) {
  const loaded = loadDictionaries(folders);
  return loaded.ok ? [] : loaded.error;
}

describe('the shipped dictionaries', () => {
  const dictionary = load(SHIPPED);

  it.each([
    ['User-Password', { vendor: 0, path: [2], dataType: 'text', encryption: 'user-password' }],
    ['Message-Authenticator', { vendor: 0, path: [80], dataType: 'octets', length: 16 }],
    ['EAP-Message', { vendor: 0, path: [79], dataType: 'octets', concatenated: true }],
    ['Tunnel-Password', { path: [69], dataType: 'text', tagged: true, encryption: 'salted' }],
    ['Acct-Input-Gigawords', { vendor: 0, path: [52], dataType: 'uint32' }],
    ['Event-Timestamp', { vendor: 0, path: [55], dataType: 'date' }],
    ['Framed-Interface-Id', { vendor: 0, path: [96], dataType: 'ifid' }],
    ['Framed-IPv6-Prefix', { vendor: 0, path: [97], dataType: 'ipv6prefix' }],
    ['Delegated-IPv6-Prefix', { vendor: 0, path: [123], dataType: 'ipv6prefix' }],
    ['Framed-IPv6-Address', { vendor: 0, path: [168], dataType: 'ipv6addr' }],
    ['Chargeable-User-Identity', { vendor: 0, path: [89], dataType: 'octets' }],
    ['NAS-Filter-Rule', { vendor: 0, path: [92], dataType: 'text' }],
    ['Extended-Vendor-Specific-5', { vendor: 0, path: [245, 26], dataType: 'evs' }],
    ['Original-Packet-Code', { vendor: 0, path: [241, 4], dataType: 'uint32' }],
    ['ADSL-Agent-Circuit-Id', { vendor: 3561, path: [1], dataType: 'octets' }],
    ['MS-MPPE-Send-Key', { vendor: 311, path: [16], dataType: 'octets', encryption: 'salted' }],
    ['MS-MPPE-Recv-Key', { vendor: 311, path: [17], dataType: 'octets', encryption: 'salted' }],
    ['MS-CHAP2-Response', { vendor: 311, path: [25], dataType: 'octets', length: 50 }],
    ['Mikrotik-Rate-Limit', { vendor: 14988, path: [8], dataType: 'text', tagged: false }],
    ['Mikrotik-Total-Limit-Gigawords', { vendor: 14988, path: [18], dataType: 'uint32' }],
    ['Ascend-Data-Rate', { vendor: 529, path: [197], dataType: 'uint32' }],
    ['Cisco-AVPair', { vendor: 9, path: [1], dataType: 'text' }],
    ['Cisco-Command-Code', { vendor: 9, path: [252], dataType: 'text' }],
    ['Huawei-Output-Peak-Rate', { vendor: 2011, path: [6], dataType: 'uint32' }],
    ['Huawei-Remanent-Volume', { vendor: 2011, path: [15], dataType: 'uint32' }],
    ['Huawei-Subscriber-QoS-Profile', { vendor: 2011, path: [17], dataType: 'text' }],
    ['Huawei-Qos-Profile-Name', { vendor: 2011, path: [31], dataType: 'text' }],
    ['Huawei-Acct-IPv6-Output-Gigawords', { vendor: 2011, path: [149], dataType: 'uint32' }],
    ['ERX-Service-Activate', { vendor: 4874, path: [65], dataType: 'text', tagged: true }],
    ['ERX-Service-Volume', { vendor: 4874, path: [67], dataType: 'uint32', tagged: true }],
    ['Alc-Subscriber-QoS-Override', { vendor: 6527, path: [126], dataType: 'text' }],
    ['Alc-Sub-Serv-Activate', { vendor: 6527, path: [151], dataType: 'text', tagged: true }],
    ['Alc-Relative-Session-Timeout', { vendor: 6527, path: [160], dataType: 'uint32' }],
    ['Accel-VRF-Name', { vendor: 55999, path: [1], dataType: 'text' }],
    ['ZTE-Rate-Ctrl-SCR-Down', { vendor: 3902, path: [83], dataType: 'uint32' }],
    ['WISPr-Bandwidth-Max-Down', { vendor: 14122, path: [8], dataType: 'uint32' }],
    ['ChilliSpot-Max-Total-Gigawords', { vendor: 14559, path: [23], dataType: 'uint32' }],
    ['QOS-Rate-Outbound', { vendor: 2352, path: [157], dataType: 'text' }],
    ['Acct-Input-Octets-64', { vendor: 2352, path: [128], dataType: 'uint64' }],
  ])('%s', (name, facts) => {
    expect(dictionary.attributesByName.get(name)).toMatchObject(facts);
  });

  it('name the values of Acct-Status-Type (RFC 2866 §5.1, RFC 2867 §3)', () => {
    const names = dictionary.valueNames.get('Acct-Status-Type')!;
    expect([1, 2, 3, 7, 8, 9, 14].map((number) => names.get(number))).toEqual([
      'Start',
      'Stop',
      'Interim-Update',
      'Accounting-On',
      'Accounting-Off',
      'Tunnel-Start',
      'Tunnel-Link-Reject',
    ]);
  });

  it('name the values of Error-Cause and Service-Type that RFC 5176 defines', () => {
    const causes = dictionary.valueNames.get('Error-Cause')!;
    expect([201, 401, 402, 403, 404, 407, 501, 503, 504, 506, 508].map((n) => causes.get(n))).toEqual([
      'Residual-Context-Removed',
      'Unsupported-Attribute',
      'Missing-Attribute',
      'NAS-Identification-Mismatch',
      'Invalid-Request',
      'Invalid-Attribute-Value',
      'Administratively-Prohibited',
      'Session-Context-Not-Found',
      'Session-Context-Not-Removable',
      'Resources-Unavailable',
      'Multiple-Session-Selection-Unsupported',
    ]);
    expect(dictionary.valueNumbers.get('Service-Type')?.get('Authorize-Only')).toBe(17);
  });

  it('show a name under every number and know each vendor the drivers speak to', () => {
    for (const [key, attribute] of dictionary.attributesByKey) {
      expect(dictionary.attributesByName.get(attribute.name), key).toEqual(attribute);
    }
    const vendors = [9, 311, 529, 2011, 2352, 3902, 4874, 6527, 14122, 14559, 14988, 55999];
    expect(vendors.filter((number) => !dictionary.vendors.has(number))).toEqual([]);
  });

  it('are explained by an example that itself can be read', () => {
    const readme = readFileSync(join(SHIPPED, 'README.md'), 'utf8');
    const example = /```\n(VENDOR[^`]*)```/.exec(readme)![1]!;
    const own = folder('example', { 'dictionary.acme': example, 'dictionary.acme-extra': '# nothing more' });
    expect(load(SHIPPED, own).attributesByName.get('Acme-Part')).toMatchObject({ path: [3, 1], length: 16 });
  });
});

describe('an operator’s folder on top', () => {
  it('adds a vendor, and leaves editor files beside it unread', () => {
    const acme = 'VENDOR Acme 64999\nBEGIN-VENDOR Acme\nATTRIBUTE Acme-Rate 1 string\nEND-VENDOR Acme\n';
    const own = folder('acme', {
      'dictionary.acme': acme,
      'dictionary.acme~': 'not a dictionary',
      'dictionary.acme.bak': 'not a dictionary',
      'notes.txt': 'not a dictionary',
    });
    const dictionary = load(SHIPPED, own);
    expect(dictionary.attributesByKey.get('64999:1')?.name).toBe('Acme-Rate');
    expect(dictionary.attributesByKey.get('14988:8')?.name).toBe('Mikrotik-Rate-Limit');
  });

  it('may name more values of a shipped attribute', () => {
    const own = folder('values', { 'dictionary.local': 'VALUE NAS-Port-Type Roof-Radio 9000\n' });
    expect(load(SHIPPED, own).valueNames.get('NAS-Port-Type')?.get(9000)).toBe('Roof-Radio');
  });

  it('is refused when it contradicts, naming both places', () => {
    const own = folder('conflict', { 'dictionary.local': '# mine\nATTRIBUTE User-Name 1 octets\n' });
    const found = errorsOf(SHIPPED, own);
    expect(found).toMatchObject([{ line: 2, code: 'attribute-redefined' }]);
    expect(found[0]!.file).toBe(join(own, 'dictionary.local'));
    expect(found[0]!.earlier?.file).toBe(join(SHIPPED, 'dictionary.rfc2865'));
    const lines = readFileSync(found[0]!.earlier!.file, 'utf8').split('\n');
    expect(lines[found[0]!.earlier!.line - 1]).toMatch(/^ATTRIBUTE +User-Name /);
  });

  it('resolves includes beside the file that has them', () => {
    const own = folder('root', {
      dictionary: '$INCLUDE sub/part\n$INCLUDE gone\n',
      'dictionary.unused': 'x',
    });
    mkdirSync(join(own, 'sub'));
    writeFileSync(join(own, 'sub', 'part'), '$INCLUDE leaf\n');
    writeFileSync(join(own, 'sub', 'leaf'), 'ATTRIBUTE Leaf 1 string\n$INCLUDE part\n');
    expect(errorsOf(own).map(({ file, line, code }) => [file, line, code])).toEqual([
      [join(own, 'dictionary'), 2, 'include-not-found'],
      [join(own, 'sub', 'leaf'), 2, 'include-loop'],
    ]);
  });

  it('is an error when it cannot be read or is empty', () => {
    const missing = join(scratch, 'missing');
    const empty = folder('empty', {});
    expect(errorsOf(missing, empty, SHIPPED).map(({ file, line, code }) => [file, line, code])).toEqual([
      [missing, 0, 'unreadable-file'],
      [empty, 0, 'unreadable-file'],
    ]);
  });
});
