import { orderSuite } from '../../../conformance/orders.ts';
import { onBothDatabases } from './both-databases.ts';

onBothDatabases('orders', orderSuite);
