import { isIPv4 } from 'node:net';
import type { LineStatus } from '../policy/line-state.ts';
import type { CustomerDeclaration, LineContract } from '../subscribers/customer.ts';
import type { Instant } from '../values/instant.ts';
import { isRial } from '../values/rial.ts';

/** A line as a row, or the rows of one user, told it; absent fields were not told. */
export interface LineCandidate {
  readonly source: string;
  readonly raw: Readonly<Record<string, string>>;
  readonly username: string;
  readonly password?: string | undefined;
  /** Name of its plan or group in the file; '' for none. */
  readonly plan: string;
  readonly status?: LineStatus | undefined;
  readonly expiresAt?: Instant | undefined;
  readonly staticIp?: string | undefined;
  readonly framedRoutes?: readonly string[] | undefined;
  readonly framedIpv6Prefix?: string | undefined;
  readonly delegatedIpv6Prefix?: string | undefined;
  readonly macLock?: string | undefined;
  readonly concurrentSessions?: number | undefined;
  readonly remainingOctets?: number | undefined;
  /** Rial in the wallet; below 0 is a debt. */
  readonly credit?: number | undefined;
  readonly customer?: CustomerDeclaration | undefined;
  readonly contract?: Partial<LineContract> | undefined;
  /** What was found wrong while it was read. */
  readonly faults: readonly string[];
}

/** A customer of whom nothing is known. */
export const UNKNOWN_CUSTOMER: CustomerDeclaration = {
  kind: 'person',
  name: '',
  nationalId: '',
  economicCode: '',
  mobile: '',
  phone: '',
  email: '',
  postalCode: '',
  address: '',
  education: '',
  bornOn: '',
};

const USERNAME_OCTETS = 253;
const PASSWORD_OCTETS = 128;
const MOST_SESSIONS = 1_000;
/** The last one that ISO 8601 writes with a year of four digits. */
const LAST_INSTANT = Date.UTC(9999, 11, 31);
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\u200c]*$/u;
const ROUTE = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})(\s|$)/;

/** Everything about the line itself that could not be declared (RFC 2865 §5.1 and §5.2 bound name and password). */
export function lineFaults(line: LineCandidate): readonly string[] {
  const faults = [...line.faults];
  const { username, password, staticIp, concurrentSessions: sessions } = line;
  if (username === '') faults.push('there is no username');
  else if (!PRINTABLE.test(username) || username !== username.trim()) {
    faults.push('the username holds blanks at its ends or control characters');
  } else if (Buffer.byteLength(username) > USERNAME_OCTETS) faults.push('the username is too long');
  else if (username === '.' || username === '..') faults.push('the username cannot be one');
  if (password !== undefined && !PRINTABLE.test(password)) {
    faults.push('the password holds control characters');
  }
  if (password !== undefined && Buffer.byteLength(password) > PASSWORD_OCTETS) {
    faults.push(`the password is longer than ${PASSWORD_OCTETS} octets`);
  }
  if (staticIp !== undefined && !isIPv4(staticIp)) faults.push(`${staticIp} is no IPv4 address`);
  if (line.expiresAt !== undefined && !(line.expiresAt >= 0 && line.expiresAt <= LAST_INSTANT)) {
    faults.push('the end of the service is no date');
  }
  if (line.credit !== undefined && !isRial(Math.abs(line.credit)))
    faults.push('the credit is no amount of money');
  for (const route of line.framedRoutes ?? []) {
    const [, address = '', bits = ''] = ROUTE.exec(route) ?? [];
    if (!isIPv4(address) || Number(bits) > 32) faults.push(`${route} does not begin with an IPv4 prefix`);
  }
  if (sessions !== undefined && (sessions < 1 || sessions > MOST_SESSIONS)) {
    faults.push(`the number of sessions must be from 1 to ${MOST_SESSIONS}`);
  }
  return faults;
}
