import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { createApi } from '../../api/app.ts';
import { setPrincipal } from '../../api/auth.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { InvoicePdfs } from '../../api/invoice-paper.ts';
import type { Session } from '../../engine/accounting/session.ts';
import { InvoiceLinks } from '../../engine/invoices/invoice-link.ts';
import { createProjector, type LineProjectionTarget, type Projector } from '../../engine/jobs/project.ts';
import { releaseLine } from '../../engine/line-desk.ts';
import type { CounterStore } from '../../engine/pipeline/counter-store.ts';
import type { EngineEvent } from '../../engine/pipeline/engine-event.ts';
import { LineEngine } from '../../engine/pipeline/line-engine.ts';
import { TestClock } from '../../engine/runtime/clock.ts';
import { loadDictionaries } from '../../engine/runtime/load-dictionaries.ts';
import { SecretBox } from '../../engine/runtime/secret-box.ts';
import { LmdbCounterStore } from '../../engine/store/counters/lmdb-counter-store.ts';
import { openLedger } from '../../engine/store/ledger/open-ledger.ts';
import { openUsage } from '../../engine/store/usage/open-usage.ts';
import type { LedgerStore } from '../../engine/subscribers/ledger-store.ts';
import { octets } from '../../engine/values/octets.ts';
import { invoicePages } from '../../panel/invoice-pages.tsx';
import { createPanel } from '../../panel/pages.tsx';
import { asDescribed } from './described.ts';

const loaded = loadDictionaries([fileURLToPath(new URL('../../schemas/dictionaries', import.meta.url))]);
if (!loaded.ok) throw new Error('the shipped dictionaries are broken');
const dictionary = loaded.value;

/** 2026-11-21 07:30 UTC is 11:00 in Tehran. */
export const START = Date.UTC(2026, 10, 21, 7, 30);
export const TOKEN = 'a-token-for-tests';
export const GB = 1024 ** 3;
export const MB = 1024 ** 2;

export const DOCUMENT = {
  nas: [{ name: 'bras1', address: '127.0.0.1', secret: 'a-long-secret', vendor: 'mikrotik', coaPort: 3799 }],
  plans: [
    {
      name: '2M-5G',
      days: 30,
      quota: { octets: 5 * GB, charge: 'download' },
      speed: { downKbps: 2048, upKbps: 512 },
      exhausted: 'disconnect',
    },
    { name: 'نامحدود', days: 30 },
  ],
  lines: [
    {
      username: 'u1',
      password: 'p1',
      plan: '2M-5G',
      name: 'سارا',
      staticIp: '100.64.0.5',
      concurrentSessions: 1,
    },
    { username: 'u2', password: 'p2', plan: 'نامحدود' },
  ],
};

/** The whole HTTP side over real stores in a folder of its own. */
export interface World {
  readonly app: Hono;
  readonly deps: ApiDeps;
  readonly clock: TestClock;
  readonly ledger: Awaited<ReturnType<typeof openLedger>>;
  readonly usage: Awaited<ReturnType<typeof openUsage>>;
  /** Usernames that were kicked. */
  readonly kicked: string[];
  /** Faults that the app was told of. */
  readonly faults: unknown[];
  close(): Promise<void>;
}

export async function openWorld(
  options: { readonly demo?: boolean; readonly realClock?: boolean } = {},
): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-api-'));
  const secrets = new SecretBox(Buffer.alloc(32, 7));
  const ledger = await openLedger({ folder: join(folder, 'ledger') }, secrets);
  const counters = new LmdbCounterStore(join(folder, 'counters'));
  const usage = await openUsage({ folder: join(folder, 'usage') });
  const clock = new TestClock(START);
  const projection = projector(ledger, counters, secrets);
  const kicked: string[] = [];
  const faults: unknown[] = [];
  const deps: ApiDeps = {
    ledger,
    usage,
    counters,
    clock,
    dictionary,
    invoiceAccess: {
      links: new InvoiceLinks(Buffer.alloc(32, 9)),
      ...{ publicUrl: 'https://isp.example', pdfs: new InvoicePdfs() },
    },
    token: TOKEN,
    control: {
      kick: async (username) => kicked.push(username),
      releaseMac: (username) =>
        releaseLine(new LineEngine(counters, { onCommit: () => undefined }), username, {
          now: clock.now(),
          plans: () => undefined,
          bootOf: () => 0,
        }),
    },
    metricsText: async () => '# TYPE mizan_up gauge\nmizan_up 1\n',
    readiness: async () => ({ ok: true, checks: { ledger: 'ok' } }),
    demo: options.demo ?? true,
    testClock: options.realClock ? undefined : clock,
    onApplied: async () => {
      await projection.runOnce();
    },
    onError: (error) => faults.push(error),
  };
  const close = async () => {
    await Promise.all([ledger.close(), counters.close(), usage.close()]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { app: appOf(deps), deps, clock, ledger, usage, kicked, faults, close };
}

/** API and pages together, as the program serves them; every answer of the API is compared with its document. */
export function appOf(deps: ApiDeps): Hono {
  return asDescribed(createApi(deps).route('/', createPanel(deps)).route('/', invoicePages(deps)));
}

/** Routes alone, asked by staff. */
export function asStaff(routes: Hono): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    setPrincipal(c, { kind: 'staff', actor: 'staff' });
    await next();
  });
  return app.route('/', routes);
}

