import type { Instant } from '../values/instant.ts';
import { fail, ok, type Result } from '../values/result.ts';
import type { CallbackClaim, GatewayAttempt, PaymentGateway, Redirect, Verified } from './gateway.ts';
import { isOwnPath } from './own-path.ts';
import type { Concluded, Payment, PaymentDraft, PaymentRefusal, PaymentStore } from './payment.ts';

/** What the desk tells the operator; pino's logger fits. No secret and no field of a callback is among it. */
export interface PayLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What the desk works with. */
export interface PayDeskParts {
  readonly gateways: readonly PaymentGateway[];
  readonly payments: PaymentStore;
  /** Where the payer's browser reaches us, without a slash at its end. */
  publicUrl(): string;
  /** Folders of our own pages that a browser may be sent to after paying. */
  readonly returnFolders: readonly string[];
  now(): Instant;
  /** Of a cryptographic source. */
  randomOctets(octets: number): Uint8Array;
  /** Resolves when the packet path has what was just applied. */
  onApplied(): Promise<void>;
  readonly log: PayLog;
}

/** A payment that is to begin. */
export interface PayOrder extends Omit<PaymentDraft, 'secret'> {
  /** For the payer, on the bank's page. */
  readonly description: string;
  /** E.164, '' when it is not known. */
  readonly mobile: string;
}

/** A payment whose payer may go to the bank. */
export interface Started {
  readonly payment: Payment;
  /** What the bank wants of the browser. */
  readonly redirect: Redirect;
  /** A page of ours that does that; nothing but a link is needed to get there. */
  readonly goUrl: string;
}

/** Why no payment begins. The last two: nobody can pay the attempt, a new one may be tried. */
export type StartRefusal =
  | PaymentRefusal
  | 'no-such-gateway'
  | 'return-path-not-allowed'
  | 'gateway-refused'
  | 'gateway-does-not-answer';

/** Where a browser goes: to the bank, or to a page of ours. */
export type WayOn =
  | { readonly kind: 'bank'; readonly redirect: Redirect }
  | { readonly kind: 'own'; readonly path: string };

/** Between payers, gateways and the store of payments. Methods reject when the store does not answer. */
export interface PayDesk {
  /** Names of the gateways that may be paid at, in their order. */
  readonly gateways: readonly string[];
  /** Opens an attempt and asks the gateway for it; nothing is charged by that. */
  start(order: PayOrder): Promise<Result<Started, StartRefusal>>;
  /**
   * A browser came back from the bank; also again, or with what somebody made up. Nothing of it is believed: the gateway
   * is asked, server to server. The path of ours it goes to, `undefined` when there is no such attempt or the parameters
   * are another one's. It does not reject once the attempt is found: what cannot be noted now, the janitor notes.
   */
  returned(
    gateway: string,
    secret: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<string | undefined>;
  /** Where the browser of an attempt's payer goes; `undefined` when there is none of this secret. */
  wayOn(secret: string): Promise<WayOn | undefined>;
  /** The attempt of a secret. */
  bySecret(secret: string): Promise<Payment | undefined>;
  /** Asks the gateway about an attempt whose payer may never come back, and notes what it says. */
  inquire(payment: Payment): Promise<Concluded>;
}

/** Octets of a secret: 192 bits, which nobody guesses. */
const SECRET_OCTETS = 24;

/** What a secret looks like: of this desk, or of a payment from an agent's deposit. Others are not looked for. */
const SECRET = /^[0-9a-f]{48,64}$/;

/** How the payer's browser comes back to page `done` when whoever started the payment named no page. */
const DONE = '/pay/done';

/** A desk over its gateways and its store. */
export function createPayDesk(parts: PayDeskParts): PayDesk {
  const desk = new Desk(parts);
  return {
    gateways: parts.gateways.map(({ name }) => name),
    start: (order) => desk.start(order),
    returned: (gateway, secret, parameters) => desk.returned(gateway, secret, parameters),
    async wayOn(secret) {
      const payment = await desk.bySecret(secret);
      if (payment === undefined) return undefined;
      const { state, redirect } = payment;
      if (state === 'pending' && redirect !== undefined) return { kind: 'bank', redirect };
      return { kind: 'own', path: desk.pathAfter(payment) };
    },
    bySecret: (secret) => desk.bySecret(secret),
    inquire: (payment) => desk.ask(payment, undefined),
  };
}

class Desk {
  readonly #parts: PayDeskParts;
  readonly #gateways: ReadonlyMap<string, PaymentGateway>;
  /** Attempts that a gateway is being asked about: whoever asks for the same meanwhile gets the same answer. */
  readonly #asked = new Map<string, Promise<Concluded>>();

  constructor(parts: PayDeskParts) {
    this.#parts = parts;
    this.#gateways = new Map(parts.gateways.map((gateway) => [gateway.name, gateway]));
  }

