/** A server under load. */
export interface Peer {
  readonly name: string;
  readonly authPort: number;
  readonly acctPort: number;
  /** It sends requests back as they are. */
  readonly isEcho: boolean;
  /** Process ids by program name, each standing for itself and all its descendants. */
  readonly roots: Readonly<Record<string, number>>;
  /** To be called when all sessions have begun, before anything is measured. */
  prepared(): Promise<void>;
  /** What it has on record in the end, to see that it did what was asked; `undefined` where nobody looks. */
  recorded(): Promise<object | undefined>;
  stop(): Promise<void>;
}
