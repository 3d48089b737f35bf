import { sql } from 'kysely';
import type { AuditStore } from '../../subscribers/audit-trail.ts';
import type { CustomerStore } from '../../subscribers/customer-store.ts';
import type { Document, DocumentStore } from '../../subscribers/document.ts';
import type { LineConditionStore, PeopleStore } from '../../subscribers/people-store.ts';
import type { SuspensionChange } from '../../subscribers/suspension.ts';
import type { Instant } from '../../values/instant.ts';
import { readAuditTrail } from './audit.ts';
import { changeLineContract, readCustomerLine, readLinesOf } from './customer-lines.ts';
import { createCustomer, findCustomers, readCustomer, updateCustomer } from './customers.ts';
import type { LedgerDb } from './database.ts';
import {
  addDocument,
  readDocumentStanding,
  readDocuments,
  readPicture,
  reviewDocument,
} from './documents.ts';
import { enforceDocuments } from './enforce-documents.ts';
import { inTransaction } from './in-transaction.ts';
import { changeStanding, readStanding, readStandingHistory } from './standing.ts';
import { resume, suspend, suspensionsOf } from './suspensions.ts';

/** What follows the store in the arguments of its own function. */
type Asked<Call> = Call extends (...args: infer Args) => unknown ? Args : never;

/** People on PostgreSQL or its embedded twin. */
export class KyselyPeople implements PeopleStore {
  private readonly db: LedgerDb;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb) {
    this.db = db;
  }

  createCustomer(
    ...asked: Asked<CustomerStore['createCustomer']>
  ): ReturnType<CustomerStore['createCustomer']> {
    return inTransaction(this.db, (tx) => createCustomer(tx, ...asked));
  }

  updateCustomer(
    ...asked: Asked<CustomerStore['updateCustomer']>
  ): ReturnType<CustomerStore['updateCustomer']> {
    return inTransaction(this.db, (tx) => updateCustomer(tx, ...asked));
  }

  customer(id: number): ReturnType<CustomerStore['customer']> {
    return readCustomer(this.db, id);
  }

  findCustomers(...asked: Asked<CustomerStore['findCustomers']>): ReturnType<CustomerStore['findCustomers']> {
    return findCustomers(this.db, ...asked);
  }

  linesOf(customerId: number): ReturnType<CustomerStore['linesOf']> {
    return readLinesOf(this.db, customerId);
  }

  customerLine(username: string): ReturnType<CustomerStore['customerLine']> {
    return readCustomerLine(this.db, username);
  }

  changeLineContract(
    ...asked: Asked<CustomerStore['changeLineContract']>
  ): ReturnType<CustomerStore['changeLineContract']> {
    return inTransaction(this.db, (tx) => changeLineContract(tx, ...asked));
  }

  addDocument(...asked: Asked<DocumentStore['addDocument']>): ReturnType<DocumentStore['addDocument']> {
    return inTransaction(this.db, (tx) => addDocument(tx, ...asked));
  }

  documentsOf(customerId: number): Promise<readonly Document[]> {
    return readDocuments(this.db, sql`customer_id = ${customerId}::bigint`);
  }

  waitingDocuments(limit: number, after = 0): Promise<readonly Document[]> {
    return readDocuments(this.db, sql`state = 'waiting' AND id > ${after}::bigint`, limit);
  }

  async document(id: number): Promise<Document | undefined> {
    const [document] = await readDocuments(this.db, sql`id = ${id}::bigint`);
    return document;
  }

  picture(id: number): ReturnType<DocumentStore['picture']> {
    return readPicture(this.db, id);
  }

  reviewDocument(
    ...asked: Asked<DocumentStore['reviewDocument']>
  ): ReturnType<DocumentStore['reviewDocument']> {
    return inTransaction(this.db, (tx) => reviewDocument(tx, ...asked));
  }

  documentStanding(
    ...asked: Asked<DocumentStore['documentStanding']>
  ): ReturnType<DocumentStore['documentStanding']> {
    return readDocumentStanding(this.db, ...asked);
  }

  enforceDocuments(
    ...asked: Asked<DocumentStore['enforceDocuments']>
  ): ReturnType<DocumentStore['enforceDocuments']> {
    return enforceDocuments(this.db, ...asked);
  }

  async lineCondition(username: string): ReturnType<LineConditionStore['lineCondition']> {
    const line = await readStanding(this.db, username);
    if (line === undefined) return undefined;
    return { standing: line.standing, suspensions: await suspensionsOf(this.db, line.lineId) };
  }

  async standingHistory(
    username: string,
    limit: number,
    after = 0,
  ): ReturnType<LineConditionStore['standingHistory']> {
    const line = await readStanding(this.db, username);
    return line && readStandingHistory(this.db, line.lineId, limit, after);
  }

  changeStanding(
    ...asked: Asked<LineConditionStore['changeStanding']>
  ): ReturnType<LineConditionStore['changeStanding']> {
    return inTransaction(this.db, (tx) => changeStanding(tx, ...asked));
  }

  suspendLine(
    username: string,
    change: SuspensionChange,
    now: Instant,
  ): ReturnType<LineConditionStore['suspendLine']> {
    return inTransaction(this.db, (tx) => suspend(tx, username, change, now));
  }

  resumeLine(
    username: string,
    change: SuspensionChange,
    now: Instant,
  ): ReturnType<LineConditionStore['resumeLine']> {
    return inTransaction(this.db, (tx) => resume(tx, username, change, now));
  }

  auditTrail(...asked: Asked<AuditStore['auditTrail']>): ReturnType<AuditStore['auditTrail']> {
    return readAuditTrail(this.db, ...asked);
  }
}
