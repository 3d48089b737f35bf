import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../mizan-process.ts';
import type { NasCount, RadiusServer } from './radius-server.ts';
import { type Daemon, type Finished, finish, type Sandbox } from './sandbox.ts';

const CHARON = '/usr/lib/ipsec/charon';
const PLUGINS = ['eap-radius', 'kernel-libipsec', 'xauth-generic', 'vici'].map(
  (name) => `/usr/lib/ipsec/plugins/libstrongswan-${name}.so`,
);
const GATEWAY = '10.64.0.1';
const SUBSCRIBER = '10.64.0.2';
/** Each daemon's own, since each has a /run of its own. */
const LOG = '/run/charon.log';
/** The host behind the gateway that subscribers talk to. */
const INSIDE = '10.65.0.1';
/** Where the gateway takes CoA and Disconnect (RFC 5176 §2). */
export const DAE_PORT = 3_799;

/** Packages of strongSwan by a program of each. */
export const STRONG_SWAN_PROGRAMS = { swanctl: 'strongswan-swanctl', ping: 'iputils-ping' } as const;

/** Why strongSwan cannot run here although its programs may be there, '' when it can. */
export function whyNoStrongSwan(): string {
  if (![CHARON, ...PLUGINS].every((path) => existsSync(path))) {
    return 'not installed (Debian: strongswan-charon, libcharon-extra-plugins, libcharon-extauth-plugins)';
  }
  if (!existsSync('/dev/net/tun')) return 'needs /dev/net/tun';
  const profiles = '/sys/kernel/security/apparmor/profiles';
  const isConfined = existsSync(profiles) && readFileSync(profiles, 'utf8').includes(CHARON);
  return isConfined ? 'AppArmor keeps charon from configuration outside /etc' : '';
}

/** What the subscriber logs in with. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * An IPsec gateway that asks RADIUS, and a subscriber's computer, each a network namespace with a strongSwan daemon.
 * The password goes by XAuth (IKEv1) to the gateway and as PAP to the server; IPsec runs in the daemons (libipsec), so
 * that the kernel needs no ESP.
 */
export class StrongSwan {
  readonly #sandbox: Sandbox;
  readonly #client: string;
  readonly #gatewayDaemon: Charon;
  readonly #clientDaemon: Charon;

  private constructor(sandbox: Sandbox, client: string, gatewayDaemon: Charon, clientDaemon: Charon) {
    this.#sandbox = sandbox;
    this.#client = client;
    this.#gatewayDaemon = gatewayDaemon;
    this.#clientDaemon = clientDaemon;
  }

  /** Starts both in a sandbox whose namespace `gateway` reaches the server already. */
  static async start(
    sandbox: Sandbox,
    gateway: string,
    server: RadiusServer,
    login: Credentials,
  ): Promise<StrongSwan> {
    const client = sandbox.namespace('client');
    sandbox.link(
      { namespace: gateway, name: 'access0', address: `${GATEWAY}/24` },
      { namespace: client, name: 'wan0', address: `${SUBSCRIBER}/24` },
    );
    await sandbox.run(gateway, 'ip', 'address', 'add', `${INSIDE}/32`, 'dev', 'lo');
    const gatewayDaemon = await Charon.start(sandbox, gateway, gatewaySettings(server), GATEWAY_CONNECTIONS);
    const clientDaemon = await Charon.start(sandbox, client, COMMON_SETTINGS, clientConnections(login));
    return new StrongSwan(sandbox, client, gatewayDaemon, clientDaemon);
  }

  /** Logs of both daemons, for a failed test to show. */
  get log(): string {
    return `gateway:\n${this.#gatewayDaemon.log}\nsubscriber:\n${this.#clientDaemon.log}`;
  }

  /** What the gateway wrote. */
  get gatewayLog(): string {
    return this.#gatewayDaemon.log;
  }

  /** Logs the subscriber in; true when the tunnel is up. */
  async connect(): Promise<boolean> {
    const { code } = await this.#clientDaemon.control('--initiate', '--child', 'net', '--timeout', '15');
    return code === 0;
  }

  /** Logs the subscriber out. */
  async disconnect(): Promise<void> {
    await this.#clientDaemon.control('--terminate', '--ike', 'isp', '--timeout', '10');
  }

  /** Sends `count` echo requests of `octets` each (IP header included) through the tunnel; how many came back. */
  async ping(count: number, octets: number): Promise<number> {
    const size = String(octets - 28);
    const args = ['-n', '-q', '-i', '0.01', '-W', '1', '-c', String(count), '-s', size, INSIDE];
    const { output } = await this.#sandbox.run(this.#client, 'ping', ...args);
    return Number(/(\d+) received/.exec(output)?.[1] ?? 0);
  }

  /** What the gateway counts of its tunnel, and the subscriber's address in it; `undefined` without a tunnel. */
  async tunnel(): Promise<(NasCount & { readonly framedIp: string }) | undefined> {
    const { output } = await this.#gatewayDaemon.control('--list-sas');
    const input = /\bin +[0-9a-f]+.*?(\d+) bytes/.exec(output)?.[1];
    const outgoing = /\bout +[0-9a-f]+.*?(\d+) bytes/.exec(output)?.[1];
    const framedIp = /remote +(\d+\.\d+\.\d+\.\d+)\/32/.exec(output)?.[1];
    if (input === undefined || outgoing === undefined || framedIp === undefined) return undefined;
    return { inputOctets: Number(input), outputOctets: Number(outgoing), framedIp };
  }
}

