import type { Instant } from '../values/instant.ts';
import { messageReason } from './draft-message.ts';
import type { MessageLanguage, MessageState } from './message.ts';
import type { MessagePage } from './message-store.ts';

/** Page sizes that subscribers choose from «نمایش در هر صفحه» (product line P61). */
export const MESSAGE_PAGE_SIZES = [10, 15, 20] as const;

/** A row of the list of messages «سابقه و لیست پیامک های دریافتی شما از طرف سامانه» (product line P61). */
export interface MessageRow {
  /** From 1, over all pages. */
  readonly row: number;
  readonly id: number;
  /** When it was sent, or is to be. */
  readonly at: Instant;
  readonly senderName: string;
  /** E.164. */
  readonly mobile: string;
  /** In words. */
  readonly reason: string;
  readonly text: string;
  readonly state: MessageState;
}

/** A page of it: «نمایش 1 - 2 از 2» is `from` to `to` of `total`, and `from` is 0 on an empty page. */
export interface MessageList {
  readonly from: number;
  readonly to: number;
  readonly total: number;
  readonly rows: readonly MessageRow[];
}

/** The page as people are shown it; `offset` as it was asked for. */
export function messageList(page: MessagePage, offset: number, language: MessageLanguage): MessageList {
  const rows = page.messages.map((message, index) => ({
    row: offset + index + 1,
    id: message.id,
    at: message.sentAt ?? message.sendAt,
    senderName: message.senderName,
    mobile: message.mobile,
    reason: messageReason(message.content, language),
    text: message.text,
    state: message.state,
  }));
  return { from: rows[0]?.row ?? 0, to: rows.at(-1)?.row ?? 0, total: page.total, rows };
}
