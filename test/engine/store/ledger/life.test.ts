import { lifeSuite } from '../../../conformance/life.ts';
import { onBothDatabases } from './both-databases.ts';

onBothDatabases('life', lifeSuite);
