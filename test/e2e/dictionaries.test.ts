import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAccessRequest } from '../../engine/demo/nas-packets.ts';
import { prepareSecret } from '../../engine/radius/secret.ts';
import { eventually, MizanProcess, runMizan } from './mizan-process.ts';
import { answers, rawAttributes, UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-bras';
const PREPARED = prepareSecret(Buffer.from(SECRET));
const ADDRESS = '127.0.0.41';
const ACME = `VENDOR Acme 64999
BEGIN-VENDOR Acme
ATTRIBUTE Acme-Zone 7 integer
VALUE Acme-Zone Garden 513
END-VENDOR Acme
`;
const FRAMED_MTU = 12;
const CLASS = 25;
const VENDOR_SPECIFIC = 26;
const ACME_ZONE = Buffer.from([0, 0, 0xfd, 0xe7, 7, 6, 0, 0, 2, 1]);

const nasWith = (acceptAttributes: Record<string, string | number>) => ({
  name: 'bras1',
  address: ADDRESS,
  secret: SECRET,
  acceptAttributes,
});

function dataFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-e2e-'));
  mkdirSync(join(folder, 'dictionaries'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'dictionaries', name), text);
  return folder;
}

describe('an operator’s dictionary in the data folder', () => {
  const dataDir = dataFolder({ 'dictionary.acme': ACME });
  let mizan: MizanProcess;
  let nas: UdpNas;

  beforeAll(async () => {
    nas = await UdpNas.open(SECRET, ADDRESS);
    mizan = await MizanProcess.start({ dataDir });
    await mizan.apply({
      nas: [nasWith({ 'Framed-MTU': 1492, 'Acme-Zone': 'Garden' })],
      plans: [{ name: 'gold', days: 30 }],
      lines: [{ username: 'u1', password: 'pw', plan: 'gold', concurrentSessions: 99 }],
    });
  });

  afterAll(async () => {
    nas.close();
    await mizan.dispose();
  });

  let identifier = 0;
  const accept = async () => {
    const session = { username: 'u1', nasIdentifier: 'bras1', nasPort: 1, callingStationId: '' };
    const authenticator = randomBytes(16);
    const login = { password: 'pw', method: 'pap', messageAuthenticator: true } as const;
    const packet = writeAccessRequest(
      { ...session, ...login, identifier: identifier++, authenticator },
      PREPARED,
    );
    const reply = await nas.exchange(packet, mizan.authPort);
    if (reply === undefined || reply[0] !== 2 || !answers(reply, packet, SECRET)) throw new Error('refused');
    return rawAttributes(reply);
  };
  const valuesOf = async (type: number) =>
    (await accept()).filter((attribute) => attribute.type === type).map(({ value }) => value);

  it('gives names to what a NAS gets in every Access-Accept', async () => {
    expect(await valuesOf(VENDOR_SPECIFIC)).toEqual([ACME_ZONE]);
    expect(await valuesOf(FRAMED_MTU)).toEqual([Buffer.from([0, 0, 0x05, 0xd4])]);
    expect(await mizan.cli('nas', 'list')).toMatchObject({
      nas: [{ acceptAttributes: { 'Acme-Zone': 'Garden', 'Framed-MTU': 1492 } }],
    });
  });

  it('is what a document is checked with: the engine’s own attributes and strangers are refused', async () => {
    const refused = mizan.apply({
      nas: [nasWith({ Class: '0x00', 'Acme-Zone': 'Desert', 'Acme-Nothing': 1 })],
    });
    await expect(refused).rejects.toThrow(/422.*nas\[0\]\.acceptAttributes\.Class.*Acme-Zone.*Acme-Nothing/);
    expect(await valuesOf(CLASS)).toHaveLength(1);
    expect(await valuesOf(VENDOR_SPECIFIC)).toEqual([ACME_ZONE]);
  });

  it('costs one attribute when it is taken away, not the NAS', async () => {
    await mizan.stop();
    rmSync(join(dataDir, 'dictionaries'), { recursive: true });
    mizan = await MizanProcess.start({ dataDir });
    expect(await valuesOf(VENDOR_SPECIFIC)).toEqual([]);
    expect(await valuesOf(FRAMED_MTU)).toHaveLength(1);
    await eventually(() => /bras1.*Acme-Zone.*is in no dictionary/.test(mizan.log));
  });
});

it('a start with a broken dictionary is refused, naming file and line of every fault', async () => {
  const dataDir = dataFolder({
    'dictionary.acme': `${ACME}ATTRIBUTE Own-Thing 250 nonsense\n`,
    'dictionary.local': '# mine\nATTRIBUTE User-Name 1 octets\n',
  });
  const { code, stdout, stderr } = await runMizan(dataDir);
  rmSync(dataDir, { recursive: true });
  expect(code).toBe(1);
  expect(stdout).toBe('');
  const [first, ...faults] = stderr.trimEnd().split('\n');
  expect(first).toBe('mizan: the RADIUS dictionaries cannot be used:');
  expect(faults).toHaveLength(2);
  expect(faults[0]).toContain(`  ${join(dataDir, 'dictionaries', 'dictionary.acme')}:6: `);
  expect(faults[1]).toContain(`  ${join(dataDir, 'dictionaries', 'dictionary.local')}:2: `);
});
