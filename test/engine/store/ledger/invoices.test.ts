import { invoiceSuite } from '../../../conformance/invoices.ts';
import { onBothDatabases } from './both-databases.ts';

onBothDatabases('invoices', invoiceSuite);