/** A request with the token. */
export function ask(
  app: Hono,
  path: string,
  init: { method?: string; body?: unknown; headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const body = init.body === undefined ? null : JSON.stringify(init.body);
  const own = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const headers = { ...own, ...init.headers };
  return Promise.resolve(app.request(path, { method: init.method ?? 'GET', headers, body }));
}

/** Carries events into ledger and history, as the sink does. */
export async function sink({ ledger, usage }: World, events: readonly EngineEvent[]): Promise<void> {
  const logged = events.map((event, index) => ({ position: index + 1, event }));
  await usage.insert(logged, 'range-1');
  await ledger.recordEvents(logged, 0);
}

/** Carries what was declared from the ledger to the counters. */
function projector(ledger: LedgerStore, counters: CounterStore, secrets: SecretBox): Projector {
  const applyLine: LineProjectionTarget['applyLine'] = async (username, projection) => {
    const { state, version } = await counters.load(username);
    await store(
      counters,
      username,
      version,
      projection && { ...projection, sessions: state?.sessions ?? [], forgotten: state?.forgotten },
    );
  };
  const log = { warn: () => {} };
  return createProjector({ ...{ ledger, counters, secrets, log }, lines: { applyLine }, now: () => START });
}

/** Puts a session into a line, and takes its charged octets from the first grant. */
export async function putSession(counters: CounterStore, username: string, session: Session): Promise<void> {
  const { state, version } = await counters.load(username);
  if (state === undefined) throw new Error(`no line ${username}`);
  const others = state.sessions.filter(({ key }) => key !== session.key);
  const grants = state.grants.map((grant, index) =>
    index === 0 ? { ...grant, consumed: octets(session.usage.burnedOctets) } : grant,
  );
  await store(counters, username, version, { ...state, grants, sessions: [...others, session] });
}

async function store(
  counters: CounterStore,
  username: string,
  expectedVersion: number,
  state: Awaited<ReturnType<CounterStore['load']>>['state'],
): Promise<void> {
  const line = { username, at: START, expectedVersion, state, events: [], effects: [], wakeAt: undefined };
  const [outcome] = await counters.commit([line]);
  if (!outcome?.ok) throw new Error(`the line ${username} was changed by somebody else`);
}

/** A session that has received `output` and sent `input` octets, after one reset of the NAS's counters. */
export function session(key: string, input: number, output: number, changes: Partial<Session> = {}): Session {
  const pair = (inputOctets: number, outputOctets: number) => ({
    inputOctets: octets(inputOctets),
    outputOctets: octets(outputOctets),
  });
  return {
    key,
    nas: 'bras1',
    nasBoot: 0,
    nasAddress: '127.0.0.1',
    acctSessionId: `S-${key.slice(-2)}`,
    nasPort: '7',
    callingStationId: '02:00:00:00:00:01',
    trafficClass: '',
    framedIp: '100.64.0.5',
    framedIpv6Prefix: '',
    state: 'live',
    startedAt: START - 3_600_000,
    updatedAt: START - 60_000,
    seenAt: START - 60_000,
    interimSeconds: 300,
    counters: {
      segment: 2,
      closed: pair(10, 100),
      previous: pair(20, 200),
      current: pair(input - 30, output - 300),
      inputWraps: 0,
      outputWraps: 0,
      segmentFrom: undefined,
      last: undefined,
      held: undefined,
    },
    usage: {
      chargedOctets: octets(output),
      freeOctets: octets(input),
      quarantinedOctets: octets(0),
      burnedOctets: octets(output),
      overshotOctets: octets(0),
      weightRemainder: 0,
    },
    applied: { mode: 'full', downKbps: 2048, upKbps: 512 },
    pendingEffect: undefined,
    closeCause: '',
    ...changes,
  };
}
