import type { ReconcileAnswer } from '../../../api/routes/reconcile.ts';
import { eventually, type MizanProcess } from '../mizan-process.ts';

/** The RADIUS server as the configuration of a NAS names it. */
export interface RadiusServer {
  readonly address: string;
  readonly authPort: number;
  readonly acctPort: number;
  readonly secret: string;
}

/** What a NAS itself has counted of one session, as in Acct-Input-Octets and Acct-Output-Octets. */
export interface NasCount {
  readonly inputOctets: number;
  readonly outputOctets: number;
}

/** What reconciliation finds once all that was reported is in history and ledger. */
export function reconciled(mizan: MizanProcess): Promise<ReconcileAnswer> {
  return eventually(async () => {
    const answer = await mizan.cli<ReconcileAnswer>('reconcile');
    return answer.busy === 0 && answer;
  });
}
