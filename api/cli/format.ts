const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

const tehranTime = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Tehran',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** A column of a table: its heading and the cell of a row. */
export interface Column<Row> {
  readonly heading: string;
  readonly align?: 'right';
  cell(row: Row): string;
}

/** Octets in the largest unit that keeps a whole digit, 1 GB = 1024 MB (product P42), cut to two decimals. */
export function formatOctets(octets: number): string {
  let value = octets;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : (Math.trunc(value * 100) / 100).toFixed(2)} ${UNITS[unit]}`;
}

/** An ISO 8601 instant as date and time in Asia/Tehran, '-' for none. */
export function formatInstant(iso: string | null): string {
  return iso === null ? '-' : tehranTime.format(new Date(iso));
}

/** Text fit for a terminal: control characters, which a NAS may send inside a name, become visible. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\u{FFFD}');
}

/** Rows under aligned headings, columns two spaces apart, without trailing spaces. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => printable(column.cell(row)) || '-'));
  const lines = [columns.map(({ heading }) => heading), ...cells];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => width(line[index]!))));
  return lines
    .map((line) =>
      line
        .map((text, index) => pad(text, widths[index]!, columns[index]!.align))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Names and values under each other, the values aligned. */
export function formatFields(fields: readonly (readonly [name: string, value: string])[]): string {
  const widest = Math.max(...fields.map(([name]) => width(name)));
  return fields.map(([name, value]) => `${pad(name, widest, undefined)}  ${printable(value)}`).join('\n');
}

function pad(text: string, columns: number, align: 'right' | undefined): string {
  const space = ' '.repeat(columns - width(text));
  return align === 'right' ? space + text : text + space;
}

/** Columns that a text takes on a terminal: marks and joiners, common in Persian, take none. */
function width(text: string): number {
  return [...text.replace(/[\p{Mn}\p{Cf}]/gu, '')].length;
}
