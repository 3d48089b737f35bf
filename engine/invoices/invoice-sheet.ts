import type { JalaliDay } from '../values/jalali.ts';
import { jalaliDayAt } from '../values/jalali.ts';
import { addRial } from '../values/rial.ts';
import {
  type Invoice,
  type InvoiceDeduction,
  type InvoiceNumber,
  type InvoiceParty,
  type InvoicePayment,
  type InvoiceRow,
  isPaid,
} from './invoice.ts';
import { codeText, dateText, dayFigures, dayText, figure, foreignText, percentText } from './invoice-text.ts';
import { INVOICE_WORDS, type InvoiceLanguage, type InvoiceWords } from './invoice-words.ts';
import { rialWords, rialWordsEnglish, tomanWords } from './rial-words.ts';

/** A name and what it is. */
export interface SheetFact {
  readonly label: string;
  readonly value: string;
}

/** A sum of the sheet; each of `notes` is a line that says where it comes from. */
export interface SheetSum {
  readonly label: string;
  readonly notes: readonly string[];
  readonly amount: string;
}

/** A row of the table: `description` with its `note`, '' for none, and the other columns in their order. */
export interface SheetRow {
  readonly index: string;
  readonly description: string;
  readonly note: string;
  readonly figures: readonly string[];
}

/** A seller or buyer, without what is not known of it. */
export interface SheetParty {
  readonly title: string;
  readonly name: string;
  readonly facts: readonly SheetFact[];
}

/** Every text of an invoice as it stands on paper and page, so that both say the same. */
export interface InvoiceSheet {
  readonly language: InvoiceLanguage;
  readonly dir: 'rtl' | 'ltr';
  readonly title: string;
  readonly facts: readonly SheetFact[];
  readonly parties: readonly SheetParty[];
  readonly line: readonly SheetFact[];
  /** Names of all columns: index, description, then those of `figures`. */
  readonly columns: readonly string[];
  readonly rows: readonly SheetRow[];
  readonly sums: readonly SheetSum[];
  readonly payable: SheetSum;
  /** The payable amount in words, and in Toman where the language counts so. */
  readonly words: readonly SheetFact[];
  readonly paymentsTitle: string;
  readonly payments: readonly string[];
  /** '' when there is none. */
  readonly stamp: string;
  readonly verifyTitle: string;
  /** What the QR code says. */
  readonly verification: string;
  readonly page: string;
  readonly pageOf: string;
  readonly pdf: string;
}

/**
 * The texts of an invoice.
 * @param pageUrl address of the invoice's own page for the QR code; '' leaves it out.
 * @param takenBackBy credit notes that take it back, as known by now.
 */
export function invoiceSheet(
  invoice: Invoice,
  language: InvoiceLanguage,
  pageUrl: string,
  takenBackBy: readonly InvoiceNumber[] = [],
): InvoiceSheet {
  const words = INVOICE_WORDS[language];
  const { kind, totals, rows, line } = invoice;
  return {
    language,
    dir: words.dir,
    title: words.titles[kind],
    facts: headFacts(invoice, takenBackBy, words, language),
    parties: [
      partyOf(words.seller, invoice.seller, words, language),
      partyOf(words.buyer, invoice.buyer, words, language),
    ],
    line: known([
      { label: words.username, value: foreignText(line.username) },
      { label: words.linePhone, value: codeText(language, line.phone) },
    ]),
    columns: Object.values(words.columns),
    rows: rows.map((row, index) => rowOf(row, index + 1, words, language)),
    sums: sumsOf(invoice, words, language),
    payable: {
      label: words.payable[kind],
      notes: [],
      amount: `${figure(language, totals.payable)} ${words.rial}`,
    },
    words: amountWords(invoice, words, language),
    paymentsTitle: words.payments[kind],
    payments: paymentsOf(invoice, words, language),
    // What is taken back is not handed about as paid.
    stamp: takenBackBy.length === 0 ? stampOf(invoice, words) : '',
    verifyTitle: words.verify,
    verification: verificationText(invoice, pageUrl),
    page: words.page,
    pageOf: words.pageOf,
    pdf: words.pdf,
  };
}

/** How people call an invoice: its series and number, as "1405-1024". */
export function invoiceName({ series, number }: InvoiceNumber): string {
  return `${series}-${number}`;
}

/** What the QR code says, in ASCII figures: name, payable amount, Jalali date and the address of the page. */
export function verificationText(invoice: Invoice, pageUrl: string): string {
  const date = dayFigures(jalaliDayAt(invoice.issuedAt));
  const parts = [invoiceName(invoice), `${invoice.totals.payable} IRR`, date, pageUrl];
  return parts.filter(Boolean).join('\n');
}

function headFacts(
  invoice: Invoice,
  takenBackBy: readonly InvoiceNumber[],
  words: InvoiceWords,
  language: InvoiceLanguage,
): readonly SheetFact[] {
  const { corrects, orderId, billId, issuedAt } = invoice;
  return known([
    { label: words.number, value: codeText(language, invoiceName(invoice)) },
    { label: words.date, value: dateText(language, issuedAt) },
    {
      label: words.corrects,
      value: corrects === undefined ? '' : codeText(language, invoiceName(corrects)),
    },
    ...takenBackBy.map((note) => ({
      label: words.takenBackBy,
      value: codeText(language, invoiceName(note)),
    })),
    { label: words.order, value: codeText(language, orderId) },
    { label: words.bill, value: codeText(language, billId) },
  ]);
}