/** One strongSwan daemon in a network namespace, with configuration and runtime files of its own. */
class Charon {
  readonly #socket: string;
  readonly #logFile: string;
  readonly #settings: string;
  readonly #daemon: Daemon;

  private constructor(sandbox: Sandbox, namespace: string, settings: string) {
    const run = join(sandbox.folder, namespace, 'run');
    this.#socket = join(run, 'charon.vici');
    this.#logFile = sandbox.file(`${namespace}/run/charon.log`, '');
    this.#settings = sandbox.file(`${namespace}/strongswan.conf`, settings);
    // Two daemons want one pid file and one control socket: each gets a /run that nobody else sees.
    const inside = 'mount --bind "$0" /run && exec "$@"';
    const args = ['netns', 'exec', namespace, 'unshare', '--mount', 'sh', '-c', inside, run, CHARON];
    this.#daemon = sandbox.start('ip', args, { STRONGSWAN_CONF: this.#settings });
  }

  /** Starts a daemon and loads its connections; rejects with what was written when either is refused. */
  static async start(
    sandbox: Sandbox,
    namespace: string,
    settings: string,
    connections: string,
  ): Promise<Charon> {
    const charon = new Charon(sandbox, namespace, settings);
    await eventually(() => {
      if (charon.#daemon.hasEnded()) throw new Error(charon.log);
      return existsSync(charon.#socket);
    }, 20_000);
    const file = sandbox.file(`${namespace}/swanctl.conf`, connections);
    const { code, output } = await charon.control('--load-all', '--file', file);
    if (code !== 0) throw new Error(`${output}${charon.log}`);
    return charon;
  }

  get log(): string {
    return this.#daemon.log() + readFileSync(this.#logFile, 'utf8');
  }

  /** Runs swanctl on this daemon. */
  control(...args: readonly string[]): Promise<Finished> {
    const words = [...args, '--uri', `unix://${this.#socket}`];
    return finish('swanctl', words, { STRONGSWAN_CONF: this.#settings });
  }
}

const LOADED = [
  ...['random', 'nonce', 'aes', 'sha1', 'sha2', 'hmac', 'kdf', 'gmp', 'md5'],
  ...['kernel-libipsec', 'kernel-netlink', 'socket-default', 'vici', 'xauth-generic', 'eap-radius'],
].join(' ');

const COMMON_SETTINGS = `
charon {
  load = ${LOADED}
  retransmit_tries = 2
  retransmit_timeout = 1
  filelog {
    everything {
      path = ${LOG}
      flush_line = yes
    }
  }
}
swanctl {
  load = random
}
`;

function gatewaySettings({ address, authPort, acctPort, secret }: RadiusServer): string {
  return `${COMMON_SETTINGS}
charon {
  plugins {
    eap-radius {
      accounting = yes
      accounting_send_class = yes
      nas_identifier = vpn-gateway
      servers {
        mizan {
          address = ${address}
          auth_port = ${authPort}
          acct_port = ${acctPort}
          secret = "${secret}"
        }
      }
      dae {
        enable = yes
        listen = 0.0.0.0
        port = ${DAE_PORT}
        secret = "${secret}"
      }
    }
  }
}
`;
}

const IKE = `version = 1
    proposals = aes128-sha256-modp2048
    encap = yes`;

const GROUP_KEY = `
  ike-group {
    secret = "key-of-the-group"
  }`;

// The gateway asks for a new login `over_time` before a Session-Timeout ends; a shorter one makes it ask without pause.
const GATEWAY_CONNECTIONS = `
connections {
  subscribers {
    ${IKE}
    local_addrs = ${GATEWAY}
    pools = radius
    over_time = 2s
    local {
      auth = psk
      id = ${GATEWAY}
    }
    remote-1 {
      auth = psk
    }
    remote-2 {
      auth = xauth-radius
    }
    children {
      net {
        local_ts = ${INSIDE}/32
        esp_proposals = aes128-sha256
      }
    }
  }
}
secrets {${GROUP_KEY}
}
`;

function clientConnections({ username, password }: Credentials): string {
  return `
connections {
  isp {
    ${IKE}
    local_addrs = ${SUBSCRIBER}
    remote_addrs = ${GATEWAY}
    vips = 0.0.0.0
    local-1 {
      auth = psk
      id = ${SUBSCRIBER}
    }
    local-2 {
      auth = xauth
      xauth_id = ${username}
    }
    remote {
      auth = psk
      id = ${GATEWAY}
    }
    children {
      net {
        remote_ts = ${INSIDE}/32
        esp_proposals = aes128-sha256
      }
    }
  }
}
secrets {${GROUP_KEY}
  xauth-line {
    id = ${username}
    secret = "${password}"
  }
}
`;
}
