import type { DocumentStanding } from '../orders/document-deadline.ts';
import type { Instant } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { ChangeNote } from './audit-trail.ts';

/** What papers there are (product line P18), and others, such as a company's notice of registration. */
export const DOCUMENT_TYPES = ['phone-bill', 'national-card', 'student-card', 'lease', 'other'] as const;

/** A kind of paper. */
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** What subscribers are told that a paper is. */
export const DOCUMENT_NAMES: Readonly<Record<DocumentType, string>> = {
  'phone-bill': 'کپی قبض تلفن',
  'national-card': 'کارت ملی',
  'student-card': 'کارت دانشجویی',
  lease: 'اجاره‌نامه',
  other: 'سایر مدارک',
};

/** How far a document is. */
export type DocumentState = 'waiting' | 'approved' | 'rejected';

/** A document without its picture. */
export interface Document {
  readonly id: number;
  readonly customerId: number;
  readonly type: DocumentType;
  /** As the uploader called it. */
  readonly fileName: string;
  readonly mediaType: string;
  /** Of the picture as it is stored. */
  readonly octets: number;
  readonly state: DocumentState;
  readonly uploadedBy: string;
  readonly uploadedAt: Instant;
  /** `undefined` while it waits. */
  readonly review:
    | {
        readonly by: string;
        readonly at: Instant;
        /** Told to the customer; '' for nothing. */
        readonly note: string;
      }
    | undefined;
}

/** A picture that was made anew of what was uploaded. */
export interface NewDocument {
  readonly customerId: number;
  readonly type: DocumentType;
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** A picture as it is stored. */
export interface StoredPicture {
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** Documents of one customer that may wait for review at a time. */
export const WAITING_DOCUMENTS_MAX = 20;

/** Why a document was not taken. */
export type AddDocumentFault = 'no-such-customer' | 'too-many-waiting';

/** Why a review changed nothing. `already-reviewed`: the same was said before. */
export type ReviewFault = 'no-such-document' | 'already-reviewed';

/** A verdict on a document, with the words for its customer. */
export interface DocumentReview {
  readonly documentId: number;
  readonly verdict: 'approved' | 'rejected';
  /** Told to the customer; '' for nothing. */
  readonly note: string;
  readonly actor: string;
}

/** What a review came to. */
export interface Reviewed {
  readonly document: Document;
  /** Lines that are online-able again because of it. */
  readonly resumedLines: readonly string[];
}

/** What became of customers whose days of grace were over. */
export interface EnforcedDocuments {
  /** Customers of whom lines were suspended; as many as the limit: call again. */
  readonly customers: number;
  readonly suspendedLines: readonly string[];
}

/** Documents of customers and their reviews (product lines P18 to P22). Each change is in the audit trail. */
export interface DocumentStore {
  addDocument(
    document: NewDocument,
    by: ChangeNote,
    now: Instant,
  ): Promise<Result<Document, AddDocumentFault>>;
  /** Of one customer, oldest first. */
  documentsOf(customerId: number): Promise<readonly Document[]>;
  /** Those that wait for review, longest waiting first; after the document of this number. */
  waitingDocuments(limit: number, after?: number): Promise<readonly Document[]>;
  document(id: number): Promise<Document | undefined>;
  picture(id: number): Promise<StoredPicture | undefined>;
  /**
   * Notes a verdict. The approval that leaves no rejected type behind brings all lines of the customer back that were
   * suspended for documents, in the same transaction.
   */
  reviewDocument(review: DocumentReview, now: Instant): Promise<Result<Reviewed, ReviewFault>>;
  /** Whether the customer's documents let lines be online; complete also for somebody who is not there. */
  documentStanding(customerId: number, graceDays: number, now: Instant): Promise<DocumentStanding>;
  /**
   * Suspends all lines of customers whose days of grace are over, of at most `limit` customers, each in a transaction.
   * Calling it again changes nothing that it has done. Rejects with `WorkFailed` when that cannot be done for some, once it
   * is done for the others.
   */
  enforceDocuments(graceDays: number, now: Instant, limit: number): Promise<EnforcedDocuments>;
}
