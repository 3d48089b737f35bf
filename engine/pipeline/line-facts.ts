import type { Instant } from '../values/instant.ts';
import type { LineContext } from './line-change.ts';
import { canLand } from './nas-abilities.ts';
import { bootOf, type PacketContext } from './packet-context.ts';

/** What the rules about a line may look at, as the packet path knows it at `now`. */
export function lineFacts(context: PacketContext, now: Instant): LineContext {
  return {
    now,
    plans: (name) => context.plans.get(name),
    bootOf: (nas) => bootOf(context, nas),
    provesSpeed: (nas) => context.registry.named(nas)?.entry.driverSettings?.provesSpeed !== false,
    canLand: (nas) => canLand(context.registry.named(nas)),
  };
}
