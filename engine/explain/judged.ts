import type { LineState } from '../policy/line-state.ts';
import type { LineTerm } from '../policy/line-term.ts';
import type { RejectReason } from '../policy/reject-reason.ts';
import type { Landing } from '../policy/soft-landing.ts';
import type { WantedService } from '../policy/wanted-service.ts';
import type { LineFacts, LoginRow } from './line-facts.ts';

/** A line at an instant, with what the packet path's own functions say of it. */
export interface Judged {
  readonly facts: LineFacts;
  readonly state: LineState;
  readonly term: LineTerm;
  readonly wanted: WantedService;
  /** How the end of the volume is approached, `undefined` where it is not. */
  readonly landing: Landing | undefined;
  /** The newest answer, when it was a Reject and is what somebody asks about. */
  readonly asked: LoginRow | undefined;
  /** Why a login like the one asked about is refused at `at`; `undefined` when it is accepted. */
  readonly refused: RejectReason | undefined;
}
