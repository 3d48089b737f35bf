import type { EffectAnswer, EffectsAnswer, OpenEffect } from '../routes/effects.ts';
import { type Column, formatInstant, formatTable } from './format.ts';
import type { Show } from './show.ts';

const openColumns: readonly Column<OpenEffect>[] = [
  { heading: 'OPEN SINCE', cell: ({ since }) => formatInstant(since) },
  { heading: 'ORDER', cell: ({ kind }) => kind },
  { heading: 'STATE', cell: ({ state }) => state },
  { heading: 'TIMES', align: 'right', cell: ({ attempts }) => String(attempts) },
  { heading: 'NAS', cell: ({ nas }) => nas },
  { heading: 'SESSION', cell: ({ sessionKey }) => sessionKey },
];

const endedColumns: readonly Column<EffectAnswer>[] = [
  { heading: 'TIME', cell: ({ at }) => formatInstant(at) },
  { heading: 'ORDER', cell: ({ kind }) => kind },
  { heading: 'WHY', cell: ({ reason }) => reason },
  { heading: 'NAS', cell: ({ nas }) => nas },
  { heading: 'RESULT', cell: ({ result }) => result },
  { heading: 'ERROR-CAUSE', cell: ({ errorCause }) => errorCause },
  { heading: 'SENT', align: 'right', cell: ({ attempts }) => String(attempts) },
  { heading: 'MS', align: 'right', cell: ({ latencyMs }) => String(Math.round(latencyMs)) },
  { heading: 'SESSION', cell: ({ sessionKey }) => sessionKey },
];

/** `effects`: what is still open, and how earlier orders ended. */
export const showEffects: Show = (body) => {
  const { open, effects } = body as EffectsAnswer;
  const ended = effects.length === 0 ? 'No order has ended yet.' : formatTable(endedColumns, effects);
  return open.length === 0 ? ended : `${formatTable(openColumns, open)}\n\n${ended}`;
};
