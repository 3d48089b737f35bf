import { expect, it } from 'vitest';
import type { MessageView } from '../../../engine/messaging/message.ts';
import { MESSAGE_PAGE_SIZES, messageList } from '../../../engine/messaging/message-list.ts';
import { draftOf, NOW } from './sample.ts';

const view = (id: number, change: Partial<MessageView> = {}): MessageView => ({
  ...draftOf(`k${id}`),
  ...{ id, state: 'delivered', provider: 'sandbox', providerId: `s${id}`, cost: undefined, attempts: 1 },
  ...{ reason: '', queuedAt: NOW, sentAt: NOW + id, endedAt: NOW, ...change },
});

it('shows what subscribers are told of their messages (P61)', () => {
  const messages = [view(1), view(2, { sentAt: undefined, state: 'queued' })];
  const list = messageList({ total: 12, messages }, 10, 'fa');
  expect(list).toMatchObject({ from: 11, to: 12, total: 12 });
  expect(list.rows[0]).toEqual({
    row: 11,
    id: 1,
    at: NOW + 1,
    senderName: 'میزان',
    mobile: '+989123456789',
    reason: 'اعلام ۲ روز مانده به منقضی شدن سرویس',
    text: messages[0]!.text,
    state: 'delivered',
  });
  expect(list.rows[1]).toMatchObject({ row: 12, at: NOW, state: 'queued' });
  expect(messageList({ total: 2, messages: [] }, 10, 'en')).toEqual({ from: 0, to: 0, total: 2, rows: [] });
  expect(MESSAGE_PAGE_SIZES).toEqual([10, 15, 20]);
});
