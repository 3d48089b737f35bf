import type { EndFigures, StatementFigures, StatementKey } from '../../engine/explain/statement.ts';
import type { EffectReason } from '../../engine/policy/effect.ts';
import type { RejectReason } from '../../engine/policy/reject-reason.ts';
import type { GrantKind } from '../../engine/quota/grant.ts';
import type { Format } from './format.ts';

/** Figures as the sentences of a language have them. */
export interface Phrases extends Pick<Format, 'count' | 'moment' | 'minuteOfDay'> {
  volume(octets: number): string;
  speed(downKbps: number, upKbps: number): string;
  /** Completes "because …". */
  because(reason: RejectReason): string;
  orderReason(reason: EffectReason | ''): string;
  grantKind(kind: GrantKind): string;
  end(end: EndFigures): string;
}

type RuleNameOf<Key> = Key extends `${infer Rule}/${string}` ? Rule : never;

/** The texts of a language: one sentence per statement; a missing one does not compile. */
export interface Words {
  readonly because: Readonly<Record<RejectReason, string>>;
  readonly orderReasons: Readonly<Record<EffectReason, string>>;
  readonly grantKinds: Readonly<Record<GrantKind, string>>;
  /** What each rule is called. */
  readonly rules: Readonly<Record<RuleNameOf<StatementKey>, string>>;
  readonly defaultSpeed: string;
  speed(text: string): string;
  end(action: EndFigures['action'], speed: string): string;
  readonly sentences: {
    readonly [Key in StatementKey]: (figures: StatementFigures[Key], show: Phrases) => string;
  };
}
