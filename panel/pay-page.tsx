import type { Child } from 'hono/jsx';
import type { Language } from '../api/words/format.ts';
import type { Redirect } from '../engine/payments/gateway.ts';
import type { Payment } from '../engine/payments/payment.ts';
import { PAY_WORDS, type PayWords } from './messages/pay.ts';
import { OtherLanguage, PayDocument } from './pay-document.tsx';
import { PostForm } from './post-form.tsx';

/** What the pages around a payment are given. */
export interface PayPageProps {
  readonly language: Language;
  readonly style: string;
  /** `post-form.js`. */
  readonly script: string;
}

/** Seconds after which the page of a payment looks again whether the bank has said something. */
const LOOK_AGAIN_SECONDS = 5;

/** Takes the payer's browser to a bank that wants a form. */
export function ToBankPage({ redirect, ...frame }: PayPageProps & { redirect: Redirect }) {
  const words = PAY_WORDS[frame.language];
  return (
    <PayFrame {...frame} posts>
      <p role="status">{words.toBank}</p>
      <PostForm url={redirect.url} fields={redirect.fields} label={words.goNow} />
    </PayFrame>
  );
}

/** What became of a payment, for whoever has its address. */
export function PaidPage({ payment, ...frame }: PayPageProps & { payment: Payment }) {
  const words = PAY_WORDS[frame.language];
  const { amount, id, orderId, reference, card, secret, createdAt, endedAt } = payment;
  const figure = new Intl.NumberFormat(words.locale);
  const plain = new Intl.NumberFormat(words.locale, { useGrouping: false });
  const time = new Intl.DateTimeFormat(words.locale, {
    ...{ dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Tehran' },
  });
  const outcome = outcomeOf(payment);
  return (
    <PayFrame {...frame} path={`/pay/done/${secret}`} waits={outcome === 'waiting'}>
      <p class="outcome" role="status" data-state={payment.state} data-outcome={outcome}>
        {words.states[outcome]}
      </p>
      <p class="amount">
        {figure.format(amount)} <span>{words.rial}</span>
      </p>
      <dl>
        <Fact name={words.at} value={time.format(endedAt ?? createdAt)} />
        <Fact name={words.number} value={plain.format(id)} />
        {orderId === undefined ? null : <Fact name={words.order} value={plain.format(orderId)} />}
        {reference === undefined ? null : <Fact name={words.reference} value={reference} />}
        {card === '' ? null : <Fact name={words.card} value={card} />}
      </dl>
    </PayFrame>
  );
}

/** A sentence alone. */
export function PayNotePage({
  note,
  ...frame
}: PayPageProps & { note: keyof PayWords & ('unknown' | 'tooMany') }) {
  return (
    <PayFrame {...frame}>
      <p role="status">{PAY_WORDS[frame.language][note]}</p>
    </PayFrame>
  );
}

function outcomeOf({ state, reason, orderId }: Payment): keyof PayWords['states'] {
  if (state === 'created' || state === 'pending') return 'waiting';
  if (state !== 'paid') return state;
  if (reason !== '') return 'credited';
  return orderId === undefined ? 'paid' : 'served';
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}

function PayFrame(
  props: PayPageProps & { path?: string; posts?: boolean; waits?: boolean; children: Child },
) {
  const { language, style, script, path, posts, waits, children } = props;
  const { dir, heading, otherLanguage } = PAY_WORDS[language];
  return (
    <PayDocument
      {...{ language, dir, title: heading, style }}
      script={posts ? script : undefined}
      refreshSeconds={waits ? LOOK_AGAIN_SECONDS : undefined}
    >
      <header>
        {path === undefined ? null : <OtherLanguage {...{ path, language, label: otherLanguage }} />}
      </header>
      <main>
        <h1>{heading}</h1>
        <section class="card alone">{children}</section>
      </main>
    </PayDocument>
  );
}
