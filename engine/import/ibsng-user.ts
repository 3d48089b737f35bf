import { isIPv4 } from 'node:net';
import type { CustomerDeclaration } from '../subscribers/customer.ts';
import { type Instant, SECOND_MS } from '../values/instant.ts';
import { isoDay, readDate } from './dates.ts';
import type { CreditFact } from './ibsng-credit.ts';
import type { IbsngGroup, IbsngUser } from './ibsng-tables.ts';
import { type LineCandidate, UNKNOWN_CUSTOMER } from './line-candidate.ts';
import { type Attributes, mergeAttributes } from './radius-attributes.ts';
import { first } from './radius-facts.ts';

/** A user's attribute, else the one of the group; '' for none. */
export type Told = (...names: readonly string[]) => string;

const MAC = /^(?:[0-9a-f]{2}[:.-]?){5}[0-9a-f]{2}$/i;
/** Texts of a pickled dictionary (Python "pickle", protocol 0): names and values by turns. */
const PICKLED = /[SV](?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|([^'"\n]*))\n/g;

/** Attributes that are read, or that mean nothing here. */
const KNOWN = new Set(
  (
    'abs_exp_date rel_exp_date first_login multi_login assign_ip limit_mac limit_caller_id lock name phone cell_phone ' +
    'mobile email_address email comment normal_charge radius_attrs ippool national_code national_id address postal_code ' +
    'birthdate limit_caller_id_allow_not_defined normal_save_usernames save_bw_usage voip_charge voip_preferred_language'
  ).split(' '),
);

/** Reads attributes of a user and the group behind. */
export function toldOf(user: Pick<IbsngUser, 'attrs'>, group: IbsngGroup | undefined): Told {
  return (...names) => {
    for (const name of names) {
      const text = user.attrs.get(name) ?? group?.attrs.get(name);
      if (text !== undefined && text.trim() !== '') return text.trim();
    }
    return '';
  };
}

/** A user as a line; the group's name in the file is its plan's. */
export function lineOfIbsngUser(
  user: IbsngUser,
  told: Told,
  group: IbsngGroup | undefined,
  credit: CreditFact,
  source: string,
): LineCandidate {
  const faults: string[] = [];
  const plan = group?.name ?? '';
  if (user.username === '' && user.isOfAnotherKind) faults.push('it is a VoIP or LAN user');
  if (user.username !== '' && user.password === '') faults.push('there is no password');
  if (credit.kind === 'unclear') faults.push(credit.why);
  const sessions = Number(told('multi_login') || Number.NaN);
  const reply = radiusAttributes(told);
  return {
    source,
    raw: { username: user.username, group: plan, credit: user.credit },
    username: user.username,
    password: user.password || undefined,
    plan,
    // A lock is there or not; what it holds is the reason.
    status: user.attrs.has('lock') || group?.attrs.has('lock') ? 'suspended' : undefined,
    expiresAt: endOfService(told),
    staticIp: single(told('assign_ip'), (text) => isIPv4(text)) ?? first(reply, 'framed-ip-address'),
    framedRoutes: reply.values.get('framed-route') ?? [],
    macLock: single(told('limit_mac', 'limit_caller_id'), (text) => MAC.test(text)),
    concurrentSessions: Number.isInteger(sessions) && sessions > 0 ? sessions : undefined,
    remainingOctets: credit.kind === 'volume' ? credit.octets : undefined,
    credit: credit.kind === 'money' ? credit.rial : undefined,
    customer: customerOf(told),
    contract: { phone: told('phone') },
    faults,
  };
}

/** Reply attributes that an operator gave a user or a group by hand. */
export function radiusAttributes(told: Told): Attributes {
  const texts = [...`${told('radius_attrs')}\n`.matchAll(PICKLED)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
  const rows = [];
  for (let at = 0; at + 1 < texts.length; at += 2) {
    rows.push({ attribute: texts[at]!, op: ':=', value: texts[at + 1]! });
  }
  return mergeAttributes(rows);
}

/** What could not be taken over, in words. */
export function leftOutOf(user: IbsngUser, told: Told): readonly string[] {
  const words: string[] = [];
  for (const name of user.attrs.keys()) {
    if (!KNOWN.has(name) && !/_periodic_accounting_/.test(name)) words.push(`attribute ${name} is left out`);
  }
  if (told('assign_ip') !== '' && single(told('assign_ip'), (text) => isIPv4(text)) === undefined) {
    words.push('assign_ip with several addresses is left out');
  }
  const macs = told('limit_mac', 'limit_caller_id');
  if (macs !== '' && single(macs, (text) => MAC.test(text)) === undefined) {
    words.push('limit_mac or limit_caller_id that is not one address is left out');
  }
  if (told('rel_exp_date') !== '' && told('first_login') === '' && told('abs_exp_date') === '') {
    words.push('the term of a user who never logged in begins with the import');
  }
  return words;
}

/** The nearer end, as IBSng shows it: `abs_exp_date`, or `rel_exp_date` seconds after the first login. */
function endOfService(told: Told): Instant | undefined {
  const ends = [Number(told('abs_exp_date') || Number.NaN)];
  if (told('first_login') !== '' && told('rel_exp_date') !== '') {
    ends.push(Number(told('first_login')) + Number(told('rel_exp_date')));
  }
  const known = ends.filter((end) => Number.isFinite(end) && end > 0);
  return known.length === 0 ? undefined : Math.min(...known) * SECOND_MS;
}

function customerOf(told: Told): CustomerDeclaration {
  const born = readDate(told('birthdate'));
  return {
    ...UNKNOWN_CUSTOMER,
    name: told('name'),
    nationalId: told('national_code', 'national_id'),
    mobile: told('cell_phone', 'mobile'),
    email: told('email_address', 'email'),
    postalCode: told('postal_code'),
    address: told('address'),
    bornOn: born === undefined ? '' : isoDay(born),
  };
}

/** The one element of a list that IBSng divides by commas; `undefined` for several or a wrong one. */
function single(list: string, isRight: (text: string) => boolean): string | undefined {
  const [text = '', more] = list.split(',').map((part) => part.trim());
  return more === undefined && isRight(text) ? text : undefined;
}
