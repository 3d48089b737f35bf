import type { Forgotten } from '../../accounting/forgotten.ts';
import type { Session } from '../../accounting/session.ts';
import type { LineProfile, LineState, LineStatus, ReservedTerm } from '../../policy/line-state.ts';
import type { Grant, GrantKind } from '../../quota/grant.ts';
import { DAY_MS, SECOND_MS } from '../../values/instant.ts';
import type { Octets } from '../../values/octets.ts';
import { fieldPair, fieldWord, readFieldText } from './redis-field-text.ts';
import { readSession, SESSION_FIELDS, sessionTexts } from './redis-session-fields.ts';

/** What has to be done to a line's hash: fields with their texts in turn, and fields that go. */
export interface FieldChanges {
  readonly set: readonly string[];
  readonly remove: readonly string[];
}

const PROFILE_FIELDS = [
  'status',
  'line',
  'revision',
  'plan',
  'expires',
  'concurrent',
  'password',
  'mac',
  'ip',
  'routes',
  'ipv6',
  'delegated',
  'reserve',
] as const;

const LINE_FIELDS = ['forgotten'] as const;

const BOUND_FIELDS = ['bound'] as const;

const GRANT_FIELDS = ['', '.used', '.time'] as const;

/**
 * Fields that lead from `before`, what the hash is known to hold, to `after`. Without `before` all fields of `after`.
 * Parts that are the same object in both are not even looked at.
 */
export function fieldChanges(before: LineState | undefined, after: LineState): FieldChanges {
  const set: string[] = [];
  const remove: string[] = [];
  const compare = <T>(
    name: string,
    fields: readonly string[],
    old: T | undefined,
    now: T | undefined,
    texts: (part: T) => readonly string[],
  ) => {
    if (old === now) return;
    const oldTexts = old === undefined ? [] : texts(old);
    const nowTexts = now === undefined ? [] : texts(now);
    for (const [index, field] of fields.entries()) {
      const text = nowTexts[index] ?? '';
      const oldText = oldTexts[index] ?? '';
      if (text === oldText) continue;
      if (text === '') remove.push(name + field);
      else set.push(name + field, text);
    }
  };
  compare('', PROFILE_FIELDS, before?.profile, after.profile, profileTexts);
  compare('', LINE_FIELDS, before?.forgotten, after.forgotten, forgottenTexts);
  compare('', BOUND_FIELDS, before?.boundMac, after.boundMac, (mac) => [mac]);
  for (let n = 0; n < Math.max(before?.grants.length ?? 0, after.grants.length); n++) {
    compare(`g${n}`, GRANT_FIELDS, before?.grants[n], after.grants[n], grantTexts);
  }
  for (let n = 0; n < Math.max(before?.sessions.length ?? 0, after.sessions.length); n++) {
    compare(`s${n}`, SESSION_FIELDS, before?.sessions[n], after.sessions[n], sessionTexts);
  }
  return { set, remove };
}

/** The state that the fields of a line's hash hold, names and texts in turn; `undefined` when there are none. */
export function readLineFields(username: string, flat: readonly string[]): LineState | undefined {
  if (flat.length === 0) return undefined;
  const fields = new Map<string, string>();
  for (let index = 0; index < flat.length; index += 2) fields.set(flat[index]!, flat[index + 1]!);
  const grants: Grant[] = [];
  for (let n = 0; fields.has(`g${n}`); n++) grants.push(readGrant(`g${n}`, fields));
  const sessions: Session[] = [];
  for (let n = 0; fields.has(`s${n}`); n++) sessions.push(readSession(`s${n}`, fields));
  const forgotten = readForgotten(fields.get('forgotten'));
  const boundMac = fields.get('bound');
  const state = { profile: readProfile(username, fields), grants, sessions, forgotten };
  return boundMac === undefined ? state : { ...state, boundMac };
}

/** `ms`, and behind it `/Event-Timestamp`, empty for none, where that does not say the same. */
function forgottenTexts({ through, stampSeconds }: Forgotten): readonly string[] {
  if (stampSeconds === Math.floor(through / SECOND_MS)) return [String(through)];
  return [`${through}/${stampSeconds ?? ''}`];
}

