import { declaredServicesSuite } from '../../../conformance/declared-services.ts';
import { onBothDatabases } from './both-databases.ts';

onBothDatabases('declared', declaredServicesSuite);
