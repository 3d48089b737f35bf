import type { EnginePorts } from './engine-process.ts';
import { freeUdpPort } from './engine-process.ts';
import type { EventQueue } from './event-queue.ts';
import { SimNas } from './nas.ts';
import { Network } from './network.ts';
import type { FleetShape, SimOptions } from './options.ts';
import { FAST_PLANS, type PlanDocument, SLOW_PLANS } from './plans.ts';
import { Random } from './random.ts';
import type { FleetCounts } from './report.ts';
import { Terminal } from './terminal.ts';
import { Wire } from './wire.ts';

const HOUR_SECONDS = 3600;
const MEDIAN_HOURS_BETWEEN_REBOOTS = 12;
const FIRST_LOGINS_SECONDS = 900;
const SECOND_TERMINAL = 0x1_00_00;

/** A line of the fleet. */
export interface FleetLine {
  readonly username: string;
  readonly password: string;
  readonly plan: PlanDocument;
  readonly concurrentSessions: 1 | 2;
}

/** All simulated NAS and lines on one virtual time. */
export class Fleet {
  readonly queue: EventQueue;
  readonly wire = new Wire();
  readonly network: Network;
  readonly lines: readonly FleetLine[];
  readonly nas: readonly SimNas[];
  readonly counts: FleetCounts = {
    sessions: 0,
    retransmissions: 0,
    lostForEver: 0,
    reboots: 0,
    disconnects: 0,
    speedChanges: 0,
  };
  readonly #random: Random;
  readonly #shape: FleetShape;
  #finished = false;

  private constructor(
    options: SimOptions,
    queue: EventQueue,
    ports: EnginePorts,
    coaPorts: readonly number[],
  ) {
    this.queue = queue;
    this.#shape = options.shape ?? {};
    this.#random = new Random(`fleet ${options.seed}`);
    this.network = new Network(options.faults, queue, this.wire, this.#random.fork('network'));
    this.nas = options.kinds.map((kind, index) => {
      const setup = {
        kind,
        name: `${kind.name}-${index + 1}`,
        address: addressOf(index),
        secretText: `secret-of-${kind.name}-${this.#random.uint32()}`,
        coaPort: coaPorts[index]!,
        authPort: ports.auth,
        acctPort: ports.acct,
      };
      return new SimNas(setup, { ...this, random: this.#random.fork(setup.name) });
    });
    this.lines = Array.from({ length: options.lines }, (_, index) => this.#addLine(index));
  }

  /** Builds the fleet of the options, its NAS listening for CoA. */
  static async build(options: SimOptions, queue: EventQueue, ports: EnginePorts): Promise<Fleet> {
    const coaPorts = await Promise.all(options.kinds.map((_, index) => freeUdpPort(addressOf(index))));
    return new Fleet(options, queue, ports, coaPorts);
  }

  /** The provisioning document for all of it. */
  document(): object {
    return {
      nas: this.nas.map(({ setup: { kind, name, address, secretText, coaPort } }) => ({
        name,
        address,
        secret: secretText,
        vendor: kind.vendor,
        coaPort,
        swapDirections: kind.swapDirections,
      })),
      plans: [...new Set([...FAST_PLANS, ...SLOW_PLANS, ...(this.#shape.plans ?? [])])],
      lines: this.lines.map(({ plan, ...line }) => ({ ...line, plan: plan.name })),
    };
  }

  /** Lets the lines log in over the first quarter of an hour and the NAS reboot now and then. */
  begin(): void {
    for (const nas of this.nas) {
      for (const terminal of nas.terminals) terminal.loginIn(this.#random.integer(1, FIRST_LOGINS_SECONDS));
      this.#planReboot(nas);
    }
  }

  /** Closing phase: a faultless network, every session stops, nobody comes back. */
  finish(): void {
    this.#finished = true;
    this.network.faults = { loss: 0, dup: 0, reorder: 0 };
    for (const nas of this.nas) nas.finish();
  }

  /** Accounting records that are neither acknowledged nor known to be recorded. */
  get openReports(): number {
    return this.nas.reduce((sum, nas) => sum + nas.open.size, 0);
  }

  /** Closes all sockets. */
  close(): void {
    for (const nas of this.nas) nas.close();
  }

  #addLine(index: number): FleetLine {
    const nas = this.nas[index % this.nas.length]!;
    const random = this.#random.fork(`line ${index}`);
    const { plans, share, concurrentSessions: allowed } = this.#shape;
    const plan = random.pick(plans ?? (nas.setup.kind.slowLinesOnly ? SLOW_PLANS : FAST_PLANS));
    const username = `u${String(index + 1).padStart(6, '0')}`;
    const password = Buffer.from(random.octets(6)).toString('hex');
    const second = random.chance(0.2);
    const concurrentSessions = allowed ?? (second ? 2 : 1);
    for (let number = 0; number < concurrentSessions; number += 1) {
      const place = { username, password, port: index + 1 + number * SECOND_TERMINAL, speed: plan.speed };
      nas.terminals.push(new Terminal(place, nas, random.fork(`terminal ${number}`), share));
    }
    return { username, password, plan, concurrentSessions };
  }

  #planReboot(nas: SimNas): void {
    const hours = this.#random.logNormal(
      this.#shape.medianHoursBetweenReboots ?? MEDIAN_HOURS_BETWEEN_REBOOTS,
      0.7,
    );
    this.queue.in(hours * HOUR_SECONDS, () => {
      if (this.#finished) return;
      nas.reboot();
      this.#planReboot(nas);
    });
  }
}

function addressOf(index: number): string {
  return `127.0.1.${index + 1}`;
}