function readForgotten(text: string | undefined): Forgotten | undefined {
  if (text === undefined) return undefined;
  const [ms, stamp] = text.split('/');
  const through = Number(ms);
  if (stamp === undefined) return { through, stampSeconds: Math.floor(through / SECOND_MS) };
  return { through, stampSeconds: stamp === '' ? undefined : Number(stamp) };
}

function profileTexts(profile: LineProfile): readonly string[] {
  return [
    profile.status,
    String(profile.lineId),
    String(profile.revision),
    profile.planName,
    profile.expiresAt === undefined ? '' : String(profile.expiresAt),
    profile.concurrentSessions === undefined ? '' : String(profile.concurrentSessions),
    profile.sealedPassword,
    profile.macLock,
    profile.staticIp,
    profile.framedRoutes.length === 0 ? '' : JSON.stringify(profile.framedRoutes),
    profile.framedIpv6Prefix,
    profile.delegatedIpv6Prefix,
    reserveText(profile.reserve),
  ];
}

/** `from..until plan`. */
function reserveText(reserve: ReservedTerm | undefined): string {
  return reserve === undefined ? '' : `${reserve.from}..${reserve.expiresAt} ${reserve.planName}`;
}

function readReserve(text: string | undefined): ReservedTerm | undefined {
  const [, from, until, planName] = /^(\d+)\.\.(\d+) (.*)$/s.exec(text ?? '') ?? [];
  if (planName === undefined) return undefined;
  return { planName, from: Number(from), expiresAt: Number(until) };
}

function readProfile(username: string, fields: ReadonlyMap<string, string>): LineProfile {
  const text = (name: (typeof PROFILE_FIELDS)[number]) => fields.get(name) ?? '';
  const expires = fields.get('expires');
  const concurrent = fields.get('concurrent');
  return {
    username,
    lineId: Number(text('line')),
    revision: Number(text('revision')),
    status: text('status') as LineStatus,
    sealedPassword: text('password'),
    planName: text('plan'),
    expiresAt: expires === undefined ? undefined : Number(expires),
    reserve: readReserve(fields.get('reserve')),
    concurrentSessions: concurrent === undefined ? undefined : Number(concurrent),
    macLock: text('mac'),
    staticIp: text('ip'),
    framedRoutes: JSON.parse(fields.get('routes') ?? '[]') as string[],
    framedIpv6Prefix: text('ipv6'),
    delegatedIpv6Prefix: text('delegated'),
  };
}

/**
 * Who it is, its kind where the id does not begin with it; `consumed/octets`; and `from..until`, with `until` in days
 * where it is whole days later, and empty when it never ends.
 */
function grantTexts(grant: Grant): readonly string[] {
  const { id, kind, octets, consumed, from, until, priority, tier, createdAt } = grant;
  return [
    fieldWord(id) +
      (id.startsWith(`${kind}:`) ? '' : ` ${kind}`) +
      fieldPair('priority', priority) +
      fieldPair('tier', tier),
    `${consumed}/${octets}`,
    `${from}..${untilText(from, until)}${createdAt === from ? '' : ` created=${createdAt}`}`,
  ];
}

function untilText(from: number, until: number | undefined): string {
  if (until === undefined) return '';
  const days = (until - from) / DAY_MS;
  return Number.isInteger(days) && days >= 0 ? `+${days}d` : String(until);
}

function readUntil(from: number, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  return text.endsWith('d') ? from + Number(text.slice(1, -1)) * DAY_MS : Number(text);
}

function readGrant(name: string, fields: ReadonlyMap<string, string>): Grant {
  const text = (suffix: (typeof GRANT_FIELDS)[number]) => readFieldText(fields.get(name + suffix) ?? '');
  const who = text('');
  const id = who.words[0] ?? '';
  const time = text('.time');
  const [consumed, octets] = (fields.get(`${name}.used`) ?? '').split('/');
  const [from, until] = (time.words[0] ?? '').split('..');
  return {
    id,
    kind: (who.words[1] ?? id.slice(0, id.indexOf(':'))) as GrantKind,
    octets: Number(octets) as Octets,
    consumed: Number(consumed) as Octets,
    from: Number(from),
    until: readUntil(Number(from), until),
    priority: Number(who.named.get('priority') ?? 0),
    tier: Number(who.named.get('tier') ?? 0),
    createdAt: Number(time.named.get('created') ?? from),
  };
}
