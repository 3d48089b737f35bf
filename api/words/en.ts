import type {
  LoginFigures,
  OrderFigures,
  SessionFigures,
  StatusFigures,
} from '../../engine/explain/statement.ts';
import type { Phrases, Words } from './words.ts';

const since = ({ since, actor, reason }: StatusFigures, show: Phrases): string => {
  if (since === null) return '';
  return ` since ${show.moment(since)} (by ${actor}: ${reason})`;
};

const given = ({ mode, downKbps, upKbps }: SessionFigures, show: Phrases): string => {
  if (mode === 'captive') return 'the pay pages only';
  return mode === 'slow'
    ? `a reduced speed of ${show.speed(downKbps, upKbps)}`
    : show.speed(downKbps, upKbps);
};

const session = (figures: SessionFigures, show: Phrases): string => {
  const { acctSessionId, nas, framedIp, since: begun } = figures;
  const id = acctSessionId === '' ? 'A session' : `Session ${acctSessionId}`;
  const address = framedIp === '' ? '' : `, ${framedIp}`;
  return `${id} on ${nas}${address}, since ${show.moment(begun)}`;
};

const order = ({ kind, nas, reason, at, attempts }: OrderFigures, show: Phrases): string => {
  const what = kind === 'disconnect' ? 'to end the session' : 'to change its speed';
  const why = reason === '' ? '' : `, because ${show.orderReason(reason)}`;
  const often = attempts > 1 ? `, ${show.count(attempts)} times` : '';
  return `${show.moment(at)}: ${nas} was told ${what}${why}${often}`;
};

const login = ({ at, nas, callingStationId, count }: LoginFigures, show: Phrases): string => {
  const from = callingStationId === '' ? '' : ` from ${callingStationId}`;
  const often = count > 1 ? ` ${show.count(count)} times` : '';
  return `${show.moment(at)}: login${from} through ${nas}${often}`;
};

