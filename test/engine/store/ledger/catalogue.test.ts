import { catalogueSuite } from '../../../conformance/catalogue.ts';
import { onBothDatabases } from './both-databases.ts';

onBothDatabases('catalogue', catalogueSuite);
