import type { purchasesAnswer } from '../../schemas/http/order-answers.ts';
import type {
  billsAnswer,
  pauseAnswer,
  pausesAnswer,
  rechargeAnswer,
  rechargesAnswer,
} from '../../schemas/http/service-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import { formatInstant, formatOctets, formatTable } from './format.ts';
import type { Show } from './show.ts';

const rial = new Intl.NumberFormat('en');

/** `purchases`: services and traffic of a line, newest first. */
export const showPurchases: Show = (body) => {
  const { purchases } = body as Told<typeof purchasesAnswer>;
  if (purchases.length === 0) return 'Nothing was bought.';
  return formatTable(
    [
      { heading: 'BOUGHT', cell: ({ boughtAt }) => formatInstant(boughtAt) },
      { heading: 'WHAT', cell: ({ what }) => what },
      { heading: 'FROM', cell: ({ from }) => formatInstant(from) },
      { heading: 'UNTIL', cell: ({ what, until }) => (what === 'service' ? formatInstant(until) : '') },
      {
        heading: 'VOLUME',
        align: 'right',
        cell: ({ octets }) => (octets === null ? '' : formatOctets(octets)),
      },
      { heading: 'TYPE', cell: ({ purchaseType }) => purchaseType },
      { heading: 'NAME', cell: ({ name }) => name },
    ],
    purchases,
  );
};

/** `bills`: newest first. */
export const showBills: Show = (body) => {
  const { bills } = body as Told<typeof billsAnswer>;
  if (bills.length === 0) return 'No bills.';
  return formatTable(
    [
      { heading: 'FROM', cell: ({ firstDay }) => firstDay },
      { heading: 'TO', cell: ({ lastDay }) => lastDay },
      { heading: 'DAYS', align: 'right', cell: ({ days }) => String(days) },
      { heading: 'RIAL', align: 'right', cell: ({ amount }) => rial.format(amount) },
      { heading: 'TAX', align: 'right', cell: ({ vat }) => rial.format(vat) },
      { heading: 'CUSTOMER', align: 'right', cell: ({ customer }) => String(customer) },
      { heading: 'INVOICE', cell: ({ invoice: { series, number } }) => `${series}-${number}` },
      { heading: 'SERVICE', cell: ({ name }) => name },
    ],
    bills,
  );
};

/** `recharges`: by time. */
export const showRecharges: Show = (body) => {
  const { recharges } = body as Told<typeof rechargesAnswer>;
  if (recharges.length === 0) return 'No campaign.';
  return formatTable(
    [
      { heading: 'AT', cell: ({ at }) => formatInstant(at) },
      { heading: 'DUE', cell: ({ dueAt }) => formatInstant(dueAt) },
      { heading: 'KIND', cell: ({ kind }) => kind },
      { heading: 'VOLUME', align: 'right', cell: ({ octets }) => formatOctets(octets) },
      { heading: 'CAMPAIGN', cell: ({ name }) => name },
    ],
    recharges,
  );
};

/** `recharge`. */
export const showRecharge: Show = (body) => {
  const { kind, at } = body as Told<typeof rechargeAnswer>;
  return `Given at ${formatInstant(at)} (${kind}).`;
};

/** `pauses`: oldest first. */
export const showPauses: Show = (body) => {
  const { pauses } = body as Told<typeof pausesAnswer>;
  if (pauses.length === 0) return 'No pauses.';
  return formatTable(
    [
      { heading: 'FROM', cell: ({ from }) => formatInstant(from) },
      { heading: 'UNTIL', cell: ({ until }) => formatInstant(until) },
      {
        heading: 'ENDS BY ITSELF',
        cell: ({ until, endsBy }) => (until === null ? formatInstant(endsBy) : ''),
      },
    ],
    pauses,
  );
};

/** `pause` and `end-pause`. */
export const showPause: Show = (body) => {
  const { from, until, endsBy } = body as Told<typeof pauseAnswer>;
  if (until !== null) return `Paused from ${formatInstant(from)} to ${formatInstant(until)}.`;
  return `Paused from ${formatInstant(from)}; ends by itself at ${formatInstant(endsBy)}.`;
};

/** `pass-time`. */
export const showClock: Show = (body) => `It is ${formatInstant((body as { now: string }).now)} now.`;