  async start({ description, mobile, ...draft }: PayOrder): Promise<Result<Started, StartRefusal>> {
    const { payments, now, randomOctets, publicUrl, returnFolders, log } = this.#parts;
    const gateway = this.#gateways.get(draft.gateway);
    if (gateway === undefined) return fail('no-such-gateway');
    const { returnPath } = draft;
    if (returnPath !== '' && !isOwnPath(returnPath, returnFolders)) return fail('return-path-not-allowed');
    const secret = Buffer.from(randomOctets(SECRET_OCTETS)).toString('hex');
    const opened = await payments.open({ ...draft, secret }, now());
    if (!opened.ok) return opened;
    const payment = opened.value;
    const { id, amount } = payment;
    const callbackUrl = `${publicUrl()}/pay/callback/${gateway.name}/${secret}`;
    const said = await gateway.request({ id, amount, description, callbackUrl, mobile });
    if (said.outcome === 'redirect') {
      const redirect = { ...said.redirect, url: new URL(said.redirect.url, publicUrl()).href };
      await payments.sent(id, said.token, now(), redirect);
      const sent: Payment = { ...payment, state: 'pending', token: said.token, redirect };
      return ok({ payment: sent, redirect, goUrl: `${publicUrl()}/pay/go/${secret}` });
    }
    log.warn({ gateway: gateway.name, payment: id, ...said }, 'a gateway took no payment');
    if (said.outcome === 'unknown') return fail('gateway-does-not-answer');
    await payments.conclude(id, { ...said, outcome: 'not-paid' }, now());
    return fail('gateway-refused');
  }

  async bySecret(secret: string): Promise<Payment | undefined> {
    return SECRET.test(secret) ? this.#parts.payments.bySecret(secret) : undefined;
  }

  async returned(
    name: string,
    secret: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    const payment = await this.bySecret(secret);
    const gateway = this.#gateways.get(name);
    if (payment === undefined || gateway === undefined || payment.gateway !== name) return undefined;
    const claim = gateway.readCallback(parameters);
    if (claim !== undefined && !isOf(payment, claim)) {
      this.#parts.log.warn(
        { gateway: name, payment: payment.id },
        'a callback of another payment was refused',
      );
      return undefined;
    }
    if (mayChange(payment)) await this.#learn(payment, claim);
    return this.pathAfter(payment);
  }

  async #learn(payment: Payment, claim: CallbackClaim | undefined): Promise<void> {
    const { payments, log } = this.#parts;
    try {
      if (claim === undefined) return void (await this.ask(payment, undefined));
      if (Object.keys(claim.fields).length > 0) await payments.keepFields(payment.id, claim.fields);
      await this.ask(payment, claim.fields);
    } catch (error) {
      const about = { gateway: payment.gateway, payment: payment.id, reason: String(error) };
      log.warn(about, 'a payment could not be noted now; it will be inquired about');
    }
  }

  /**
   * Asks the gateway and notes its answer.
   * @param told what the payer's browser brought; `undefined` when it did not come.
   */
  ask(payment: Payment, told: Readonly<Record<string, string>> | undefined): Promise<Concluded> {
    const key = `${payment.id} ${told === undefined ? '' : JSON.stringify(told)}`;
    const inWork = this.#asked.get(key);
    if (inWork !== undefined) return inWork;
    const asked = this.#conclude(payment, told).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }

  async #conclude(payment: Payment, told: Readonly<Record<string, string>> | undefined): Promise<Concluded> {
    const { payments, now, onApplied, log } = this.#parts;
    const verified = await this.#verify(payment, told);
    const concluded = await payments.conclude(payment.id, verified, now());
    const { isNews } = concluded;
    const { id, gateway, state, reason } = concluded.payment;
    if (isNews && state === 'failed' && verified.outcome !== 'not-paid') {
      log.warn({ gateway, payment: id, state, reason }, 'a payment is given up, look for it at the gateway');
    } else if (verified.outcome === 'unknown' || (isNews && reason !== '')) {
      const said = verified.outcome === 'unknown' ? verified.reason : reason;
      log.warn({ gateway, payment: id, state, reason: said }, 'a payment did not come to what it was for');
    }
    if (isNews && state === 'paid') {
      await onApplied().catch((error: unknown) =>
        log.warn({ payment: id, reason: String(error) }, 'what was paid is carried to the packet path later'),
      );
    }
    return concluded;
  }

  async #verify(payment: Payment, told: Readonly<Record<string, string>> | undefined): Promise<Verified> {
    const { id, amount, token } = payment;
    const gateway = this.#gateways.get(payment.gateway);
    if (gateway === undefined) return { outcome: 'unknown', reason: 'the gateway is not switched on' };
    if (token === undefined) return { outcome: 'unknown', reason: 'the gateway was never heard to take it' };
    const attempt: GatewayAttempt = { id, amount, token, fields: { ...payment.fields, ...told } };
    const cameBack = told !== undefined || Object.keys(payment.fields).length > 0;
    return cameBack ? gateway.verify(attempt) : gateway.inquire(attempt);
  }

  /** The page of ours after an attempt. */
  pathAfter({ returnPath, secret, id }: Payment): string {
    if (!isOwnPath(returnPath, this.#parts.returnFolders)) return `${DONE}/${secret}`;
    const [address = '', hash] = returnPath.split('#', 2);
    const joint = address.includes('?') ? '&' : '?';
    return `${address}${joint}payment=${id}${hash === undefined ? '' : `#${hash}`}`;
  }
}

/** An attempt that is not over, or that the gateway may still say was paid. */
function mayChange({ state }: Payment): boolean {
  return state === 'created' || state === 'pending' || state === 'failed';
}

/** Whether what a callback says names this attempt, or none. */
function isOf({ id, token }: Payment, { token: claimed, paymentId }: CallbackClaim): boolean {
  return (claimed === undefined || claimed === token) && (paymentId === undefined || paymentId === id);
}
