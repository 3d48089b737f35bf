import { isForgottenLogin } from '../accounting/forgotten.ts';
import type { LineState } from '../policy/line-state.ts';
import type { Instant } from '../values/instant.ts';
import type { CounterStore } from './counter-store.ts';
import { accountingRule } from './handle-accounting.ts';
import type { JournalEntry } from './journal.ts';
import { concludeChange } from './line-change.ts';
import { lineFacts } from './line-facts.ts';
import type { RuleResult } from './line-rule.ts';
import type { PacketContext } from './packet-context.ts';
import { strayEvent } from './stray-event.ts';

type LoginEntry = Extract<JournalEntry, { readonly about: 'login' }>;

/**
 * Counts in the store what was journalled while it was away, by the same rules and with the record as it came. Counting
 * it again changes no total, so a replay that was cut off is simply begun anew; only history rows of logins and rejects
 * may then be there twice. Rejects when the store failed.
 * @param now the present: enforcement looks at the line as it is now.
 */
export async function replayEntry(
  entry: JournalEntry,
  now: Instant,
  context: PacketContext,
  counters: Pick<CounterStore, 'learnNas'>,
): Promise<void> {
  const { engine } = context;
  switch (entry.about) {
    case 'session': {
      const { record } = entry;
      const anomalies = await engine.run(record.username, now, (line) =>
        accountingRule(line, entry, now, context),
      );
      context.recent?.add(entry, now);
      if (anomalies === undefined) await engine.record([strayEvent(record)]);
      else if (anomalies.length > 0) context.onAnomalies(record.nas, anomalies);
      return;
    }
    case 'login': {
      const isKnown = await engine.run(entry.username, now, (line) => loginRule(line, entry, now, context));
      if (!isKnown) await engine.record([entry.event]);
      return;
    }
    case 'learned': {
      const { nas, learned, at } = entry;
      return counters.learnNas(nas, learned, { type: 'nas', at, nas, ...learned });
    }
    case 'events':
      return engine.record(entry.events);
  }
}

/**
 * The slot as it was given, service included: what the session was told is compared with what it may have. When a replay
 * begins anew, the session may have ended and be forgotten by now.
 */
function loginRule(
  line: LineState | undefined,
  { session, event }: LoginEntry,
  now: Instant,
  context: PacketContext,
): RuleResult<boolean> {
  if (line === undefined) return { change: undefined, result: false };
  if (line.sessions.some(({ key }) => key === session.key)) return { change: undefined, result: true };
  if (isForgottenLogin(line.forgotten, session.key)) return { change: undefined, result: true };
  const next = { ...line, sessions: [...line.sessions, session] };
  return { change: concludeChange(next, [event], [], lineFacts(context, now), session.seenAt), result: true };
}
