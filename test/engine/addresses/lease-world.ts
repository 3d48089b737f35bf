import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeSession, isOpen } from '../../../engine/accounting/session-life.ts';
import { AddressDesk } from '../../../engine/addresses/address-desk.ts';
import type { CounterStore } from '../../../engine/pipeline/counter-store.ts';
import { loginWithAddress } from '../../../engine/pipeline/lease-address.ts';
import { LineEngine } from '../../../engine/pipeline/line-engine.ts';
import type { LineRule } from '../../../engine/pipeline/line-rule.ts';
import type { PacketContext } from '../../../engine/pipeline/packet-context.ts';
import {
  type AccessDecision,
  type AccessRequest,
  decideAccess,
} from '../../../engine/policy/decide-access.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { LmdbCounterStore } from '../../../engine/store/counters/lmdb-counter-store.ts';
import { StoreAway } from '../../../engine/values/store-away.ts';
import { T0 } from '../accounting/samples.ts';
import { historyOf, lineOf, lookupOf, planOf } from '../pipeline/samples.ts';

const PLAN = planOf({ pool: 'home', quota: undefined, concurrentSessions: 2 });

/** One program on the counters: an engine and a desk of its own. `hears` off: what it should free is not freed. */
interface Program {
  readonly engine: LineEngine;
  readonly desk: AddressDesk;
  hears: boolean;
}

/** Programs that lend addresses of one small pool to lines of one store. */
export class LeaseWorld {
  readonly store: CounterStore;
  readonly programs: Program[];
  /** Usernames and keys of sessions whose address another line holds. */
  readonly conflicts: string[] = [];
  now = T0;
  private readonly folder = mkdtempSync(join(tmpdir(), 'mizan-desk-'));
  private readonly opened: CounterStore[] = [];
  private keys = 0;
  private closed = false;

  constructor(programs: number, ranges: readonly string[]) {
    this.programs = Array.from({ length: programs }, () => this.program(ranges));
    this.store = this.opened[0]!;
  }

  private program(ranges: readonly string[]): Program {
    const store = new LmdbCounterStore(this.folder);
    this.opened.push(store);
    const desk = new AddressDesk({
      counters: store,
      isJournalled: () => false,
      onConflict: (username, key) => this.conflicts.push(`${username} ${key}`),
      away: (why) => new StoreAway(why),
      onError: (error) => {
        if (!this.closed) throw error;
      },
    });
    desk.use([{ name: 'home', revision: 1, ranges, reserved: [] }]);
    const program: Program = {
      desk,
      hears: true,
      engine: new LineEngine(store, {
        onCommit: () => undefined,
        onLine: (before, after, version) => {
          if (program.hears) desk.settle(before, after, version, this.now);
        },
      }),
    };
    return program;
  }

  /** Makes the counters what they are when begun, with these lines. */
  async begin(usernames: readonly string[]): Promise<void> {
    await (await this.store.rebuild(0)).finish('e1', 0);
    for (const username of usernames) {
      await this.programs[0]!.engine.run(username, this.now, () => ({
        change: { state: lineOf([], { username }), events: [], effects: [], wakeAt: undefined },
        result: undefined,
      }));
    }
  }

  nextKey(): string {
    return (++this.keys).toString(16).padStart(16, '0');
  }

  /** Logs in as a packet would; the address, or the reason of the reject. */
  async login(program: Program, username: string, port = String(this.keys)): Promise<string> {
    const { engine, desk } = program;
    const context = {
      engine,
      addresses: desk,
      plans: new Map([['gold', historyOf(PLAN)]]),
      registry: { named: () => undefined },
    } as unknown as PacketContext;
    const state = await engine.peek(username);
    if (state === undefined) return 'unknown';
    const login: AccessRequest = {
      now: this.now,
      nas: 'bras',
      nasBoot: 0,
      nasAddress: '10.0.0.1',
      nasPort: port,
      callingStationId: '',
      sessionKey: this.nextKey(),
    };
    const nas = { driver: { captivePool: '' } } as Parameters<typeof loginWithAddress>[0]['nas'];
    const decision = await loginWithAddress({ username, state, login, nas }, context, (asked) =>
      engine.login(username, this.now, accessRule(asked)),
    );
    return decision.accepted ? decision.profile.staticIp : decision.reason;
  }

  /** Ends an open session, by Stop or by silence. */
  async end(program: Program, username: string, which = 0): Promise<void> {
    await program.engine.run(
      username,
      this.now,
      changing((line) => {
        const session = line.sessions.filter(isOpen)[which];
        const ended = line.sessions.map((one) => (one === session ? closeSession(one, 'lost') : one));
        return { ...line, sessions: ended };
      }),
    );
  }

  /** A closed session reports again. */
  async revive(program: Program, username: string): Promise<void> {
    await program.engine.run(
      username,
      this.now,
      changing((line) => {
        const sessions = line.sessions.map((one) => ({ ...one, state: 'live' as const, closeCause: '' }));
        return { ...line, sessions };
      }),
    );
  }

  /** Address and line of every open session, by address. */
  async open(): Promise<string[]> {
    const all: string[] = [];
    for await (const username of this.store.usernames()) {
      const { state } = await this.store.load(username);
      for (const one of state?.sessions.filter(isOpen) ?? []) all.push(`${one.framedIp} ${username}`);
    }
    return all.toSorted();
  }

  /** Address and line of every lease, by address. */
  async leases(): Promise<string[]> {
    const { leases } = await this.store.addresses.held('home', '', 1_000);
    return leases.map(({ address, username }) => `${address} ${username}`).toSorted();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const store of this.opened) await store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function accessRule(asked: AccessRequest): LineRule<AccessDecision> {
  return (line) => {
    if (line === undefined) return { change: undefined, result: { accepted: false, reason: 'unknown-user' } };
    const result = decideAccess(line, lookupOf(PLAN), () => 0, asked);
    if (!result.accepted) return { change: undefined, result };
    const state = { ...line, sessions: result.sessions };
    return { change: { state, events: [], effects: [], wakeAt: undefined }, result };
  };
}

function changing(change: (line: LineState) => LineState): LineRule<undefined> {
  return (line) => {
    if (line === undefined) return { change: undefined, result: undefined };
    return { change: { state: change(line), events: [], effects: [], wakeAt: undefined }, result: undefined };
  };
}
