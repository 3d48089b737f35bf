import { type Logger, pino } from 'pino';

/**
 * Structured log on standard error, one JSON line per event. Callers pass names and figures, never packets, passwords
 * or secrets; the redaction is a second wall.
 */
export function createLog(level: string): Logger {
  const redact = ['*.secret', '*.secretNext', '*.password', '*.token', 'secret', 'password', 'token'];
  return pino({ level, base: null, redact, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}
