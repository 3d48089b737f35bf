import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../mizan-process.ts';
import type { Daemon, Finished, NasNetwork, Sandbox } from './sandbox.ts';

const MODULES = '/usr/lib/uml/modules';
const BOOT_WITHIN_MS = 60_000;
const COMMAND_WITHIN_MS = 30_000;

/** Packages of the guest by a program of each. */
export const GUEST_PROGRAMS = { 'linux.uml': 'user-mode-linux', modprobe: 'kmod' } as const;

/**
 * A Linux of its own that runs as an ordinary process (user-mode Linux), for NAS programs that need what the machine's
 * kernel lacks. It sees the machine's files but cannot write them, save for one folder of the sandbox.
 */
export class GuestKernel {
  readonly #daemon: Daemon;
  readonly #folder: string;
  #commands = 0;

  private constructor(daemon: Daemon, folder: string) {
    this.#daemon = daemon;
    this.#folder = folder;
  }

  /** Boots it with the kernel modules named; its interface `vec0` has the NAS's address of `network`. */
  static async boot(sandbox: Sandbox, network: NasNetwork, modules: readonly string[]): Promise<GuestKernel> {
    const folder = join(sandbox.folder, 'guest');
    mkdirSync(join(folder, 'answers'), { recursive: true });
    const init = sandbox.file('guest/init', initScript(folder, network, modules), 0o700);
    const args = [
      ...['mem=128M', 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro', `init=${init}`, 'quiet'],
      ...['con=null', 'con0=fd:0,fd:1', `uml_dir=${folder}/uml`],
      `vec0:transport=tap,ifname=${network.interfaceName}`,
    ];
    const guest = new GuestKernel(sandbox.start('linux.uml', args, { TMPDIR: sandbox.folder }), folder);
    await eventually(() => {
      if (guest.#daemon.hasEnded()) throw new Error(guest.log);
      return existsSync(join(folder, 'answers', 'ready'));
    }, BOOT_WITHIN_MS);
    return guest;
  }

  /** Console and whatever programs in the guest wrote into files named `*.log` of the folder `/tmp/shared`. */
  get log(): string {
    const logs = readdirSync(this.#folder).filter((name) => name.endsWith('.log'));
    return [this.#daemon.log(), ...logs.map((name) => `${name}:\n${this.read(name)}`)].join('\n');
  }

  /** A file of `/tmp/shared`, '' when there is none. */
  read(name: string): string {
    const path = join(this.#folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** Runs one line of shell in the guest to its end; several may run at a time. */
  async run(command: string): Promise<Finished> {
    const id = this.#commands++;
    this.#daemon.type(`${id} ${command}`);
    const code = await eventually(() => {
      if (this.#daemon.hasEnded()) throw new Error(this.log);
      return this.read(`answers/${id}.code`).trim() || undefined;
    }, COMMAND_WITHIN_MS);
    return { code: Number(code), output: this.read(`answers/${id}`) };
  }
}

/** The first process of the guest: prepares it and obeys lines of `number command` on the console. */
function initScript(folder: string, { nasAddress }: NasNetwork, modules: readonly string[]): string {
  return `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
for folder in /tmp /run /etc/ppp; do mount -t tmpfs tmpfs $folder; done
mkdir -p /dev/pts /tmp/shared /tmp/kernel/lib
mount -t devpts devpts /dev/pts
mount -t hostfs hostfs /tmp/shared -o ${folder}
ln -s ${MODULES} /tmp/kernel/lib/modules
modprobe -d /tmp/kernel -a ${modules.join(' ')}
ip link set lo up
ip address add ${nasAddress}/30 dev vec0
ip link set vec0 up
touch /tmp/shared/answers/ready
while read -r id command; do
  (
    sh -c "$command" >"/tmp/shared/answers/$id" 2>&1 </dev/null
    echo $? >"/tmp/shared/answers/$id.code"
  ) &
done
`;
}
