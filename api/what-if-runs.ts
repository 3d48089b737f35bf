import type { PastHistory, PastLedger } from '../engine/explain/past-stores.ts';
import { runWhatIf, type WhatIf, type WhatIfQuestion } from '../engine/explain/what-if.ts';

/** A run in work. */
interface Run {
  readonly key: string;
  readonly result: Promise<WhatIf>;
  lines: number;
  hasEnded: boolean;
}

/** Replays one at a time, so that pages and reports go on beside it. */
export class WhatIfRuns {
  private readonly ledger: PastLedger;
  private readonly history: PastHistory;
  private running: Run | undefined;

  constructor(ledger: PastLedger, history: PastHistory) {
    this.ledger = ledger;
    this.history = history;
  }

  /**
   * Begins a run, or joins the one of this key; `undefined` while another one is in work. What a run has found is told to
   * whoever asks first after its end.
   */
  join(key: string, question: WhatIfQuestion): Promise<WhatIf> | undefined {
    if (this.running !== undefined && this.running.key !== key) {
      if (!this.running.hasEnded) return undefined;
      this.running = undefined;
    }
    this.running ??= this.begin(key, question);
    return this.running.result;
  }

  /** Forgets a run that has ended and was told. */
  told(key: string): void {
    if (this.running?.key === key) this.running = undefined;
  }

  /** Lines that the run in work has replayed. */
  get lines(): number {
    return this.running?.lines ?? 0;
  }

  private begin(key: string, question: WhatIfQuestion): Run {
    const onPage = async (lines: number) => {
      run.lines = lines;
      await new Promise((resolve) => setImmediate(resolve));
    };
    const result = runWhatIf(question, this.ledger, this.history, onPage);
    const run: Run = { key, result, lines: 0, hasEnded: false };
    // It may fail while nobody waits for it; whoever asks next is told.
    const end = () => {
      run.hasEnded = true;
    };
    result.then(end, end);
    return run;
  }
}
