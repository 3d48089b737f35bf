import type { MessageView } from '../../engine/messaging/message.ts';
import { messageList } from '../../engine/messaging/message-list.ts';
import { storedNumber } from '../../schemas/http/customer.ts';
import { customerMessagesQuery, messagesQuery } from '../../schemas/http/message.ts';
import { customerMessagesAnswer, messagesAnswer } from '../../schemas/http/message-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso, toIsoOrNull } from '../iso-time.ts';
import { notFound } from '../problem.ts';
import { Resource } from '../route.ts';

/** A page of a customer's messages as the API tells it. */
export type CustomerMessagesAnswer = Told<typeof customerMessagesAnswer>;

type MessageAnswer = Told<typeof messagesAnswer>['messages'][number];

const NO_SUCH_CUSTOMER = 'There is no customer of this number.';

/** Messages: of a customer as he is shown them, and of all as staff look for what failed. */
export function messageRoutes({ ledger: { messages, people } }: ApiDeps): Resource {
  return new Resource('Messages')
    .serve(
      {
        ...{ method: 'get', path: '/customers/{id}/messages', operationId: 'listMessagesOfCustomer' },
        summary: 'List the messages that a customer got, newest first',
        params: { id: storedNumber.describe('Number of the customer.') },
        query: customerMessagesQuery,
        answers: { 200: customerMessagesAnswer },
        problems: { 404: NO_SUCH_CUSTOMER },
      },
      async ({ params: { id }, query: { size, page, language } }, c) => {
        if ((await people.customer(id)) === undefined) return notFound(c, NO_SUCH_CUSTOMER);
        const offset = (page - 1) * size;
        const found = await messages.ofCustomer(id, { limit: size, offset, receivedOnly: true });
        const { rows, ...list } = messageList(found, offset, language);
        return { ...list, rows: rows.map((row) => ({ ...row, at: toIso(row.at) })) };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/messages', operationId: 'listMessages' },
        summary: 'List messages of all customers, newest first',
        query: messagesQuery,
        answers: { 200: messagesAnswer },
      },
      async ({ query }) => {
        const found = await messages.newest(query);
        const next = found.length === query.limit ? found.at(-1)!.id : null;
        return { messages: found.map(answerOf), next };
      },
    );
}

function answerOf(message: MessageView): MessageAnswer {
  const { id, customer, username, mobile, content, text, parts, state, provider, attempts, reason } = message;
  return {
    ...{ id, customer, username, mobile, kind: content.kind, text, parts, state, provider, attempts, reason },
    ...{ cost: message.cost ?? null, queuedAt: toIso(message.queuedAt), sendAt: toIso(message.sendAt) },
    ...{ sentAt: toIsoOrNull(message.sentAt), endedAt: toIsoOrNull(message.endedAt) },
  };
}
