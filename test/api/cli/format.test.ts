import { describe, expect, it } from 'vitest';
import { formatFields, formatInstant, formatOctets, formatTable } from '../../../api/cli/format.ts';

describe('octets', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.00 KB'],
    [1024 ** 2 - 1, '1023.99 KB'],
    [4.24 * 1024 ** 3, '4.23 GB'],
    [5 * 1024 ** 3, '5.00 GB'],
    [2 ** 53 - 1, '7.99 PB'],
  ])('%d is %s', (octets, text) => expect(formatOctets(Math.floor(octets))).toBe(text));
});

describe('instants', () => {
  it('are told in Tehran', () =>
    expect(formatInstant('2026-11-21T20:30:00.000Z')).toBe('2026-11-22 00:00:00'));
  it('may be absent', () => expect(formatInstant(null)).toBe('-'));
});

describe('a table', () => {
  const columns = [
    { heading: 'NAME', cell: ([name]: readonly [string, string]) => name },
    { heading: 'N', align: 'right', cell: ([, count]: readonly [string, string]) => count },
  ] as const;

  it('aligns its columns, Persian with joiners too', () => {
    const rows = [
      ['u1', '7'],
      ['می‌رود', '1024'],
      ['', ''],
    ] as const;
    expect(formatTable(columns, rows)).toBe(
      ['NAME      N', 'u1        7', 'می‌رود  1024', '-         -'].join('\n'),
    );
  });

  it('shows control characters instead of obeying them', () => {
    expect(formatTable(columns, [['\u001b[2J', '1']])).not.toContain('\u001b');
    expect(formatFields([['a', '\u0007']])).toBe('a  \u{FFFD}');
  });
});
