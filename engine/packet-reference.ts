import type { Logger } from 'pino';
import type { PlanHistory } from './catalog/plan-history.ts';
import { sendableAttributes } from './nas/accept-attributes.ts';
import { mergeLearned } from './nas/merge-learned.ts';
import type { NasEntry, NasLearned } from './nas/nas.ts';
import { type NasClient, nasClient } from './nas/nas-client.ts';
import { NasRegistry } from './nas/nas-registry.ts';
import { trafficClassReader } from './nas/traffic-class.ts';
import { openDriver } from './nas/vendors/vendor-drivers.ts';
import type { CounterStore, ReferenceData, StoredNas } from './pipeline/counter-store.ts';
import type { LineTwin } from './pipeline/line-twin.ts';
import type { OutageLines } from './pipeline/outage-lines.ts';
import type { PacketContext } from './pipeline/packet-context.ts';
import type { Dictionary } from './radius/dictionary.ts';
import { nasContext, type SecretBox } from './runtime/secret-box.ts';
import type { Instant } from './values/instant.ts';
import { StoreAway } from './values/store-away.ts';

/** What helps while the counters are away. */
export interface ReferenceFallback {
  /** A local copy of plans and NAS entries. */
  readonly twin: Pick<LineTwin, 'reference' | 'putReference'>;
  /** Keeps what was learned until the counters are back. */
  readonly lines: Pick<OutageLines, 'learn' | 'partitionIsAway'>;
}

type ReferenceMemory = Pick<PacketContext, 'registry' | 'plans' | 'addresses'>;

/**
 * Keeps plans and NAS entries in the packet path's memory, and what is learned of a NAS in memory and store. While the
 * store is away it starts from the local copy, and what is learned goes to the journal.
 */
export class PacketReference {
  private readonly counters: Pick<CounterStore, 'reference' | 'learnNas'>;
  private readonly secrets: SecretBox;
  private readonly log: Logger;
  private readonly dictionary: Dictionary;
  private readonly fallback: ReferenceFallback | undefined;
  private stored: ReferenceData | undefined;
  private isStale = false;

  constructor(
    counters: Pick<CounterStore, 'reference' | 'learnNas'>,
    secrets: SecretBox,
    log: Logger,
    dictionary: Dictionary,
    fallback: ReferenceFallback | undefined,
  ) {
    this.counters = counters;
    this.secrets = secrets;
    this.log = log;
    this.dictionary = dictionary;
    this.fallback = fallback;
  }

  /**
   * Replaces plans and registry by what is stored; what memory knows better of a NAS stays, and is stored. While the
   * store is away memory stays as it is, at the start as the local copy says. Rejects when there is neither.
   */
  async reload(context: ReferenceMemory): Promise<void> {
    try {
      const reference = this.orKnown(await this.counters.reference());
      this.isStale = false;
      this.put(context, reference);
      this.storeBetter(context, reference);
      this.copy(reference);
    } catch (error) {
      if (this.fallback === undefined || !(error instanceof StoreAway)) throw error;
      const known = this.stored ?? this.fallback.twin.reference();
      if (known === undefined) throw error;
      this.fallback.lines.partitionIsAway(0);
      if (this.stored === undefined) this.put(context, known);
      this.isStale = true;
    }
  }

  /** Reads again what could not be read when it should have been. */
  async retry(context: ReferenceMemory): Promise<void> {
    if (this.isStale) await this.reload(context);
  }

  /**
   * A store without any plan or NAS was emptied or begun anew, and the ledger fills it again: until then what was known
   * goes on, since without NAS nobody is answered and without plans everything is free.
   */
  private orKnown(reference: ReferenceData): ReferenceData {
    if (this.fallback === undefined || reference.nas.length > 0 || reference.plans.length > 0)
      return reference;
    return this.stored ?? this.fallback.twin.reference() ?? reference;
  }

  private put(context: ReferenceMemory, reference: ReferenceData): void {
    this.stored = reference;
    const clients = reference.nas
      .map((stored) => this.openNas(stored, context.registry.named(stored.name)?.learned))
      .filter((client) => client !== undefined);
    context.registry = new NasRegistry(clients);
    context.addresses?.use(reference.pools ?? []);
    context.plans = new Map(reference.plans.map((plan): [string, PlanHistory] => [plan.name, plan]));
  }

