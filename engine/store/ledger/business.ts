import type { InvoiceOwner } from '../../invoices/invoice-store.ts';
import type { MoneyStore } from '../../ledger/money-ledger.ts';
import type { MessageOwner, VolumeOwner } from '../../messaging/message-store.ts';
import type { CatalogueOwner } from '../../orders/catalogue-store.ts';
import type { LifeOwner } from '../../orders/life-store.ts';
import type { OrderOwner } from '../../orders/order-store.ts';
import type { DepositOwner } from '../../payments/deposit.ts';
import type { PaymentOwner } from '../../payments/payment.ts';
import type { SandboxBankOwner } from '../../payments/sandbox-bank.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import type { AgentLedger } from '../../subscribers/agent-store.ts';
import type { KeyedRequestStore } from '../../subscribers/idempotency-store.ts';
import type { PeopleLedger } from '../../subscribers/people-store.ts';
import { KyselyAgents } from './agents/kysely-agents.ts';
import type { LedgerDb } from './database.ts';
import { KyselyIdempotency } from './idempotency.ts';
import { KyselyCatalogue } from './kysely-catalogue.ts';
import { KyselyInvoices } from './kysely-invoices.ts';
import { KyselyMoney } from './kysely-money.ts';
import { KyselyPeople } from './kysely-people.ts';
import { KyselyLife } from './life/kysely-life.ts';
import { KyselyMessages } from './messages.ts';
import { KyselyOrders } from './orders/kysely-orders.ts';
import { KyselyDeposits } from './payments/kysely-deposits.ts';
import { KyselyPayments } from './payments/kysely-payments.ts';
import { KyselySandboxBank } from './sandbox-bank.ts';
import { tellVolumes } from './tell-volumes.ts';

/** What the ledger is to the business: people, catalogue, orders, payments, money. */
export interface BusinessLedger
  extends MoneyStore,
    KeyedRequestStore,
    PeopleLedger,
    AgentLedger,
    CatalogueOwner,
    OrderOwner,
    InvoiceOwner,
    LifeOwner,
    MessageOwner,
    VolumeOwner,
    PaymentOwner,
    DepositOwner,
    SandboxBankOwner {}

/** The stores of the business on a database, which is its opener's to close. */
export function openBusiness(db: LedgerDb, secrets: SecretBox): BusinessLedger {
  const people = new KyselyPeople(db);
  return {
    people,
    money: new KyselyMoney(db),
    idempotency: new KyselyIdempotency(db),
    agents: new KyselyAgents(db, secrets),
    catalogue: new KyselyCatalogue(db),
    orders: new KyselyOrders(db, secrets),
    invoices: new KyselyInvoices(db, secrets),
    messages: new KyselyMessages(db),
    volumes: { tell: (now, limit) => tellVolumes(db, now, limit) },
    life: new KyselyLife(db, secrets, people),
    payments: new KyselyPayments(db, secrets),
    deposits: new KyselyDeposits(db, secrets),
    sandboxBank: new KyselySandboxBank(db),
  };
}
