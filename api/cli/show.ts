import type { ProvisioningChanges } from '../../engine/subscribers/provisioning.ts';
import type { LiveLine } from '../live-line.ts';
import type { NasAnswer } from '../routes/nas.ts';
import type { ReconcileAnswer } from '../routes/reconcile.ts';
import type { SessionAnswer } from '../routes/sessions.ts';
import type { UsageAnswer } from '../routes/usage.ts';
import { answered } from './answered.ts';
import { type Column, formatFields, formatInstant, formatOctets, formatTable } from './format.ts';

/** Turns the body of a successful answer into text for people; throws when it has not what is to be shown. */
export type Show = (body: unknown) => string;

/** What a session row of any answer has in common. */
type SessionRow = LiveLine['sessions'][number] | SessionAnswer;

const sessionColumns: readonly Column<SessionRow>[] = [
  { heading: 'STATE', cell: ({ state }) => state },
  { heading: 'NAS', cell: ({ nas }) => nas },
  { heading: 'SESSION', cell: ({ acctSessionId }) => acctSessionId },
  { heading: 'IP', cell: ({ framedIp }) => framedIp },
  { heading: 'STARTED', cell: ({ startedAt }) => formatInstant(startedAt) },
  { heading: 'UPDATED', cell: ({ updatedAt }) => formatInstant(updatedAt) },
  { heading: 'RECEIVED', align: 'right', cell: ({ outputOctets }) => formatOctets(outputOctets) },
  { heading: 'SENT', align: 'right', cell: ({ inputOctets }) => formatOctets(inputOctets) },
  { heading: 'CHARGED', align: 'right', cell: ({ chargedOctets }) => formatOctets(chargedOctets) },
];

/** `apply`: how many entries were new or different. */
export const showApplied: Show = (body) => {
  const changes = answered<ProvisioningChanges>(body, 'number', 'nas', 'plans', 'lines', 'grants');
  const { nas, plans, lines, grants, ...others } = changes;
  const more = Object.entries(others).filter(([, count]) => count > 0);
  if (nas + plans + lines + grants === 0 && more.length === 0) {
    return 'Nothing to change: all of it was there already.';
  }
  const moreWords = more.map(([what, count]) => `, ${count} ${what}`).join('');
  return `Applied. New or changed: ${nas} NAS, ${plans} plans, ${lines} lines, ${grants} grants${moreWords}.`;
};

/** `line show`. */
export const showLine: Show = (body) => {
  const line = body as LiveLine;
  const { remainingOctets: left, grantedOctets: granted } = line;
  const fields = formatFields([
    ['Username', line.username],
    ['Status', line.status],
    ['Plan', line.plan],
    ['Ends', formatInstant(line.expiresAt)],
    ...(line.reserve === null
      ? []
      : [['Then', `${line.reserve.plan} until ${formatInstant(line.reserve.expiresAt)}`] as const]),
    ['Left', left === null ? 'unlimited' : `${formatOctets(left)} of ${formatOctets(granted ?? 0)}`],
    ['Consumed', formatOctets(line.consumedOctets)],
    ...(line.lockedTo === '' ? [] : [['Locked to', line.lockedTo] as const]),
  ]);
  if (line.sessions.length === 0) return `${fields}\n\nNo sessions.`;
  return `${fields}\n\n${formatTable(sessionColumns, line.sessions)}`;
};

/** `sessions`. */
export const showSessions: Show = (body) => {
  const { sessions, next } = body as { sessions: readonly SessionAnswer[]; next: string | null };
  if (sessions.length === 0) return 'No sessions.';
  const user: Column<SessionAnswer> = { heading: 'USERNAME', cell: ({ username }) => username };
  const table = formatTable([user, ...sessionColumns], sessions);
  return next === null ? table : `${table}\n\nThere are more; ask for them with --limit.`;
};

