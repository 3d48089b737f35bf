import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { demoCatalogue } from './demo/demo-catalogue.ts';
import { DEMO_NAS_ADDRESS, DEMO_NAS_NAME, DEMO_ONLINE_LINES, demoDocument } from './demo/demo-document.ts';
import { startDemoNas } from './demo/demo-nas.ts';
import { demoPeople } from './demo/demo-people.ts';
import type { CatalogueOwner } from './orders/catalogue-store.ts';
import type { Clock } from './runtime/clock.ts';
import { randomOctets } from './runtime/random.ts';
import { secretFile } from './runtime/secret-file.ts';
import type { CustomerParticulars } from './subscribers/customer.ts';
import type { LedgerStore } from './subscribers/ledger-store.ts';
import type { PeopleLedger, PeopleStore } from './subscribers/people-store.ts';
import type { LineDeclaration } from './subscribers/provisioning.ts';
import type { Instant } from './values/instant.ts';

/** What the demo is made with. */
export interface DemoParts {
  readonly config: Config;
  readonly ledger: LedgerStore & CatalogueOwner & PeopleLedger;
  readonly clock: Clock;
  readonly ports: { readonly authPort: number; readonly acctPort: number };
  readonly onApplied: () => Promise<void>;
  readonly log: Logger;
}

/**
 * Loads the demo data (nothing changes when they are there already) and starts the simulated NAS. A NAS that cannot
 * start is no reason not to serve: it is logged, and the pages show lines that are offline.
 */
export async function startDemo(parts: DemoParts): Promise<{ hint: string; stop: () => Promise<void> }> {
  const { config, ledger, clock, ports, log } = parts;
  const secretPath = join(config.dataDir, 'demo-secret');
  const secret = secretFile(secretPath, 12);
  const coaPort = await freePort(DEMO_NAS_ADDRESS);
  const document = demoDocument(secret, coaPort);
  const { offers } = await ledger.catalogue.catalogue();
  // What staff have changed of the catalogue since the first start stays changed.
  const sold = offers.length === 0 ? demoCatalogue() : {};
  const applied = await ledger.apply({ ...document, ...sold }, clock.now());
  if (!applied.ok) log.warn({ errors: applied.error }, 'the demo data were not loaded');
  await addPeople(ledger.people, document.lines ?? [], clock.now());
  await parts.onApplied();
  const subscribers = (document.lines ?? [])
    .slice(0, DEMO_ONLINE_LINES)
    .map(({ username }) => ({ username, password: secret }));
  const nas = await startDemoNas({
    nasName: DEMO_NAS_NAME,
    secret,
    address: DEMO_NAS_ADDRESS,
    ...ports,
    coaPort,
    subscribers,
    randomOctets,
    onLog: (line) => log.debug({ nas: DEMO_NAS_NAME }, line),
  }).catch((error: unknown) => {
    log.warn({ error: String(error) }, 'the simulated NAS could not start');
    return undefined;
  });
  const hint = [
    `  demo     20 lines; the simulated NAS ${DEMO_NAS_NAME} keeps ${DEMO_ONLINE_LINES} of them online`,
    '  next     npx mizan line show demo01',
    `           radtest demo10 "$(cat ${secretPath})" 127.0.0.1:${ports.authPort} 0 "$(cat ${secretPath})"`,
  ].join('\n');
  return { hint, stop: async () => nas?.stop() };
}

const BY = { actor: 'demo', reason: '' };

/** Gives lines that belong to nobody their people; what staff have changed of them stays changed. */
async function addPeople(
  people: PeopleStore,
  lines: readonly LineDeclaration[],
  now: Instant,
): Promise<void> {
  for (const { username, particulars, contract } of demoPeople(lines)) {
    const line = await people.customerLine(username);
    if (line === undefined || line.customerId !== undefined) continue;
    const customerId = await numberOf(people, particulars, now);
    if (customerId === undefined) continue;
    await people.changeLineContract(username, { customerId, ...contract }, BY, now);
  }
}

/** The customer of these particulars, also one of a start that was cut short; `undefined` when there can be none. */
async function numberOf(
  people: PeopleStore,
  particulars: CustomerParticulars,
  now: Instant,
): Promise<number | undefined> {
  const made = await people.createCustomer(particulars, BY, now);
  if (made.ok) return made.value.id;
  return made.error.kind === 'national-id-taken' ? made.error.customerId : undefined;
}

/** A UDP port of `address` that nobody uses now. */
function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, address, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
