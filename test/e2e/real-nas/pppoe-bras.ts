import { existsSync, readdirSync } from 'node:fs';
import { eventually } from '../mizan-process.ts';
import { GuestKernel } from './guest-kernel.ts';
import type { NasCount, RadiusServer } from './radius-server.ts';
import type { Finished, NasNetwork, Sandbox } from './sandbox.ts';

/** Holds a folder of plugins for each version of pppd. */
const PLUGINS = '/usr/lib/pppd';
const SHARED = '/tmp/shared';
/** The host behind the BRAS that subscribers talk to. */
const INSIDE = '10.65.0.1';

/** Packages of the BRAS by a program of each. */
export const BRAS_PROGRAMS = { pppd: 'ppp', 'pppoe-server': 'pppoe', ping: 'iputils-ping' } as const;

/** What a subscriber logs in with, and how the password is proven; the BRAS takes any of these methods. */
export interface PppLogin {
  readonly username: string;
  readonly password: string;
  readonly method: 'pap' | 'chap' | 'mschap-v2';
}

/** Why the BRAS cannot run here although its programs are there, '' when it can. */
export function whyNoBras(): string {
  const plugins = existsSync(PLUGINS) ? readdirSync(PLUGINS, { encoding: 'utf8', recursive: true }) : [];
  if (!plugins.some((path) => path.endsWith('/radius.so'))) return 'pppd is without radius.so (Debian: ppp)';
  return existsSync('/dev/net/tun') ? '' : 'needs /dev/net/tun';
}

/**
 * A PPPoE access concentrator (rp-pppoe's server, which starts a pppd with `radius.so` for each subscriber) and the
 * routers (pppd) of a few houses in one guest kernel, each house a network namespace.
 */
export class PppoeBras {
  readonly #guest: GuestKernel;

  private constructor(guest: GuestKernel) {
    this.#guest = guest;
  }

  /** Boots the guest and starts the concentrator; rejects with the log when anything fails. */
  static async start(
    sandbox: Sandbox,
    network: NasNetwork,
    server: RadiusServer,
    houses: number,
  ): Promise<PppoeBras> {
    const guest = await GuestKernel.boot(sandbox, network, ['veth', 'pppoe', 'ppp_async']);
    const files = { 'radius.conf': radiusSettings(server), servers: `${server.address} ${server.secret}\n` };
    for (const [name, text] of Object.entries({ ...files, dictionary: DICTIONARY, options: PPPD_OPTIONS })) {
      sandbox.file(`guest/${name}`, text);
    }
    sandbox.file('guest/ip-down', COUNTED, 0o700);
    const { code, output } = await guest.run(prepareGuest(houses));
    if (code !== 0) throw new Error(`${output}${guest.log}`);
    return new PppoeBras(guest);
  }

  /** Console of the guest and logs of all pppd. */
  get log(): string {
    return this.#guest.log;
  }

  /** Dials in from a house; the address given, or `undefined` when the login was refused. */
  async dial(house: number, login: PppLogin): Promise<string | undefined> {
    const { username, password, method } = login;
    const refused = ['eap', 'pap', 'chap', 'mschap', 'mschap-v2'].filter((name) => name !== method);
    const { code } = await this.#inHouse(
      house,
      `pppd plugin pppoe.so wan0 user ${username} password ${password} ${PPPD_BY_CLIENT} ` +
        `linkname house${house} logfile ${SHARED}/house${house}.log ` +
        refused.map((name) => `refuse-${name}`).join(' '),
    );
    if (code !== 0) return undefined;
    const { output } = await this.#inHouse(house, 'ip -4 -o address show dev ppp0');
    return /inet (\S+) peer/.exec(output)?.[1];
  }

  /** Sends `count` echo requests of `octets` each (IP header included) over a line; how many came back. */
  async ping(house: number, count: number, octets: number): Promise<number> {
    const words = `ping -n -q -i 0.01 -W 1 -c ${count} -s ${octets - 28} ${INSIDE}`;
    const { output } = await this.#inHouse(house, words);
    return Number(/(\d+) received/.exec(output)?.[1] ?? 0);
  }

  /** Hangs up in a house; what the pppd of the BRAS has told its own script of that line. */
  async hangUp(house: number, username: string): Promise<NasCount> {
    await this.#guest.run(`kill $(head -n 1 /run/ppp-house${house}.pid)`);
    const line = new RegExp(`^${username} (\\d+) (\\d+)$`, 'm');
    const [, input, output] = await eventually(() => line.exec(this.#guest.read('counted')) ?? undefined);
    return { inputOctets: Number(input), outputOctets: Number(output) };
  }

  #inHouse(house: number, command: string): Promise<Finished> {
    return this.#guest.run(`ip netns exec house${house} ${command}`);
  }
}

