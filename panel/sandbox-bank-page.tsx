import type { Child } from 'hono/jsx';
import type { Language } from '../api/words/format.ts';
import type { SandboxPayment } from '../engine/payments/sandbox-bank.ts';
import { SANDBOX_BANK_WORDS, type SandboxBankWords } from './messages/sandbox-bank.ts';
import { OtherLanguage, PayDocument } from './pay-document.tsx';
import { PostForm } from './post-form.tsx';

/** What all pages of the bank are given. */
export interface BankPageProps {
  readonly language: Language;
  readonly style: string;
  /** `post-form.js`. */
  readonly script: string;
}

/** Ways back to the merchant that the payer chooses from; `none` leaves the browser at the bank. */
export const WAYS_BACK = ['get', 'post', 'none'] as const;

/** A card of the sandbox: 16 digits with Luhn's check digit, of nobody (product line V06). */
const TEST_CARD = '6037701689095443';

/** The payment with its card form; `wrongCard` when the card that was sent is none. */
export function PayPage(
  props: BankPageProps & { payment: SandboxPayment; merchant: string; wrongCard: boolean },
) {
  const { payment, merchant, wrongCard, ...frame } = props;
  const words = SANDBOX_BANK_WORDS[frame.language];
  return (
    <BankFrame {...frame} token={payment.token}>
      <form class="pay" method="post" action={`/sandbox-bank/${payment.token}?lang=${frame.language}`}>
        <Summary {...{ words, payment, merchant }} />
        <section class="card">
          <h2>{words.cardHeading}</h2>
          <CardFields {...{ words, wrongCard }} />
          <fieldset>
            <legend>{words.afterwards}</legend>
            {WAYS_BACK.map((way, index) => (
              <label class="way">
                <input type="radio" name="back" value={way} checked={index === 0} />
                {words.back[way]}
              </label>
            ))}
          </fieldset>
          <div class="buttons">
            <button class="main" type="submit" name="decision" value="pay">
              {words.pay}
            </button>
            <button type="submit" name="decision" value="cancel" formnovalidate>
              {words.cancel}
            </button>
            <button class="bad" type="submit" name="decision" value="fail" formnovalidate>
              {words.fail}
            </button>
          </div>
        </section>
      </form>
    </BankFrame>
  );
}

/** How the payment ended, with a way back to the merchant unless the payer wanted none. */
export function EndPage(
  props: BankPageProps & { payment: SandboxPayment; merchant: string; returnUrl: string | undefined },
) {
  const { payment, merchant, returnUrl, ...frame } = props;
  const words = SANDBOX_BANK_WORDS[frame.language];
  return (
    <BankFrame {...frame} token={payment.token}>
      <div class="pay">
        <Summary {...{ words, payment, merchant }} />
        <section class="card">
          <p class="state" data-state={payment.state} role="status">
            {words.states[payment.state]}
          </p>
          {payment.reference === '' ? null : (
            <dl>
              <Fact name={words.reference} value={payment.reference} />
              <Fact name={words.card} value={payment.card} />
            </dl>
          )}
          {returnUrl === undefined ? (
            <p>{words.stays}</p>
          ) : (
            <p>
              <a class="main" href={returnUrl}>
                {words.returnNow}
              </a>
            </p>
          )}
        </section>
      </div>
    </BankFrame>
  );
}

/** Takes the browser back to the merchant by POST. */
export function ReturnPage(props: BankPageProps & { url: string; fields: Readonly<Record<string, string>> }) {
  const { url, fields, ...frame } = props;
  const words = SANDBOX_BANK_WORDS[frame.language];
  return (
    <BankFrame {...frame} posts>
      <section class="card alone">
        <p role="status">{words.returning}</p>
        <PostForm {...{ url, fields, label: words.returnNow }} />
      </section>
    </BankFrame>
  );
}

/** For an address without a payment. */
export function UnknownPaymentPage(frame: BankPageProps) {
  return (
    <BankFrame {...frame}>
      <section class="card alone">
        <p role="status">{SANDBOX_BANK_WORDS[frame.language].unknown}</p>
      </section>
    </BankFrame>
  );
}

function Summary(props: { words: SandboxBankWords; payment: SandboxPayment; merchant: string }) {
  const { words, payment, merchant } = props;
  const { amount, paymentId, description } = payment;
  const figure = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 1 });
  const plain = new Intl.NumberFormat(words.locale, { useGrouping: false });
  return (
    <section class="summary">
      <p class="label">{words.amount}</p>
      <p class="amount">
        {figure.format(amount)} <span>{words.rial}</span>
      </p>
      <p class="toman">{words.toman(figure.format(amount / 10))}</p>
      <dl>
        <Fact name={words.merchant} value={merchant} />
        <Fact name={words.number} value={plain.format(paymentId)} />
        {description === '' ? null : <Fact name={words.purpose} value={description} />}
      </dl>
    </section>
  );
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

/** Only the number of the card has a name: nothing else that is written here is sent. */
function CardFields({ words, wrongCard }: { words: SandboxBankWords; wrongCard: boolean }) {
  const digits = { inputmode: 'numeric', autocomplete: 'off', dir: 'ltr', required: true } as const;
  return (
    <div class="fields">
      <label class="wide">
        <span>{words.card}</span>
        <input
          {...digits}
          name="card"
          value={TEST_CARD.replaceAll(/(\d{4})(?=\d)/g, '$1 ')}
          maxlength={23}
          aria-invalid={wrongCard ? 'true' : undefined}
          aria-describedby={wrongCard ? 'wrong-card' : undefined}
        />
      </label>
      {wrongCard ? (
        <p class="wide fault" id="wrong-card" role="alert">
          {words.wrongCard}
        </p>
      ) : null}
      <label>
        <span>{words.cvv2}</span>
        <input {...digits} value="123" maxlength={4} />
      </label>
      <label>
        <span>{words.expiry}</span>
        <input {...digits} value="12 / 09" maxlength={7} />
      </label>
    </div>
  );
}

/** The bank is a site of its own: nothing of the merchant's pages is in it. */
function BankFrame(props: BankPageProps & { token?: string; posts?: boolean; children: Child }) {
  const { language, style, script, token, posts, children } = props;
  const { dir, heading, bank, warning, otherLanguage } = SANDBOX_BANK_WORDS[language];
  const path = `/sandbox-bank/${token}`;
  return (
    <PayDocument
      {...{ language, dir, title: `${heading} · ${bank}`, style }}
      script={posts ? script : undefined}
    >
      <header>
        <p class="bank">{bank}</p>
        {token === undefined ? null : <OtherLanguage {...{ path, language, label: otherLanguage }} />}
      </header>
      <p class="warning">{warning}</p>
      <main>
        <h1>{heading}</h1>
        {children}
      </main>
    </PayDocument>
  );
}
