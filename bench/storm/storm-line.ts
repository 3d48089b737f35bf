import { sessionName } from '../load/requests.ts';

/** Octets as the subscriber sees them: input is upload, output is download. */
export interface Octets {
  readonly input: number;
  readonly output: number;
}

/** A session as its BRAS knows it. */
export interface StormSession {
  readonly acctSessionId: string;
  readonly nasPort: number;
  readonly framedIp: string;
  readonly classes: readonly Uint8Array[];
  /** Epoch ms. */
  readonly startedAt: number;
  /** Whether its Start was acknowledged. */
  started: boolean;
  /** What its last acknowledged record said. */
  reported: Octets;
}

/** How a subscriber's dialling ended. */
export interface Dialled {
  readonly outcome: 'online' | 'rejected' | 'access-unanswered' | 'start-unanswered';
  /** Datagrams that the Access-Request took, and the Start; 0 where none was sent. */
  readonly accessTries: number;
  readonly startTries: number;
  /** From the subscriber's dialling to the Accept, waiting in the BRAS included. */
  readonly loginMs: number;
  /** From the first Access-Request to the Accept. */
  readonly requestMs: number;
}

/** One subscriber with all the sessions that it had, the running one last. */
export class StormLine {
  readonly number: number;
  readonly username: string;
  readonly sessions: StormSession[] = [];

  constructor(number: number) {
    this.number = number;
    this.username = sessionName(number);
  }
}
