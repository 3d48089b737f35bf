import type { Logger } from 'pino';
import type { Plan } from './catalog/plan.ts';
import { sendableAttributes } from './nas/accept-attributes.ts';
import { mergeLearned } from './nas/merge-learned.ts';
import type { NasEntry, NasLearned } from './nas/nas.ts';
import { type NasClient, nasClient } from './nas/nas-client.ts';
import { NasRegistry } from './nas/nas-registry.ts';
import type { CounterStore, StoredNas } from './pipeline/counter-store.ts';
import type { PacketContext } from './pipeline/packet-context.ts';
import type { Dictionary } from './radius/dictionary.ts';
import { nasContext, type SecretBox } from './runtime/secret-box.ts';
import type { Instant } from './values/instant.ts';

/** Keeps plans and NAS entries in the packet path's memory, and what is learned of a NAS in memory and store. */
export class PacketReference {
  private readonly counters: CounterStore;
  private readonly secrets: SecretBox;
  private readonly log: Logger;
  private readonly dictionary: Dictionary;

  constructor(counters: CounterStore, secrets: SecretBox, log: Logger, dictionary: Dictionary) {
    this.counters = counters;
    this.secrets = secrets;
    this.log = log;
    this.dictionary = dictionary;
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
    const declared = JSON.parse(entry) as NasEntry;
    return nasClient(declared, learned, this.encodeAttributes(declared));
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
