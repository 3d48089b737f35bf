import { depositSuite } from '../../../conformance/deposits.ts';
import { onBothDatabases } from './both-databases.ts';

onBothDatabases('deposits', depositSuite);
