import { describe, expect, it } from 'vitest';
import { readCommand } from '../../../api/cli/commands.ts';

/** What is said about words that no call is made of. */
function wrong(words: readonly string[]): string {
  const command = readCommand(words);
  if (command.kind !== 'wrong') throw new Error(JSON.stringify(command));
  return command.message;
}

/** The call that words ask for. */
function call(words: readonly string[]) {
  const command = readCommand(words);
  if (command.kind !== 'call') throw new Error(JSON.stringify(command));
  const { path, body } = command.call;
  return { path, body: body === undefined ? undefined : JSON.parse(body) };
}

const TOP_UP = ['wallet', 'top-up', '17', '--gateway', 'g', '--amount'];
const DEPOSIT = ['agent', 'deposit', '2', '--into', 'bank', '--reference', 'r', '--amount'];

describe('a number', () => {
  it.each([
    [['payment', 'show', '../orders'], 'payment show needs NUMBER in digits, not "../orders"'],
    [['order', 'show', '../customers'], 'order show needs NUMBER in digits, not "../customers"'],
    [['order', 'pay', '1/../2'], 'order pay needs NUMBER in digits, not "1/../2"'],
    [['order', 'cancel', '1?'], 'order cancel needs NUMBER in digits, not "1?"'],
    [['wallet', 'show', '../agents/60?'], 'wallet show needs CUSTOMER in digits, not "../agents/60?"'],
    [['agent', 'token', '0x10', '--name', 'x'], 'agent token needs NUMBER in digits, not "0x10"'],
    [['token', 'revoke', '..'], 'token revoke needs NUMBER in digits, not ".."'],
    [['customer', 'show', '99999999999999999'], 'needs NUMBER up to 9007199254740991, not 99999999999999999'],
    [['payment', 'list', '--limit', '1e1'], 'payment list needs --limit in digits, not "1e1"'],
    [['invoice', 'list', '--customer', ''], 'invoice list needs --customer in digits, not ""'],
    [['order', 'quote', 'u1', '--offer', 'o', '--months', '0x3'], 'needs --months in digits, not "0x3"'],
  ])('%j is digits', (words, message) => {
    expect(wrong(words)).toContain(message);
  });

  it('may be of Persian digits', () => {
    expect(call(['order', 'show', '۱۰۰۰۱']).path).toBe('/orders/10001');
    expect(call(['messages', '١٧']).path).toContain('/customers/17/messages?');
    expect(call(['invoice', 'show', '۱۴۰۵-۱۰۲۴']).path).toBe('/invoices/1405/1024');
    expect(call(['order', 'list', '--limit', '۵']).path).toBe('/orders?limit=5');
  });
});

describe('an amount', () => {
  it.each(['0x10', '1e3', ' 5 ', '', '1,000', '۱٬۰۰۰', '1.0', '+5', '-5', 'NaN', '0b1', '9007199254740993'])(
    '%j is none',
    (amount) => {
      for (const words of [TOP_UP, DEPOSIT]) {
        const [option, ...before] = [words.at(-1), ...words.slice(0, -1)];
        expect(wrong([...before, `${option}=${amount}`])).toContain('needs --amount');
      }
    },
  );

  it('is digits, Persian ones too', () => {
    expect(call([...TOP_UP, '50000']).body).toEqual({ gateway: 'g', amount: 50_000 });
    expect(call([...TOP_UP, '۵۰۰۰۰']).body).toEqual({ gateway: 'g', amount: 50_000 });
    expect(call([...DEPOSIT, '٠٧']).body).toEqual({ into: 'bank', reference: 'r', amount: 7 });
  });

  it('that begins with a hyphen is refused in one line', () => {
    expect(wrong([...TOP_UP, '-5'])).toMatch(/^.*--amount.*$/);
  });
});

describe('a name', () => {
  it.each([
    [['kick', '..'], 'kick: ".." can be no USERNAME'],
    [['line', 'show', '.'], 'line show: "." can be no USERNAME'],
    [['payments', 'reconcile', '..', 'x.csv'], 'payments reconcile: ".." can be no GATEWAY'],
    [['plan', 'show', '..'], 'plan show: ".." can be no NAME'],
    [['invoice', 'show', '..-..'], 'invoice show: "..-.." can be no INVOICE'],
  ])('%j leads nowhere else', (words, message) => {
    expect(wrong(words)).toBe(message);
  });

  it('goes whole into one step of the path', () => {
    expect(call(['kick', '../nas?x#y']).path).toBe('/lines/..%2Fnas%3Fx%23y/kick');
    expect(call(['kick', '%2e%2e']).path).toBe('/lines/%252e%252e/kick');
    expect(call(['pool', 'show', '...']).path).toBe('/pools/...');
    expect(call(['line', 'show', "سارا!*'()~"]).path).toMatch(/^\/lines\/%D8%B3.*!\*'\(\)~$/);
  });
});
