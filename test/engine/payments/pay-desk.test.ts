import { payDeskSuite } from '../../conformance/pay-desk.ts';
import { onBothDatabases } from '../store/ledger/both-databases.ts';

onBothDatabases('payments', payDeskSuite);
