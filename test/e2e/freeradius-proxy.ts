import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeUdpPort } from '../../bench/fleet/engine-process.ts';
import { eventually, type MizanProcess } from './mizan-process.ts';

/** What the proxy shares with the two sides, and the address it sends from. */
export interface ProxyOptions {
  readonly home: MizanProcess;
  readonly homeSecret: string;
  readonly clientSecret: string;
  readonly from: string;
  /** Where it listens; 127.0.0.1 without it. */
  readonly address?: string;
  /** The only NAS that it serves; 127.0.0.1 without it. */
  readonly clientAddress?: string;
  /** Acct-Interim-Interval that it puts into every Access-Accept in place of the program's. */
  readonly interimSeconds?: number;
}

/** Debian's FreeRADIUS server as a proxy that hands everything on to the program. */
export class FreeradiusProxy {
  readonly authPort: number;
  readonly acctPort: number;
  readonly #folder: string;
  readonly #child: ChildProcess;
  #log = '';

  private constructor(authPort: number, acctPort: number, options: ProxyOptions) {
    this.authPort = authPort;
    this.acctPort = acctPort;
    this.#folder = mkdtempSync(join(tmpdir(), 'mizan-raddb-'));
    const text = configuration(this.#folder, authPort, acctPort, options);
    writeFileSync(join(this.#folder, 'radiusd.conf'), text, { mode: 0o600 });
    this.#child = spawn('freeradius', ['-X', '-d', this.#folder, '-n', 'radiusd']);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (part) => {
        this.#log += part;
      });
    }
  }

  /** Starts it on two free ports; rejects with its log when it does not come up. */
  static async start(options: ProxyOptions): Promise<FreeradiusProxy> {
    const proxy = new FreeradiusProxy(await freeUdpPort(), await freeUdpPort(), options);
    await eventually(() => {
      if (proxy.#child.exitCode !== null) throw new Error(proxy.#log);
      return proxy.#log.includes('Ready to process requests');
    });
    return proxy;
  }

  /** Everything it wrote, packets in the clear included. */
  get log(): string {
    return this.#log;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function configuration(folder: string, authPort: number, acctPort: number, options: ProxyOptions): string {
  const { home, homeSecret, clientSecret, from, address = '127.0.0.1', interimSeconds } = options;
  return `
logdir = ${folder}
run_dir = ${folder}
db_dir = ${folder}
libdir = /usr/lib/freeradius
security {
  reject_delay = 0
}
client nas {
  ipaddr = ${options.clientAddress ?? '127.0.0.1'}
  secret = ${clientSecret}
}
${homeServer('auth', home.authPort, homeSecret, from)}
${homeServer('acct', home.acctPort, homeSecret, from)}
realm isp {
  auth_pool = auth_pool
  acct_pool = acct_pool
  nostrip
}
server proxy {
  ${listener('auth', address, authPort)}
  ${listener('acct', address, acctPort)}
  authorize {
    update control {
      Proxy-To-Realm := isp
    }
  }
  preacct {
    update control {
      Proxy-To-Realm := isp
    }
  }
  ${interimSeconds === undefined ? '' : interimPolicy(interimSeconds)}
}
`;
}

function interimPolicy(seconds: number): string {
  return `post-proxy {
    if (&proxy-reply:Packet-Type == Access-Accept) {
      update proxy-reply {
        Acct-Interim-Interval := ${seconds}
      }
    }
  }`;
}

function homeServer(type: 'auth' | 'acct', port: number, secret: string, from: string): string {
  return `home_server mizan_${type} {
  type = ${type}
  ipaddr = 127.0.0.1
  port = ${port}
  secret = ${secret}
  src_ipaddr = ${from}
  status_check = status-server
}
home_server_pool ${type}_pool {
  home_server = mizan_${type}
}`;
}

function listener(type: 'auth' | 'acct', address: string, port: number): string {
  return `listen {
    type = ${type}
    ipaddr = ${address}
    port = ${port}
  }`;
}
