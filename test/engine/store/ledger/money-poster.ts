import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { NOW, purchaseOf, topUpOf } from '../../ledger/sample.ts';
import { secrets } from './sample.ts';

/** Posts for four customers at the same time until it is killed; says each key that was acknowledged. */
const [place = '', round = ''] = process.argv.slice(2);
const ledger = await openLedger(place.startsWith('postgres:') ? { url: place } : { folder: place }, secrets);

await Promise.all([1, 2, 3, 4].map(postWithoutEnd));

async function postWithoutEnd(customer: number): Promise<void> {
  for (let count = 0; ; count += 1) {
    const key = `${round}-${customer}-${count}`;
    await ledger.money.post(topUpOf(`in-${key}`, customer, 300), NOW);
    process.stdout.write(`in-${key}\n`);
    await ledger.money.post(purchaseOf(`out-${key}`, customer, 200), NOW);
    process.stdout.write(`out-${key}\n`);
  }
}
