import type { AgentKind } from './agent.ts';

/** Who asks over HTTP. */
export type Principal = StaffPrincipal | AgentPrincipal;

/** What kinds of principals there are. */
export type PrincipalKind = Principal['kind'];

/** Somebody, or a program, of the house itself: nothing is hidden from them. */
interface StaffPrincipal {
  readonly kind: 'staff';
  /** Written to history and journal as who did it. */
  readonly actor: string;
}

/** An agent or a reseller: sees and sells to customers of their own only. */
export interface AgentPrincipal {
  readonly kind: 'agent';
  /** Written to history and journal as who did it; differs from every other principal's. */
  readonly actor: string;
  readonly agentId: number;
  /** As what the agent buys for customers. */
  readonly role: AgentKind;
  readonly scope: AgentScope;
}

/** How far an agent reaches. `own`: customers of the agent. `tree`: those of agents below the agent, too. */
export type AgentScope = 'own' | 'tree';

/** Whose tokens are valid now. */
export interface PrincipalStore {
  /**
   * Whose token has this digest, `undefined` for nobody's, also when it was taken back.
   * @param tokenDigest SHA-256 of the token, hexadecimal, small letters.
   */
  find(tokenDigest: string): Promise<Principal | undefined>;
}
