import type { Logger } from 'pino';
import type { Plan } from './catalog/plan.ts';
import { mergeLearned } from './nas/merge-learned.ts';
import type { NasEntry, NasLearned } from './nas/nas.ts';
import { type NasClient, nasClient } from './nas/nas-client.ts';
import { NasRegistry } from './nas/nas-registry.ts';
import type { CounterStore, StoredNas } from './pipeline/counter-store.ts';
import type { PacketContext } from './pipeline/packet-context.ts';
import { nasContext, type SecretBox } from './runtime/secret-box.ts';
import type { Instant } from './values/instant.ts';

/** Keeps plans and NAS entries in the packet path's memory, and what is learned of a NAS in memory and store. */
export class PacketReference {
  private readonly counters: CounterStore;
  private readonly secrets: SecretBox;
  private readonly log: Logger;

  constructor(counters: CounterStore, secrets: SecretBox, log: Logger) {
    this.counters = counters;
    this.secrets = secrets;
    this.log = log;
  }

  /** Replaces plans and registry by what is stored; what memory knows better of a NAS stays. */
  async reload(context: Pick<PacketContext, 'registry' | 'plans'>): Promise<void> {
    const reference = await this.counters.reference();
    const clients = reference.nas
      .map((stored) => this.openNas(stored, context.registry.named(stored.name)?.learned))
      .filter((client) => client !== undefined);
    context.registry = new NasRegistry(clients);
    context.plans = new Map(reference.plans.map((plan): [string, Plan] => [plan.name, plan]));
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
    const stored = this.counters
      .learnNas(name, merged, { type: 'nas', at, nas: name, ...merged })
      .catch((error: unknown) => {
        // Forgotten again, so that the NAS's retry is not answered as something already stored.
        if (context.registry.named(name)?.learned === merged) replaceLearned(context, name, before);
        throw error;
      });
    stored.catch((error: unknown) =>
      this.log.error({ nas: name, error: String(error) }, 'not stored of a NAS'),
    );
    return stored;
  }

  private openNas(stored: StoredNas, known: NasLearned | undefined): NasClient | undefined {
    const entry = this.secrets.open(stored.sealedEntry, nasContext(stored.name));
    if (entry === undefined) {
      this.log.error({ nas: stored.name }, 'a NAS entry was sealed with another MIZAN_KEY');
      return undefined;
    }
    const learned = known === undefined ? stored.learned : mergeLearned(stored.learned, known);
    return nasClient(JSON.parse(entry) as NasEntry, learned);
  }
}

function replaceLearned(context: Pick<PacketContext, 'registry'>, name: string, learned: NasLearned): void {
  const clients = context.registry
    .all()
    .map((client) => (client.entry.name === name ? { ...client, learned } : client));
  context.registry = new NasRegistry(clients);
}
