import type { LineStatus } from '../policy/line-state.ts';
import type { Instant } from '../values/instant.ts';

/** A person or a company. */
export type CustomerKind = 'person' | 'company';

/** A customer as somebody typed it; '' for a field that is not known. */
export interface CustomerDeclaration {
  readonly kind: CustomerKind;
  /** Full name, or the company's. */
  readonly name: string;
  /** «کد ملی», of a company «شناسه ملی», of a foreigner «کد فراگیر». */
  readonly nationalId: string;
  /** «کد اقتصادی» of a company. */
  readonly economicCode: string;
  readonly mobile: string;
  readonly phone: string;
  readonly email: string;
  readonly postalCode: string;
  readonly address: string;
  readonly education: string;
  /** Date of birth, or of a company's registration: `1369/02/11` or `1990-05-01`. */
  readonly bornOn: string;
}

/** Name of a field. */
export type CustomerField = keyof CustomerDeclaration;

/** A customer's particulars as they are stored: numbers in ASCII digits, letters in one spelling, '' for what is not known. */
export interface CustomerParticulars extends CustomerDeclaration {
  /** E.164. */
  readonly mobile: string;
  /** ISO 8601 of the Gregorian calendar, `1990-05-01`; it is set once (product line P17). */
  readonly bornOn: string;
}

/** A customer of the house. */
export interface Customer extends CustomerParticulars {
  /** The number in the ledger's accounts `wallet:N` and `receivable:N`. */
  readonly id: number;
  /** Grows with every change; who changes a customer says which one they saw. */
  readonly revision: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** What is declared of the telephone line; '' for what is not known. */
export interface LineContract {
  /** The telephone line that carries the internet, as it is dialled in its county: without the leading zero. */
  readonly phone: string;
  /** «مرکز مخابراتی» */
  readonly exchange: string;
  /** «شهرستان» */
  readonly county: string;
}

/** A line with whom it belongs to. */
export interface CustomerLine extends LineContract {
  readonly lineId: number;
  readonly username: string;
  readonly displayName: string;
  /** `undefined` for a line that was declared without anybody. */
  readonly customerId: number | undefined;
  readonly planName: string;
  /** First instant after the service; `undefined` when the line has never had one. */
  readonly expiresAt: Instant | undefined;
  readonly status: LineStatus;
}
