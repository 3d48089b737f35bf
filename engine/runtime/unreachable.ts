/** Errors of sockets and name lookup, and what PostgreSQL says while it starts, stops or is full (SQLSTATE 57P, 53300, 08). */
const CODES =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOTFOUND|EAI_AGAIN|57P0\d|53300|08\w{3})$/;

/** What drivers say without a code when a connection was not made in time or broke. */
const SENTENCES = /timeout|timed out|terminated|socket hang up|ended unexpectedly/i;

/** True when an error means that a server is away for now, and not that it refuses us for good. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && code !== '') return CODES.test(code);
  if (error instanceof AggregateError) return error.errors.every(isUnreachable);
  return SENTENCES.test(error.message) || isUnreachable(error.cause);
}
