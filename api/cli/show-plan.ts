import type { PlanAnswer, PlanSummary, PlanVersionAnswer } from '../routes/plans.ts';
import { formatFields, formatInstant, formatOctets, formatTable, printable } from './format.ts';
import type { Show } from './show.ts';

type Speed = NonNullable<PlanVersionAnswer['speed']>;
type EndAction = PlanVersionAnswer['exhausted'];

const DAYS = ['Sat', 'Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri'] as const;
const EVERY_DAY = DAYS.length;

const PERIODS = { term: 'for the whole term', day: 'a day', week: 'a week', month: 'a month' } as const;

const STATES = { past: 'Past', present: 'In force now', future: 'To come' } as const;

/** `plan list`. */
export const showPlans: Show = (body) => {
  const { plans } = body as { plans: readonly PlanSummary[] };
  if (plans.length === 0) return 'No plan yet; declare one with mizan apply.';
  return formatTable(
    [
      { heading: 'NAME', cell: ({ name }) => name },
      { heading: 'DAYS', align: 'right', cell: ({ present }) => String(present.days) },
      { heading: 'VOLUME', cell: ({ present }) => volumeWords(present) },
      { heading: 'DOWN/UP', cell: ({ present }) => speedWords(present.speed) },
      {
        heading: 'AFTER THE VOLUME',
        cell: ({ present }) => (present.quota === null ? '-' : endWords(present.exhausted)),
      },
      { heading: 'VERSIONS', align: 'right', cell: ({ versions }) => String(versions) },
      { heading: 'NEXT ONE FROM', cell: ({ present }) => formatInstant(present.until) },
    ],
    plans,
  );
};

/** `plan show`: what was, what is and what will be in force. */
export const showPlan: Show = (body) => {
  const { name, versions } = body as PlanAnswer;
  const texts = versions.map((version, index) => {
    const from = index === 0 ? 'from the beginning' : `from ${formatInstant(version.from)}`;
    const until = version.until === null ? '' : ` until ${formatInstant(version.until)}`;
    return `${STATES[version.state]}: ${from}${until}\n${formatFields(fieldsOf(version))}`;
  });
  return [`Plan ${printable(name)}`, ...texts].join('\n\n');
};

function fieldsOf(version: PlanVersionAnswer): readonly (readonly [name: string, value: string])[] {
  const { tiers, windows, classes, concurrentSessions: sessions } = version;
  return [
    ['Term', `${version.days} days`],
    ['Volume', volumeWords(version)],
    ['Down/up', speedWords(version.speed)],
    ...tiers.map((tier) => ['then', `${speedWords(tier)} for ${formatOctets(tier.octets)}`] as const),
    ['After the volume', version.quota === null ? 'it has no end' : endWords(version.exhausted)],
    ['After the term', endWords(version.expired)],
    ...windows.map((window) => ['Window', windowWords(window)] as const),
    ...classes.map(
      ({ name, percent }) => ['Traffic class', `${name || 'without a class'}: ${percent} %`] as const,
    ),
    ['Sessions', sessions === 1 ? 'one at a time' : `${sessions} at a time`],
    ['Devices', version.locksFirstMac ? 'only the first one that logs in' : 'any'],
    [
      'Last of the volume',
      version.softLanding ? 'slowed down, so that it cannot be overshot' : 'at full speed',
    ],
    ['Address pool', version.pool ?? "the NAS's own"],
    ['Reports', `every ${version.interimSeconds} seconds`],
  ];
}

function volumeWords({ quota }: PlanVersionAnswer): string {
  if (quota === null) return 'unlimited';
  const counted = quota.charge === 'both' ? 'received and sent' : 'received only';
  return `${formatOctets(quota.octets)} ${PERIODS[quota.per]}, ${counted}`;
}

function speedWords(speed: Speed | null): string {
  if (speed === null) return "the NAS's own";
  const { downKbps, upKbps, burst } = speed;
  const plain = `${downKbps}/${upKbps} kb/s`;
  if (burst === undefined) return plain;
  const { thresholdDownKbps, thresholdUpKbps, seconds } = burst;
  const below = `while ${seconds} s average below ${thresholdDownKbps}/${thresholdUpKbps}`;
  return `${plain}, ${burst.downKbps}/${burst.upKbps} ${below}`;
}

function endWords(action: EndAction): string {
  if (action === 'disconnect') return 'disconnected';
  if (action === 'captive') return 'pay pages only';
  return speedWords(action);
}

function windowWords(window: PlanVersionAnswer['windows'][number]): string {
  const { weekdays, percent, speed } = window;
  const days = weekdays.length === EVERY_DAY ? 'every day' : weekdays.map((day) => DAYS[day]).join(', ');
  const weight = percent === 0 ? 'free' : percent === 100 ? undefined : `counts ${percent} %`;
  const effects = [weight, speed === null ? undefined : speedWords(speed)].filter(Boolean).join(', ');
  return `${clock(window.fromMinute)} to ${clock(window.toMinute)} ${days}: ${effects}`;
}

function clock(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
