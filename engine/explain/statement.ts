import type { AppliedService } from '../accounting/session.ts';
import type { Effect, EffectReason } from '../policy/effect.ts';
import type { LineStatus } from '../policy/line-state.ts';
import type { RejectReason } from '../policy/reject-reason.ts';
import type { GrantKind } from '../quota/grant.ts';
import type { Instant } from '../values/instant.ts';
import type { Speed } from '../values/speed.ts';

/** What happens when the volume or the term has ended: nothing is left, the pay pages, or this speed. */
export interface EndFigures extends Speed {
  readonly action: 'disconnect' | 'captive' | 'slow';
}

/** Who set a status, and since when. */
export interface StatusFigures {
  /** `null` where the ledger does not say. */
  readonly since: Instant | null;
  readonly actor: string;
  readonly reason: string;
}

/** A term that was bought. */
export interface TermFigures {
  readonly plan: string;
  readonly until: Instant;
}

/** A grant with what was left of it. */
export interface GrantFigures {
  readonly id: string;
  readonly kind: GrantKind;
  readonly octets: number;
  readonly leftOctets: number;
  readonly from: Instant;
  /** `null` never ends. */
  readonly until: Instant | null;
  readonly tier: number;
}

/** Volumes at full speed: what is left of what was granted. */
export interface VolumeFigures {
  readonly leftOctets: number;
  readonly grantedOctets: number;
}

/** A session and what its NAS was last told to give it; 0 kbit/s is the NAS's default. */
export interface SessionFigures extends Speed {
  readonly nas: string;
  readonly acctSessionId: string;
  readonly callingStationId: string;
  readonly framedIp: string;
  readonly since: Instant;
  readonly mode: AppliedService['mode'];
}

/** An order to a NAS and how it ended. */
export interface OrderFigures {
  readonly at: Instant;
  readonly nas: string;
  readonly kind: Effect['kind'];
  /** '' where it is not known any more. */
  readonly reason: EffectReason | '';
  /** 0 while none was sent. */
  readonly attempts: number;
  /** Error-Cause (RFC 5176 §3.5), 0 when none was sent. */
  readonly errorCause: number;
}

/** An answer to an Access-Request. */
export interface LoginFigures {
  readonly at: Instant;
  readonly nas: string;
  readonly callingStationId: string;
  /** Requests of a kind that are told together. */
  readonly count: number;
}

/** Sessions that are open, and how many the line may have. */
export interface SlotFigures {
  readonly open: number;
  readonly allowed: number;
}

/** Every statement by `rule/outcome`, and the figures that it is made with. Plain numbers; whoever shows them formats them. */
export interface StatementFigures {
  'verdict/full-speed': Speed;
  'verdict/landing': Speed;
  'verdict/slowed': Speed & { readonly because: RejectReason };
  'verdict/captive': { readonly because: RejectReason };
  'verdict/no-service': { readonly because: RejectReason };
  'verdict/login-refused': { readonly because: RejectReason; readonly at: Instant };
  'verdict/no-line': Record<never, never>;
  'history/incomplete': { readonly keptSince: Instant };
  'status/active': StatusFigures;
  'status/suspended': StatusFigures;
  'status/closed': StatusFigures;
  'term/running': TermFigures;
  'term/reserve-running': TermFigures & { readonly from: Instant };
  'term/ended': TermFigures & EndFigures;
  'term/none': Record<never, never>;
  'term/plan-unknown': { readonly plan: string };
  'reserve/waiting': TermFigures & { readonly from: Instant };
  'plan/in-force': Speed & { readonly plan: string; readonly from: Instant };
  'window/none': Record<never, never>;
  'window/free': { readonly fromMinute: number; readonly toMinute: number };
  'window/weighs': { readonly percent: number; readonly fromMinute: number; readonly toMinute: number };
  'window/speed': Speed & { readonly fromMinute: number; readonly toMinute: number };
  'volume/unlimited': Record<never, never>;
  'volume/free-window': VolumeFigures;
  'volume/left': VolumeFigures;
  'volume/tier': Speed & {
    readonly tier: number;
    readonly leftOctets: number;
    readonly grantedOctets: number;
  };
  'volume/ended': VolumeFigures & EndFigures;
  'grant/left': GrantFigures;
  'grant/used-up': GrantFigures;
  'grant/waiting': GrantFigures;
  'mac-lock/none': Record<never, never>;
  'mac-lock/same': { readonly lock: string; readonly station: string };
  'mac-lock/other': { readonly lock: string; readonly station: string };
  'mac-lock/unasked': { readonly lock: string };
  'simultaneous-use/room': SlotFigures;
  'simultaneous-use/full': SlotFigures;
  'simultaneous-use/refused': SlotFigures;
  'session/as-wanted': SessionFigures;
  'session/landing': SessionFigures;
  'session/other': SessionFigures;
  'session/silent': SessionFigures;
  'session/reserved': SessionFigures;
  'session/none': Record<never, never>;
  'order/waiting': OrderFigures;
  'order/acknowledged': OrderFigures;
  'order/refused': OrderFigures;
  'order/unanswered': OrderFigures;
  'order/no-nas': OrderFigures;
  'order/not-in-force': OrderFigures;
  'login/accepted': LoginFigures;
  'login/refused': LoginFigures & { readonly because: RejectReason };
}

/** `rule/outcome`. */
export type StatementKey = keyof StatementFigures;

/** Where the figures of a statement are from: the counters, the books, the usage history, or the plan. */
export type StatementSource = 'counters' | 'ledger' | 'history' | 'plan';

/** One thing that was looked at. Data, not text. */
export type Statement = {
  readonly [Key in StatementKey]: {
    readonly key: Key;
    readonly figures: StatementFigures[Key];
    readonly source: StatementSource;
    /** This one decided the verdict; what comes after it in the order of the decision was not looked at. */
    readonly decides: boolean;
  };
}[StatementKey];

/** A statement of a rule that only lets pass, or, with `decides`, of the one that decided. */
export function say<Key extends StatementKey>(
  key: Key,
  figures: StatementFigures[Key],
  source: StatementSource,
  decides = false,
): Statement {
  return { key, figures, source, decides } as unknown as Statement;
}

/** The key of a status. */
export function statusKey(status: LineStatus): `status/${LineStatus}` {
  return `status/${status}`;
}

/** Why a line had at an instant what it had. */
export interface Explanation {
  readonly username: string;
  readonly at: Instant;
  readonly verdict: Statement;
  /** Every rule that was looked at, in the order of the decision. */
  readonly rules: readonly Statement[];
  /** What sessions and NAS were told, and how it ended; newest first. */
  readonly told: readonly Statement[];
}
