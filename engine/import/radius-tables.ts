import type { Instant } from '../values/instant.ts';
import { readTimestamp } from './dates.ts';
import type { AttributeRow } from './radius-attributes.ts';
import type { DumpRow, WantedTable } from './sql-dump.ts';

/** What is read of FreeRADIUS' tables (its schema.sql for MySQL and PostgreSQL) and of daloRADIUS' beside them. */
export const RADIUS_TABLES: Readonly<Record<string, WantedTable>> = {
  radcheck: {
    columns: ['username', 'attribute', 'op', 'value'],
    usual: ['id', 'username', 'attribute', 'op', 'value'],
  },
  radreply: {
    columns: ['username', 'attribute', 'op', 'value'],
    usual: ['id', 'username', 'attribute', 'op', 'value'],
  },
  radgroupcheck: {
    columns: ['groupname', 'attribute', 'op', 'value'],
    usual: ['id', 'groupname', 'attribute', 'op', 'value'],
  },
  radgroupreply: {
    columns: ['groupname', 'attribute', 'op', 'value'],
    usual: ['id', 'groupname', 'attribute', 'op', 'value'],
  },
  // Its tables have an id in PostgreSQL and none in MySQL: nothing is guessed.
  radusergroup: { columns: ['username', 'groupname', 'priority'] },
  usergroup: { columns: ['username', 'groupname', 'priority'] },
  radacct: { columns: ['username', 'acctstarttime', 'acctinputoctets', 'acctoutputoctets'] },
  nas: { columns: ['nasname'] },
  userinfo: {
    columns:
      'username firstname lastname email company workphone homephone mobilephone address city zip'.split(' '),
  },
  userbillinfo: {
    columns: 'username planname contactperson company email phone address city zip'.split(' '),
  },
  billing_plans: { columns: ['planname', 'planrecurring', 'planrecurringperiod'] },
};

/** A user as the tables know it. */
export interface RadiusUser {
  readonly username: string;
  /** Where it was met first: `radcheck#17`. */
  readonly place: string;
  readonly check: AttributeRow[];
  readonly reply: AttributeRow[];
  readonly groups: { readonly name: string; readonly priority: number }[];
  info: Readonly<Record<string, string>>;
  bill: Readonly<Record<string, string>>;
}

/** Octets of a user's sessions, and when the first of them began. */
export interface RadiusUsage {
  downOctets: number;
  upOctets: number;
  firstStart: Instant | undefined;
}

/** The tables of a dump, gathered by user and group: what is kept grows with the users, not with their sessions. */
export class RadiusTables {
  readonly users = new Map<string, RadiusUser>();
  readonly groupCheck = new Map<string, AttributeRow[]>();
  readonly groupReply = new Map<string, AttributeRow[]>();
  readonly usage = new Map<string, RadiusUsage>();
  /** Days of a term by plan of daloRADIUS, `undefined` where the plan does not tell. */
  readonly planDays = new Map<string, number | undefined>();
  /** How many rows each table has. */
  readonly counts = new Map<string, number>();
  readonly #usageSince: Instant;

  constructor(usageSince: Instant | undefined) {
    this.#usageSince = usageSince ?? Number.NEGATIVE_INFINITY;
  }

  /** Takes a row in. */
  add({ table, row, fields }: DumpRow): void {
    this.counts.set(table, row);
    const told = (column: string): string => fields[column] ?? '';
    const attribute = { attribute: told('attribute'), op: told('op'), value: told('value') };
    if (table === 'radacct') this.#addSession(told);
    else if (table === 'radgroupcheck') push(this.groupCheck, told('groupname'), attribute);
    else if (table === 'radgroupreply') push(this.groupReply, told('groupname'), attribute);
    else if (table === 'billing_plans') this.planDays.set(told('planname'), daysOf(told));
    else if (table !== 'nas') {
      const user = this.#userOf(told('username'), `${table}#${row}`);
      if (table === 'radcheck') user.check.push(attribute);
      else if (table === 'radreply') user.reply.push(attribute);
      else if (table === 'userinfo') user.info = textsOf(fields);
      else if (table === 'userbillinfo') user.bill = textsOf(fields);
      else user.groups.push({ name: told('groupname'), priority: Number(told('priority') || 0) });
    }
  }

  #userOf(username: string, place: string): RadiusUser {
    const known = this.users.get(username);
    if (known !== undefined) return known;
    const user: RadiusUser = { username, place, check: [], reply: [], groups: [], info: {}, bill: {} };
    this.users.set(username, user);
    return user;
  }

  #addSession(told: (column: string) => string): void {
    const start = readTimestamp(told('acctstarttime'));
    const username = told('username');
    let usage = this.usage.get(username);
    if (usage === undefined) {
      usage = { downOctets: 0, upOctets: 0, firstStart: undefined };
      this.usage.set(username, usage);
    }
    if (start !== undefined) usage.firstStart = Math.min(start, usage.firstStart ?? start);
    if (start !== undefined && start < this.#usageSince) return;
    usage.downOctets += countOf(told('acctoutputoctets'));
    usage.upOctets += countOf(told('acctinputoctets'));
  }
}

const PERIOD_DAYS: Readonly<Record<string, number>> = {
  daily: 1,
  weekly: 7,
  monthly: 30,
  quarterly: 90,
  'semi-yearly': 180,
  yearly: 365,
};

function daysOf(told: (column: string) => string): number | undefined {
  return /^no$/i.test(told('planrecurring'))
    ? undefined
    : PERIOD_DAYS[told('planrecurringperiod').toLowerCase()];
}

function textsOf(fields: DumpRow['fields']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).map(([column, text]) => [column, text?.trim() ?? '']));
}

function push(map: Map<string, AttributeRow[]>, key: string, row: AttributeRow): void {
  const rows = map.get(key);
  if (rows === undefined) map.set(key, [row]);
  else rows.push(row);
}

function countOf(text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
