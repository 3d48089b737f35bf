import type { Logger } from 'pino';
import { isOnline, isWhole } from './accounting/session-life.ts';
import type { LineProjectionTarget } from './jobs/project.ts';
import type { CounterStore, ReferenceData, StoreChange } from './pipeline/counter-store.ts';
import { concludeChange, type LineContext } from './pipeline/line-change.ts';
import { LineEngine } from './pipeline/line-engine.ts';
import { projectLine } from './pipeline/project-line.ts';
import { disconnectSession } from './policy/enforce.ts';
import type { Clock } from './runtime/clock.ts';
import type { LineProjection } from './subscribers/ledger-store.ts';

/** Changes of lines that come from the ledger or from staff and not by a packet. */
export interface LineDesk extends LineProjectionTarget {
  /** Orders a Disconnect for every online session of the line; resolves to their number. */
  kick(username: string): Promise<number>;
  /** Frees the line from the device that its plan has bound it to; resolves to false when it was bound to none. */
  releaseMac(username: string): Promise<boolean>;
  /** Reads plans and NAS entries again. */
  reloadReference(): Promise<void>;
  stop(): Promise<void>;
}

/** Merges a line as the ledger knows it into its counters; resolves when durable. */
export async function applyProjection(
  engine: LineEngine,
  username: string,
  projection: LineProjection | undefined,
  context: LineContext,
): Promise<void> {
  await engine.run(username, context.now, (line) => ({
    change: projectLine(line, projection, context),
    result: undefined,
  }));
}

/** Orders a Disconnect for every online session of the line; resolves to their number when the orders are durable. */
export function kickLine(engine: LineEngine, username: string, context: LineContext): Promise<number> {
  return engine.run(username, context.now, (line) => {
    if (line === undefined) return { change: undefined, result: 0 };
    const orders = line.sessions
      .filter((session) => isOnline(session) && isWhole(session))
      .map((session) => disconnectSession(username, session, 'kicked', context.now).effect);
    return { change: concludeChange(line, [], orders, context), result: orders.length };
  });
}

/** Frees the line from the device that it is bound to; resolves to false when it was bound to none. */
export function releaseLine(engine: LineEngine, username: string, context: LineContext): Promise<boolean> {
  return engine.run(username, context.now, (line) => {
    if (line?.boundMac === undefined) return { change: undefined, result: false };
    return { change: concludeChange({ ...line, boundMac: undefined }, [], [], context), result: true };
  });
}

/**
 * A desk for a process without the packet path: its changes go through the shared counter store, whose versions keep
 * them apart from those of the packet processes, and these hear of them and send the orders.
 */
export async function startLineDesk(counters: CounterStore, clock: Clock, log: Logger): Promise<LineDesk> {
  const engine = new LineEngine(counters, { onCommit: () => undefined });
  let plans: ReadonlyMap<string, ReferenceData['plans'][number]> = new Map();
  let boots: ReadonlyMap<string, number> = new Map();
  const reloadReference = async () => {
    const reference = await counters.reference();
    // A store that was emptied knows no plan, and without its plan every line would be cut.
    if (reference.plans.length === 0 && plans.size > 0) return;
    plans = new Map(reference.plans.map((plan) => [plan.name, plan]));
    boots = new Map(reference.nas.map(({ name, learned }) => [name, learned.boot]));
  };
  const tryReload = () =>
    reloadReference().catch((error: unknown) =>
      log.warn(
        { reason: String(error) },
        'plans and NAS could not be read; tried again when the counters are back',
      ),
    );
  const onChange = (change: StoreChange) => {
    if (change.kind === 'line') engine.forgetOlder(change.username, change.version);
    if (change.kind === 'missed' || change.kind === 'rebuilt') engine.forgetAll();
    if (change.kind === 'reference' || change.kind === 'missed') void tryReload();
  };
  const stopListening = counters.onChange(onChange);
  await tryReload();
  const context = (): LineContext => ({
    now: clock.now(),
    plans: (name) => plans.get(name),
    bootOf: (nas) => boots.get(nas) ?? 0,
  });
  return {
    applyLine: (username, projection) => applyProjection(engine, username, projection, context()),
    kick: (username) => kickLine(engine, username, context()),
    releaseMac: (username) => releaseLine(engine, username, context()),
    reloadReference,
    stop: async () => stopListening(),
  };
}
