import { normalPersian } from '../values/persian-text.ts';
import {
  type MessageContent,
  type MessageDraft,
  type MessageLanguage,
  messageKey,
  type Recipient,
} from './message.ts';
import { smsParts } from './sms-parts.ts';
import { englishReason, englishWords } from './words-en.ts';
import { persianReason, persianWords } from './words-fa.ts';

/** What a message is made from. */
export interface MessageOrder extends Pick<MessageDraft, 'sendAt' | 'notAfter' | 'language' | 'senderName'> {
  readonly recipient: Recipient;
  readonly content: MessageContent;
  /** The order, document, bill or payment that it is about: of one subject each kind is sent once. */
  readonly subject: string;
}

/** The message in words: what it says, the line that it is about, and whose message it is. */
export function draftMessage(order: MessageOrder): MessageDraft {
  const { recipient, content, subject, language, sendAt, notAfter } = order;
  const senderName = oneLine(order.senderName);
  const words = language === 'fa' ? persianWords(content) : englishWords(content);
  const lines = [words, recipient.username, senderName].filter((line) => line !== '');
  const text = lines.join('\n');
  return {
    ...recipient,
    ...{ content, language, text, senderName, sendAt, notAfter },
    dedupeKey: messageKey(content, subject),
    parts: smsParts(text).parts,
  };
}

/** The reason of a message for its list. */
export function messageReason(content: MessageContent, language: MessageLanguage): string {
  return language === 'fa' ? persianReason(content) : englishReason(content);
}

function oneLine(name: string): string {
  return normalPersian(name).replace(/\s+/gu, ' ').trim();
}
