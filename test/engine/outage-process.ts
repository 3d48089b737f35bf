import { pino } from 'pino';
import { startPacketPath } from '../../engine/packet-path.ts';
import { systemClock } from '../../engine/runtime/clock.ts';
import { startDictionaries } from '../../engine/runtime/start-dictionaries.ts';
import { openCountersPatiently } from '../../engine/store/counters/open-patiently.ts';

/** What the process is started with, as JSON in its first argument. */
export interface OutageProcessOrder {
  readonly url: string;
  readonly folder: string;
  readonly masterKey: string;
  /** Accounting port, 0 for any. */
  readonly port: number;
}

/** A packet path of its own on the counters in Redis, to be killed; prints the accounting port when it is bound. */
const order = JSON.parse(process.argv[2] ?? '') as OutageProcessOrder;
const dictionary = startDictionaries('/nowhere');
if (!dictionary.ok) throw new Error(dictionary.error);
const counters = await openCountersPatiently({ url: order.url }, `${order.folder}/seen.json`, () => {});
const path = await startPacketPath({
  counters,
  masterKey: Buffer.from(order.masterKey, 'hex'),
  clock: systemClock,
  host: '127.0.0.1',
  authPort: 0,
  acctPort: order.port,
  reusePort: false,
  log: pino({ level: 'warn' }, pino.destination(2)),
  dictionary: dictionary.value,
  journalFolder: `${order.folder}/process`,
});
process.stdout.write(`${path.acctPort}\n`);