/** `usage`: one row per session as on the subscriber's own page (product P38), and the totals of the whole range. */
export const showUsage: Show = (body) => {
  const { from, to, sessions, totals } = body as UsageAnswer;
  const range = `From ${formatInstant(from)} to ${formatInstant(to)}`;
  if (sessions.length === 0) return `${range}: no usage.`;
  const table = formatTable(
    [
      { heading: 'STARTED', cell: ({ startedAt }) => formatInstant(startedAt) },
      { heading: 'LAST', cell: ({ lastAt }) => formatInstant(lastAt) },
      { heading: 'NAS', cell: ({ nas }) => nas },
      { heading: 'IP', cell: ({ framedIp }) => framedIp },
      { heading: 'RECEIVED', align: 'right', cell: ({ outputOctets }) => formatOctets(outputOctets) },
      { heading: 'SENT', align: 'right', cell: ({ inputOctets }) => formatOctets(inputOctets) },
      { heading: 'CHARGED', align: 'right', cell: ({ chargedOctets }) => formatOctets(chargedOctets) },
    ],
    sessions,
  );
  const sums = formatFields([
    ['Received', formatOctets(totals.outputOctets)],
    ['Sent', formatOctets(totals.inputOctets)],
    ['Received and sent', formatOctets(totals.outputOctets + totals.inputOctets)],
    ['Charged', formatOctets(totals.chargedOctets)],
  ]);
  return `${range}\n\n${table}\n\n${sums}`;
};

/** `nas list`. */
export const showNas: Show = (body) => {
  const { nas } = body as { nas: readonly NasAnswer[] };
  if (nas.length === 0) return 'No NAS yet; declare one with mizan apply.';
  return formatTable(
    [
      { heading: 'NAME', cell: ({ name }) => name },
      { heading: 'ADDRESS', cell: ({ address }) => address },
      { heading: 'VENDOR', cell: ({ vendor }) => vendor },
      { heading: 'COA', align: 'right', cell: ({ coaPort }) => String(coaPort) },
      { heading: 'MESSAGE-AUTHENTICATOR', cell: messageAuthenticator },
      { heading: 'BOOTS', align: 'right', cell: ({ boot }) => String(boot) },
      { heading: 'LAST BOOT', cell: ({ bootedAt }) => formatInstant(bootedAt) },
      { heading: 'ACCEPT ATTRIBUTES', cell: acceptAttributes },
    ],
    nas,
  );
};

/** `kick`. */
export const showKick: Show = (body) => {
  const { sessions } = answered<{ sessions: number }>(body, 'number', 'sessions');
  if (sessions === 0) return 'No session is running.';
  return `${sessions} ${sessions === 1 ? 'session' : 'sessions'} told to disconnect.`;
};

/** `release-mac`. */
export const showRelease: Show = (body) => {
  const { released } = answered<{ released: boolean }>(body, 'boolean', 'released');
  return released
    ? 'Released: the next device that logs in is the one that may.'
    : 'The line is bound to no device.';
};

/** `reconcile`: octets are written exactly here, since one of them matters. */
export const showReconciliation: Show = (body) => {
  const found = body as ReconcileAnswer;
  const { lines, judged, busy, unreconciledOctets, differingLines, differences } = found;
  const fields = formatFields([
    ['From', formatInstant(found.startedAt)],
    ['To', formatInstant(found.finishedAt)],
    ['Lines', `${lines}: ${judged} judged, ${busy} too busy`],
    ['Unreconciled', `${unreconciledOctets} octets on ${differingLines} lines`],
  ]);
  if (differences.length === 0) return fields;
  const figure = (value: number | null): string => (value === null ? '-' : String(value));
  const table = formatTable(
    [
      { heading: 'USERNAME', cell: ({ username }) => username },
      { heading: 'OF', cell: ({ sessionKey, grantId }) => sessionKey ?? grantId ?? 'line' },
      { heading: 'FIGURE', cell: (row) => row.figure.replace(/Octets$/, '') },
      { heading: 'COUNTERS', align: 'right', cell: ({ counters }) => figure(counters) },
      { heading: 'LEDGER', align: 'right', cell: ({ ledger }) => figure(ledger) },
      { heading: 'HISTORY', align: 'right', cell: ({ history }) => figure(history) },
      { heading: 'OCTETS', align: 'right', cell: ({ octets }) => String(octets) },
    ],
    differences,
  );
  return `${fields}\n\n${table}`;
};

function messageAuthenticator(nas: NasAnswer): string {
  if (nas.requireMessageAuthenticator) return 'required';
  return nas.messageAuthenticatorSince === null ? 'never seen' : 'required, as it was seen';
}

function acceptAttributes(nas: NasAnswer): string {
  return Object.entries(nas.acceptAttributes)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