  /** A store that was lost, or that another process is a step behind in, learns again what memory knows. */
  private storeBetter(context: ReferenceMemory, reference: ReferenceData): void {
    if (this.fallback === undefined) return;
    for (const { name, learned } of reference.nas) {
      const client = context.registry.named(name);
      if (client === undefined || isSameLearned(client.learned, learned)) continue;
      this.store(name, client.learned, learnedAt(client.learned)).catch(() => {});
    }
  }

  private copy(reference: ReferenceData): void {
    this.fallback?.twin
      .putReference(reference)
      .catch((error: unknown) =>
        this.log.error({ error: String(error) }, 'plans and NAS could not be copied'),
      );
  }

  /**
   * Raises what is known of a NAS, in memory at once and durably. Rejects when the store failed; callers who need not
   * wait may drop the promise.
   */
  learn(
    context: Pick<PacketContext, 'registry'>,
    nas: NasClient,
    learned: NasLearned,
    at: Instant,
  ): Promise<void> {
    const { name } = nas.entry;
    const before = context.registry.named(name)?.learned ?? nas.learned;
    const merged = mergeLearned(before, learned);
    replaceLearned(context, name, merged);
    const stored = this.store(name, merged, at).catch((error: unknown) => {
      // Forgotten again, so that the NAS's retry is not answered as something already stored.
      if (context.registry.named(name)?.learned === merged) replaceLearned(context, name, before);
      throw error;
    });
    stored.catch((error: unknown) =>
      this.log.error({ nas: name, error: String(error) }, 'not stored of a NAS'),
    );
    return stored;
  }

  private async store(name: string, learned: NasLearned, at: Instant): Promise<void> {
    try {
      await this.counters.learnNas(name, learned, { type: 'nas', at, nas: name, ...learned });
    } catch (error) {
      if (this.fallback === undefined || !(error instanceof StoreAway)) throw error;
      await this.fallback.lines.learn(name, learned, at);
      this.copyLearned(name, learned);
    }
  }

  /** So that this process knows it also after a restart while the store is away. */
  private copyLearned(name: string, learned: NasLearned): void {
    if (this.stored === undefined) return;
    const raised = (entry: StoredNas) =>
      entry.name === name ? { ...entry, learned: mergeLearned(entry.learned, learned) } : entry;
    this.stored = { ...this.stored, nas: this.stored.nas.map(raised) };
    this.copy(this.stored);
  }

  private openNas(stored: StoredNas, known: NasLearned | undefined): NasClient | undefined {
    const entry = this.secrets.open(stored.sealedEntry, nasContext(stored.name));
    if (entry === undefined) {
      this.log.error({ nas: stored.name }, 'a NAS entry was sealed with another MIZAN_KEY');
      return undefined;
    }
    const learned = known === undefined ? stored.learned : mergeLearned(stored.learned, known);
    const declared = JSON.parse(entry) as NasEntry;
    const driver = openDriver(declared, this.dictionary);
    const classes = trafficClassReader(declared.driverSettings ?? {}, this.dictionary);
    return nasClient(declared, learned, this.encodeAttributes(declared), driver, classes);
  }

  /** They were right when they were declared; an operator may have taken his dictionary away since. */
  private encodeAttributes({ name, acceptAttributes = {} }: NasEntry): Uint8Array {
    const { octets, faults } = sendableAttributes(this.dictionary, acceptAttributes);
    for (const { name: attribute, message } of faults) {
      this.log.error(
        { nas: name, attribute, message },
        'an attribute of a NAS is left out of its Access-Accepts',
      );
    }
    return octets;
  }
}

function replaceLearned(context: Pick<PacketContext, 'registry'>, name: string, learned: NasLearned): void {
  const clients = context.registry
    .all()
    .map((client) => (client.entry.name === name ? { ...client, learned } : client));
  context.registry = new NasRegistry(clients);
}

function isSameLearned(left: NasLearned, right: NasLearned): boolean {
  return (
    left.messageAuthenticatorSince === right.messageAuthenticatorSince &&
    left.gigawordsSince === right.gigawordsSince &&
    left.boot === right.boot &&
    left.bootedAt === right.bootedAt
  );
}

/** When the newest of it was learned. */
function learnedAt({ messageAuthenticatorSince, gigawordsSince, bootedAt }: NasLearned): Instant {
  return Math.max(messageAuthenticatorSince ?? 0, gigawordsSince ?? 0, bootedAt ?? 0);
}
