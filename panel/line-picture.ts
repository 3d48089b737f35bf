import type { LiveSession } from '../api/live-line.ts';
import type { NamedLine } from '../api/live-lines.ts';
import { createFormat, type Format, type Language } from '../api/words/format.ts';
import type { Instant } from '../engine/values/instant.ts';
import { MESSAGES } from './language.ts';
import type { Messages } from './messages/fa.ts';

/** What a card shows of a line, ready to be written: texts by field, and what its looks depend on. */
export interface LinePicture {
  readonly text: Readonly<Record<LineField, string>>;
  readonly state: 'online' | 'suspect' | 'offline' | 'suspended';
  /** Of the running session; `none` without one. */
  readonly mode: LiveSession['mode'] | 'none';
  /** How much is left: enough, a tenth or less, nothing. */
  readonly tone: 'enough' | 'low' | 'empty';
  /** Thousandths of the valid grants that are left, `null` without a quota. */
  readonly share: number | null;
}

/** The fields of a card that are texts. */
export type LineField =
  | 'name'
  | 'username'
  | 'plan'
  | 'state'
  | 'remaining'
  | 'remainingUnit'
  | 'granted'
  | 'received'
  | 'sent'
  | 'speed'
  | 'mode'
  | 'ends';

/** What the frame of the page shows. */
export interface FramePicture {
  readonly text: Readonly<Record<'date' | 'time' | 'online', string>>;
}

/** Draws lines in one language. */
export interface Painter {
  line(line: NamedLine): LinePicture;
  frame(lines: readonly NamedLine[], now: Instant): FramePicture;
}

const NOTHING = '—';
const LOW_SHARE = 100;

/** The painter of a language. */
export function createPainter(language: Language): Painter {
  const words = MESSAGES[language];
  const format = createFormat(language);
  return {
    line: (line) => paintLine(line, words, format),
    frame: (lines, now) => {
      const online = lines.filter(({ sessions }) => sessions.some(({ state }) => state === 'live')).length;
      return {
        text: {
          date: format.date(now),
          time: format.time(now),
          online: words.onlineOf(format.count(online), format.count(lines.length)),
        },
      };
    },
  };
}

function paintLine(line: NamedLine, words: Messages, format: Format): LinePicture {
  const running = line.sessions.filter(({ state }) => state !== 'closed');
  const state = stateOf(line, running);
  const [newest] = running;
  const { remainingOctets: left, grantedOctets: granted } = line;
  const remaining = left === null ? { value: words.unlimited, unit: '' } : format.octets(left);
  const share = left === null ? null : granted ? Math.floor((left * 1000) / granted) : 0;
  const total = (field: 'inputOctets' | 'outputOctets') =>
    newest === undefined
      ? NOTHING
      : joined(format.octets(running.reduce((sum, session) => sum + session[field], 0)));
  return {
    text: {
      name: line.name || line.username,
      username: line.username,
      plan: line.plan,
      state: stateWord(line, state, words),
      remaining: remaining.value,
      remainingUnit: remaining.unit,
      granted: granted ? words.remainingOf(joined(format.octets(granted))) : '',
      received: total('outputOctets'),
      sent: total('inputOctets'),
      speed: newest === undefined ? NOTHING : speedText(newest, words, format),
      mode: newest === undefined ? words.speed : modeWord(newest, words),
      ends: line.expiresAt === null ? words.noService : format.dayAndTime(Date.parse(line.expiresAt)),
    },
    state,
    mode: newest?.mode ?? 'none',
    tone: share === null || share > LOW_SHARE ? 'enough' : left === 0 ? 'empty' : 'low',
    share,
  };
}

function stateOf(line: NamedLine, running: readonly LiveSession[]): LinePicture['state'] {
  if (running.some(({ state }) => state === 'live')) return 'online';
  if (running.length > 0) return 'suspect';
  return line.status === 'active' ? 'offline' : 'suspended';
}

function stateWord(line: NamedLine, state: LinePicture['state'], words: Messages): string {
  return state === 'suspended' && line.status === 'closed' ? words.closed : words[state];
}

function modeWord({ mode }: LiveSession, words: Messages): string {
  return { full: words.fullSpeed, slow: words.slowSpeed, captive: words.captive }[mode];
}

function speedText({ downKbps, upKbps }: LiveSession, words: Messages, format: Format): string {
  return downKbps === 0 ? words.nasDefault : joined(format.speed(downKbps, upKbps));
}

function joined({ value, unit }: { readonly value: string; readonly unit: string }): string {
  return `${value} ${unit}`;
}
