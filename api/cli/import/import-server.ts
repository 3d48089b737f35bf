import type {
  PlanDeclaration,
  ProvisioningDocument,
  ProvisioningError,
} from '../../../engine/subscribers/provisioning.ts';
import { fail, ok, type Result } from '../../../engine/values/result.ts';
import type { ImportedPeople } from '../../imported-people.ts';
import type { PlanSummary } from '../../routes/plans.ts';
import { callServer, type Reply } from '../client.ts';

/** What an import asks of a server; a failure is what it said. */
export interface ImportServer {
  /** Plans that are there, as far as an import must know them. */
  plans(): Promise<Result<readonly PlanDeclaration[], Failure>>;
  apply(document: ProvisioningDocument): Promise<Result<undefined, Failure>>;
  /** Which of these lines are there. */
  knownLines(usernames: readonly string[]): Promise<Result<readonly string[], Failure>>;
  /** Which of these people's lines are somebody else's. */
  linesOfOthers(people: readonly PersonAsked[]): Promise<Result<readonly string[], Failure>>;
  people(body: object): Promise<Result<ImportedPeople, Failure>>;
}

/** A person as an import tells of them, with all usernames. */
export interface PersonAsked {
  readonly name: string;
  readonly nationalId: string;
  readonly usernames: readonly string[];
}

/** Why a call failed: the faults that the server found, or that there is no server. */
export interface Failure {
  readonly kind: Exclude<Reply['kind'], 'ok'>;
  readonly lines: readonly string[];
}

const FAULTS = {
  lines: /^(lines\[\d+\][^:]*): (.*)$/s,
  customers: /^(customers\[\d+\][^:]*): (.*)$/s,
} as const;

/** The server that MIZAN_URL or the files of DATA_DIR name. */
export function importServer(env: NodeJS.ProcessEnv): ImportServer {
  const send = async (method: 'GET' | 'PUT' | 'POST', path: string, body?: object) => {
    const reply = await callServer(env, { method, path, ...(body && { body: JSON.stringify(body) }) });
    return reply.kind === 'ok' ? ok(reply.body) : fail<Failure>(reply);
  };
  return {
    async plans() {
      const reply = await send('GET', '/plans');
      return reply.ok
        ? ok((reply.value as { plans: readonly PlanSummary[] }).plans.map(declarationOf))
        : reply;
    },
    async apply(document) {
      const reply = await send('PUT', '/apply', document);
      return reply.ok ? ok(undefined) : reply;
    },
    async knownLines(usernames) {
      const reply = await send('POST', '/import/known-lines', { usernames });
      return reply.ok ? ok((reply.value as { known: readonly string[] }).known) : reply;
    },
    async linesOfOthers(people) {
      const reply = await send('POST', '/import/known-lines', { people });
      return reply.ok ? ok((reply.value as { ofOthers: readonly string[] }).ofOthers) : reply;
    },
    async people(body) {
      const reply = await send('POST', '/import/people', body);
      return reply.ok ? ok(reply.value as ImportedPeople) : reply;
    },
  };
}

/** Faults of single entries of a list in what a server refused; `undefined` when it refused for another reason. */
export function faultsIn(
  list: keyof typeof FAULTS,
  { kind, lines }: Failure,
): readonly ProvisioningError[] | undefined {
  if (kind !== 'refused' || lines.length === 0) return undefined;
  const faults = lines.flatMap((line): ProvisioningError[] => {
    const [, path, message] = FAULTS[list].exec(line) ?? [];
    return path === undefined || message === undefined ? [] : [{ path, message }];
  });
  return faults.length === lines.length ? faults : undefined;
}

/** A plan that is there, declared as it is. */
function declarationOf({ name, present }: PlanSummary): PlanDeclaration {
  const { days, quota, speed, tiers, exhausted, expired, windows, classes, pool } = present;
  const { concurrentSessions, locksFirstMac, softLanding, interimSeconds } = present;
  return {
    ...{ name, days, tiers, exhausted, expired, classes },
    ...{ concurrentSessions, locksFirstMac, softLanding, interimSeconds },
    windows: windows.map((window) => ({ ...window, speed: window.speed ?? undefined })),
    ...(quota && { quota }),
    ...(speed && { speed }),
    ...(pool && { pool }),
  };
}