function partyOf(
  title: string,
  party: InvoiceParty,
  words: InvoiceWords,
  language: InvoiceLanguage,
): SheetParty {
  const facts = known([
    { label: words.identity[party.kind], value: codeText(language, party.identity) },
    { label: words.economicCode, value: codeText(language, party.economicCode) },
    { label: words.postalCode, value: codeText(language, party.postalCode) },
    { label: words.phone, value: codeText(language, phoneIn(language, party.phone)) },
    { label: words.address, value: foreignText(party.address) },
  ]);
  return { title, name: foreignText(party.name), facts };
}

/** A number of Iran as it is dialled there: «۰۹۱۲…» of +98912…. */
function phoneIn(language: InvoiceLanguage, phone: string): string {
  return language === 'fa' ? phone.replace(/^\+98(?=\d)/, '0') : phone;
}

function rowOf(row: InvoiceRow, index: number, words: InvoiceWords, language: InvoiceLanguage): SheetRow {
  const { description, term, quantity, unitPrice, amount, vatPercent, vat } = row;
  const day = (each: JalaliDay) => dayText(language, each);
  const days = term && `${figure(language, term.days)} ${words.days}`;
  return {
    index: figure(language, index),
    description: foreignText(description),
    note: term === undefined ? '' : `${day(term.firstDay)} ${words.until} ${day(term.lastDay)} (${days})`,
    figures: [
      figure(language, quantity),
      figure(language, unitPrice),
      figure(language, amount),
      percentText(language, vatPercent),
      figure(language, vat),
      figure(language, addRial(amount, vat)),
    ],
  };
}

function sumsOf(invoice: Invoice, words: InvoiceWords, language: InvoiceLanguage): readonly SheetSum[] {
  const { price, vat, lineRental, total } = invoice.totals;
  const sum = (label: string, amount: number, notes: readonly string[] = []) => ({
    label,
    notes,
    amount: figure(language, amount),
  });
  return [
    sum(words.price, price),
    sum(words.vat, vat),
    sum(words.lineRental, lineRental),
    sum(words.total, total),
    ...invoice.deductions.map((deduction) =>
      deduction.what === 'wallet-credit'
        ? sum(words.walletCredit, 0 - deduction.amount)
        : sum(words.remainingValue, 0 - deduction.amount, basisNotes(deduction, words, language)),
    ),
  ];
}

/** The former service, then «مبنای محاسبه: ۳۵۲ از ۳۶۵ روز × ۲٬۰۰۰٬۰۰۰ ریال». */
function basisNotes(
  { name, value }: InvoiceDeduction & { what: 'remaining-value' },
  words: InvoiceWords,
  language: InvoiceLanguage,
): readonly string[] {
  const isDays = value.unit === 'days';
  const count = (each: number) => figure(language, isDays ? each : Math.trunc(each / 1024 / 1024));
  const unit = isDays ? words.days : words.megabytes;
  const share = `${count(value.left)} ${words.of} ${count(value.whole)} ${unit}`;
  const base = `${figure(language, value.base)} ${words.rial}`;
  return [foreignText(name), `${words.basis}: ${share} × ${base}`];
}

function amountWords(invoice: Invoice, words: InvoiceWords, language: InvoiceLanguage): readonly SheetFact[] {
  const { payable } = invoice.totals;
  if (language === 'en') return [{ label: words.inWords, value: rialWordsEnglish(payable) }];
  return [
    { label: words.inWords, value: rialWords(payable) },
    { label: words.toman, value: tomanWords(payable) },
  ];
}

function paymentsOf(invoice: Invoice, words: InvoiceWords, language: InvoiceLanguage): readonly string[] {
  const { paid, totals, kind, surplus } = invoice;
  if (surplus > 0) return [words.nothingDue, `${words.surplus}: ${figure(language, surplus)} ${words.rial}`];
  if (totals.payable === 0) return [words.nothingDue];
  if (paid.length === 0) return [words.unpaid];
  return paid.map((payment) => paymentText(payment, words.fromWallet[kind], words, language));
}

function paymentText(
  payment: InvoicePayment,
  wallet: string,
  words: InvoiceWords,
  language: InvoiceLanguage,
): string {
  const amount = `${figure(language, payment.amount)} ${words.rial}`;
  if (payment.by === 'wallet') return `${wallet}: ${amount}`;
  const reference = codeText(language, payment.reference);
  const comma = language === 'fa' ? '،' : ',';
  const known = reference === '' ? '' : `${comma} ${words.reference} ${reference}`;
  const { gateway } = payment;
  const way = Object.hasOwn(words.ways, gateway)
    ? words.ways[gateway]!
    : `${words.gateway} ${foreignText(gateway)}`;
  return `${way}: ${amount}${known}`;
}

function stampOf(invoice: Invoice, words: InvoiceWords): string {
  if (invoice.kind === 'credit-note' || !isPaid(invoice)) return '';
  return invoice.totals.payable === 0 ? words.settledStamp : words.paidStamp;
}

function known(facts: readonly SheetFact[]): readonly SheetFact[] {
  return facts.filter(({ value }) => value !== '');
}