/** The words of explanations in English. */
export const en: Words = {
  because: {
    'unknown-user': 'the username is not known',
    'wrong-password': 'the password was wrong',
    'no-password': 'no password was sent',
    'method-unsupported': 'the authentication method is not supported',
    'line-suspended': 'the line is not in operation',
    'no-service': 'the line has no service',
    'service-ended': 'the term has ended',
    'volume-ended': 'the volume of full speed has been used up',
    'mac-locked': 'the line is locked to another device',
    'too-many-sessions': 'as many sessions as the line may have are open elsewhere',
    'no-address': 'No address is free in the pool',
  },
  orderReasons: {
    'volume-ending': 'little volume is left',
    'volume-ended': 'the volume was used up',
    'service-ended': 'the term ended',
    'line-suspended': 'the line was taken out of operation',
    'line-removed': 'the line was removed',
    'service-restored': 'volume or term came back',
    'plan-changed': 'the plan changed',
    'window-opened': 'a window of the plan opened',
    'window-closed': 'a window of the plan closed',
    'tier-ended': 'the volume of a tier was used up',
    'grant-expired': 'a volume lapsed',
    'reserve-started': 'the reserved term began',
    'not-in-force': 'an earlier order had no effect',
    'taken-over': 'another login took its place',
    'address-taken': 'Another line holds the address',
    kicked: 'staff ended it',
  },
  grantKinds: { service: 'service', extra: 'extra', timed: 'timed', gift: 'gift' },
  rules: {
    verdict: 'verdict',
    history: 'history',
    status: 'status',
    term: 'term',
    reserve: 'reserve',
    plan: 'plan',
    window: 'window',
    volume: 'volume',
    grant: 'grant',
    'mac-lock': 'device lock',
    'simultaneous-use': 'sessions at a time',
    session: 'session',
    order: 'order',
    login: 'login',
  },
  defaultSpeed: "the NAS's default speed",
  speed: (text) => text,
  end: (action, speed) =>
    ({ disconnect: 'no service', captive: 'the pay pages only', slow: `a reduced speed of ${speed}` })[
      action
    ],
  sentences: {
    'verdict/full-speed': ({ downKbps, upKbps }, show) => `Full speed: ${show.speed(downKbps, upKbps)}.`,
    'verdict/landing': ({ downKbps, upKbps }, show) =>
      `Slowed to ${show.speed(downKbps, upKbps)} for now, because little volume is left.`,
    'verdict/slowed': ({ downKbps, upKbps, because }, show) =>
      `Slowed to ${show.speed(downKbps, upKbps)}, because ${show.because(because)}.`,
    'verdict/captive': ({ because }, show) => `The pay pages only, because ${show.because(because)}.`,
    'verdict/no-service': ({ because }, show) => `No service, because ${show.because(because)}.`,
    'verdict/login-refused': ({ because, at }, show) =>
      `The login of ${show.moment(at)} was refused, because ${show.because(because)}.`,
    'verdict/no-line': () => 'There was no line of this username.',
    'history/incomplete': ({ keptSince }, show) =>
      `Single records are kept since ${show.moment(keptSince)}; older figures are as exact as whole days are.`,
    'status/active': (figures, show) => `In operation${since(figures, show)}.`,
    'status/suspended': (figures, show) => `Suspended${since(figures, show)}.`,
    'status/closed': (figures, show) => `Closed${since(figures, show)}.`,
    'term/running': ({ plan, until }, show) => `${plan} runs until ${show.moment(until)}.`,
    'term/reserve-running': ({ plan, from, until }, show) =>
      `The reserved term of ${plan} began on ${show.moment(from)} and runs until ${show.moment(until)}.`,
    'term/ended': (figures, show) =>
      `${figures.plan} ended on ${show.moment(figures.until)}; what follows is ${show.end(figures)}.`,
    'term/none': () => 'No term was ever bought.',
    'term/plan-unknown': ({ plan }) => `The plan ${plan} is not known, which is the same as having none.`,
    'reserve/waiting': ({ plan, from, until }, show) =>
      `${plan} is reserved from ${show.moment(from)} to ${show.moment(until)}.`,
    'plan/in-force': ({ plan, from, downKbps, upKbps }, show) =>
      `${plan} as it is since ${show.moment(from)}: ${show.speed(downKbps, upKbps)}.`,
    'window/none': () => 'No window of the plan is open.',
    'window/free': ({ fromMinute, toMinute }, show) =>
      `From ${show.minuteOfDay(fromMinute)} to ${show.minuteOfDay(toMinute)} nothing is taken from the volume.`,
    'window/weighs': ({ percent, fromMinute, toMinute }, show) =>
      `From ${show.minuteOfDay(fromMinute)} to ${show.minuteOfDay(toMinute)} traffic counts ${show.count(percent)} %.`,
    'window/speed': ({ fromMinute, toMinute, downKbps, upKbps }, show) =>
      `From ${show.minuteOfDay(fromMinute)} to ${show.minuteOfDay(toMinute)} the speed is ${show.speed(downKbps, upKbps)}.`,
    'volume/unlimited': () => 'The plan has no quota.',
    'volume/free-window': ({ leftOctets, grantedOctets }, show) =>
      `In a free window nobody lacks volume; ${show.volume(leftOctets)} of ${show.volume(grantedOctets)} are left.`,
    'volume/left': ({ leftOctets, grantedOctets }, show) =>
      `${show.volume(leftOctets)} of ${show.volume(grantedOctets)} are left at full speed.`,
    'volume/tier': ({ tier, leftOctets, grantedOctets, downKbps, upKbps }, show) =>
      `The ${show.volume(grantedOctets)} of full speed are used up; tier ${show.count(tier)} gives ` +
      `${show.speed(downKbps, upKbps)} for ${show.volume(leftOctets)} more.`,
    'volume/ended': (figures, show) =>
      `${show.volume(figures.leftOctets)} of ${show.volume(figures.grantedOctets)} are left; ` +
      `what follows is ${show.end(figures)}.`,
    'grant/left': ({ id, kind, octets, leftOctets, until }, show) =>
      `${id} (${show.grantKind(kind)}): ${show.volume(leftOctets)} of ${show.volume(octets)} left` +
      `${until === null ? '' : `, until ${show.moment(until)}`}.`,
    'grant/used-up': ({ id, kind, octets, until }, show) =>
      `${id} (${show.grantKind(kind)}): all ${show.volume(octets)} used up` +
      `${until === null ? '' : `, until ${show.moment(until)}`}.`,
    'grant/waiting': ({ id, kind, octets, from }, show) =>
      `${id} (${show.grantKind(kind)}): ${show.volume(octets)} from ${show.moment(from)} on.`,
    'mac-lock/none': () => 'Any device may log in.',
    'mac-lock/same': ({ lock }) => `The line is locked to the device ${lock}, which asked.`,
    'mac-lock/other': ({ lock, station }) =>
      `The line is locked to the device ${lock}; ${station || 'one that gave no address'} asked.`,
    'mac-lock/unasked': ({ lock }) => `The line is locked to the device ${lock}.`,
    'simultaneous-use/room': ({ open, allowed }, show) =>
      `${show.count(open)} of ${show.count(allowed)} sessions are open.`,
    'simultaneous-use/full': ({ open, allowed }, show) =>
      `${show.count(open)} of ${show.count(allowed)} sessions are open; only a login that may take one over is let in.`,
    'simultaneous-use/refused': ({ open, allowed }, show) =>
      `${show.count(open)} of ${show.count(allowed)} sessions are open, and this login may take none of them over.`,
    'session/as-wanted': (figures, show) =>
      `${session(figures, show)}: has ${given(figures, show)}, as it should.`,
    'session/landing': (figures, show) =>
      `${session(figures, show)}: has ${given(figures, show)}, so that it cannot use more than is left.`,
    'session/other': (figures, show) =>
      `${session(figures, show)}: was given ${given(figures, show)}, which is not what the line may have now.`,
    'session/silent': (figures, show) =>
      `${session(figures, show)}: has ${given(figures, show)}; its NAS is silent about it.`,
    'session/reserved': (figures, show) =>
      `${session(figures, show)}: accepted with ${given(figures, show)}, not reported yet.`,
    'session/none': () => 'No session is open.',
    'order/waiting': (figures, show) => `${order(figures, show)}; it has shown no effect yet.`,
    'order/acknowledged': (figures, show) => `${order(figures, show)}, and did it.`,
    'order/refused': (figures, show) =>
      `${order(figures, show)}, and refused${figures.errorCause === 0 ? '' : ` (Error-Cause ${figures.errorCause})`}.`,
    'order/unanswered': (figures, show) => `${order(figures, show)}, and did not answer.`,
    'order/no-nas': (figures, show) => `${order(figures, show)}, but it is not known any more.`,
    'order/not-in-force': (figures, show) =>
      `${order(figures, show)}, said that it did, and reports showed that it had not.`,
    'login/accepted': (figures, show) => `${login(figures, show)}: accepted.`,
    'login/refused': (figures, show) =>
      `${login(figures, show)}: refused, because ${show.because(figures.because)}.`,
  },
};
