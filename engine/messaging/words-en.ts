import type { Instant } from '../values/instant.ts';
import { jalaliDayAt } from '../values/jalali.ts';
import type { MessageContent } from './message.ts';
import { amountOf, dayText, volumeOf } from './word-figures.ts';

/** The message in English, without name of line or sender; days of the Jalali calendar, as on every bill. */
export function englishWords(content: MessageContent): string {
  switch (content.kind) {
    case 'service-ends-in-days': {
      const { days, endsAt } = content.params;
      return `Your service ends in ${days} ${days === 1 ? 'day' : 'days'}, on ${day(endsAt)}.`;
    }
    case 'service-ends-today':
      return `Your service ends today, ${day(content.params.endsAt)}.`;
    case 'collection-list':
      return `Your service is in the collection list since ${day(content.params.since)}. Buy a service to stay.`;
    case 'purchase-applied': {
      const { item, until } = content.params;
      return `"${item.replace(/\s+/gu, ' ').trim()}" is active${until === null ? '' : ` until ${day(until)}`}.`;
    }
    case 'payment-credited':
      return `Your payment of ${rialText(content.params.amount)} is booked. Reference: ${content.params.reference}`;
    case 'document-rejected': {
      const { document, deadline } = content.params;
      return `Your document "${document.replace(/\s+/gu, ' ').trim()}" was rejected. Send a valid one by ${day(deadline)}, or your line is suspended.`;
    }
    case 'document-suspended':
      return 'Your documents were not completed within the week, so your line is suspended until they are.';
    case 'bill-issued': {
      const { number, amount, dueAt } = content.params;
      return `Bill ${number} of ${rialText(amount)} was issued, due on ${day(dueAt)}.`;
    }
    case 'free-charge':
      return `${volumeText(content.params.octets)} free charge is active until ${day(content.params.until)}.`;
    case 'volume-85':
      return `85% of your volume is used, ${volumeText(content.params.left)} left.`;
    case 'volume-ended':
      return content.params.effect === 'slowed'
        ? 'Your volume is used up and your speed is reduced. Buy volume for full speed.'
        : 'Your volume is used up and your line is closed. Buy volume to go on.';
  }
}

/** The reason of a message as its list shows it (product lines P61, P62). */
export function englishReason(content: MessageContent): string {
  switch (content.kind) {
    case 'service-ends-in-days':
      return `Service ends in ${content.params.days} ${content.params.days === 1 ? 'day' : 'days'}`;
    case 'service-ends-today':
      return 'Service ends today';
    case 'collection-list':
      return 'Entered the collection list';
    case 'purchase-applied':
      return 'Purchase active';
    case 'payment-credited':
      return 'Payment booked';
    case 'document-rejected':
      return 'Document rejected';
    case 'document-suspended':
      return 'Suspended for documents';
    case 'bill-issued':
      return 'Bill issued';
    case 'free-charge':
      return 'Free charge';
    case 'volume-85':
      return '85% of the volume used';
    case 'volume-ended':
      return 'Volume used up';
  }
}

function day(at: Instant): string {
  return dayText(jalaliDayAt(at));
}

function rialText(amount: number): string {
  return `${amountOf(amount, ',')} Rial`;
}

function volumeText(octets: number): string {
  const { figure, unit } = volumeOf(octets);
  return `${figure} ${unit}`;
}