const PPPD_BY_CLIENT = 'noauth updetach maxfail 1 noipdefault nodefaultroute nodeflate nobsdcomp novj noccp';

function prepareGuest(houses: number): string {
  const cables = Array.from({ length: houses }, (_, house) => [
    `ip netns add house${house}`,
    `ip link add access${house} type veth peer name wan0 netns house${house}`,
    `ip link set access${house} up`,
    `ip -n house${house} link set wan0 up`,
  ]);
  const interfaces = cables.map((_, house) => `-I access${house}`).join(' ');
  return [
    ...cables.flat(),
    `ip address add ${INSIDE}/32 dev lo`,
    'touch /etc/ppp/options',
    `pppoe-server ${interfaces} -L ${INSIDE} -O ${SHARED}/options`,
  ].join(' && ');
}

const COUNTED = `#!/bin/sh
echo "$PEERNAME $BYTES_RCVD $BYTES_SENT" >>${SHARED}/counted
`;

const PPPD_OPTIONS = `
auth
require-pap
require-chap
require-mschap-v2
plugin radius.so
radius-config-file ${SHARED}/radius.conf
nodefaultroute
noccp
novj
lcp-echo-interval 0
ip-down-script ${SHARED}/ip-down
logfile ${SHARED}/bras.log
debug
`;

function radiusSettings({ address, authPort, acctPort }: RadiusServer): string {
  return `
auth_order radius
login_tries 1
login_timeout 30
nologin /etc/nologin
issue ${SHARED}/issue
authserver ${address}:${authPort}
acctserver ${address}:${acctPort}
servers ${SHARED}/servers
dictionary ${SHARED}/dictionary
login_radius /bin/false
seqfile /run/radius.seq
mapfile /dev/null
default_realm
radius_timeout 10
radius_retries 2
nas_identifier pppoe-bras
login_local /bin/false
`;
}

/** What pppd reads and writes; it goes by the numbers (RFC 2865, 2866, 2869, 2548). */
const DICTIONARY = `
ATTRIBUTE User-Name 1 string
ATTRIBUTE User-Password 2 string
ATTRIBUTE CHAP-Password 3 string
ATTRIBUTE NAS-IP-Address 4 ipaddr
ATTRIBUTE NAS-Port 5 integer
ATTRIBUTE Service-Type 6 integer
ATTRIBUTE Framed-Protocol 7 integer
ATTRIBUTE Framed-IP-Address 8 ipaddr
ATTRIBUTE Framed-IP-Netmask 9 ipaddr
ATTRIBUTE Filter-Id 11 string
ATTRIBUTE Framed-MTU 12 integer
ATTRIBUTE Reply-Message 18 string
ATTRIBUTE State 24 string
ATTRIBUTE Class 25 string
ATTRIBUTE Session-Timeout 27 integer
ATTRIBUTE Idle-Timeout 28 integer
ATTRIBUTE Called-Station-Id 30 string
ATTRIBUTE Calling-Station-Id 31 string
ATTRIBUTE NAS-Identifier 32 string
ATTRIBUTE Acct-Status-Type 40 integer
ATTRIBUTE Acct-Delay-Time 41 integer
ATTRIBUTE Acct-Input-Octets 42 integer
ATTRIBUTE Acct-Output-Octets 43 integer
ATTRIBUTE Acct-Session-Id 44 string
ATTRIBUTE Acct-Authentic 45 integer
ATTRIBUTE Acct-Session-Time 46 integer
ATTRIBUTE Acct-Input-Packets 47 integer
ATTRIBUTE Acct-Output-Packets 48 integer
ATTRIBUTE Acct-Terminate-Cause 49 integer
ATTRIBUTE Acct-Input-Gigawords 52 integer
ATTRIBUTE Acct-Output-Gigawords 53 integer
ATTRIBUTE CHAP-Challenge 60 string
ATTRIBUTE NAS-Port-Type 61 integer
ATTRIBUTE Connect-Info 77 string
ATTRIBUTE Message-Authenticator 80 string
ATTRIBUTE Acct-Interim-Interval 85 integer
ATTRIBUTE NAS-Port-Id 87 string
VENDOR Microsoft 311
ATTRIBUTE MS-CHAP-Response 1 string Microsoft
ATTRIBUTE MS-CHAP-Error 2 string Microsoft
ATTRIBUTE MS-CHAP-Challenge 11 string Microsoft
ATTRIBUTE MS-MPPE-Send-Key 16 string Microsoft
ATTRIBUTE MS-MPPE-Recv-Key 17 string Microsoft
ATTRIBUTE MS-CHAP2-Response 25 string Microsoft
ATTRIBUTE MS-CHAP2-Success 26 string Microsoft
`;
