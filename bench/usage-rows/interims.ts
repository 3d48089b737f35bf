/** Days of history that every line gets. */
export const DAYS = 35;
const SESSION_HOURS = 8;
const INTERIM_SECONDS = 300;
const INTERIMS_PER_SESSION = (SESSION_HOURS * 3_600) / INTERIM_SECONDS;

/** One session of eight hours a day, reported every five minutes. */
export const ROWS_PER_LINE = DAYS * INTERIMS_PER_SESSION;

/** Mean octets between two reports: 0.4 Mbit/s up and 4 Mbit/s down, each report anything from none to the double. */
const INPUT_MEAN = 15_000_000;
const OUTPUT_MEAN = 150_000_000;

/** How many lines make about `rows` rows, at least one. */
export function linesFor(rows: number): number {
  return Math.max(1, Math.round(rows / ROWS_PER_LINE));
}

/** What each row says, as SQL over the names of the `WITH` clause below. */
const COLUMNS: Readonly<Record<string, string>> = {
  at: "fromUnixTimestamp64Milli(toInt64(moment), 'UTC')",
  line_id: 'line',
  username: "concat('09', leftPad(toString(line), 9, '0'))",
  session_key: "cityHash64('key', session)",
  kind: "'interim'",
  state: "'live'",
  nas: "concat('bras-', toString(line % 20))",
  nas_port: 'toString(line % 4096)',
  acct_session_id: 'lower(hex(toUInt32(chance)))',
  calling_station_id: "lower(hex(cityHash64('mac', line)))",
  framed_ip: 'IPv4NumToString(toUInt32(1681915904 + chance % 4194304))',
  started_at: "fromUnixTimestamp64Milli(toInt64(began), 'UTC')",
  segment: '0',
  input_octets: 'up',
  output_octets: 'down',
  quarantined_octets: '0',
  overshot_octets: '0',
  charge_form: "'output'",
  charged_rest: '0',
  free_rest: '0',
  burned_rest: '0',
  session_time_rest: '0',
  close_cause: "''",
  anomalies: '[]',
  resume: `concat('["20000/5000"', hasClock ? '' : concat(',[0,', toString(seconds), ',null]'), ']')`,
};

/**
 * SQL that inserts the Interim-Updates of `count` lines from number `first` on, days counted from instant `from`. Nothing in
 * them is rounder than in life: every counter grows by an independent random amount, reports are up to two seconds
 * late, and sessions begin at any moment of the first 16 hours of their day. The NAS of three lines in four send Event-Timestamp;
 * the reports of the others have their arrival's milliseconds. Upload is free and download is charged and burned,
 * as in a plan that charges downloads.
 */
export function interimsSql(first: number, count: number, from: number): string {
  const rows = count * ROWS_PER_LINE;
  return `
    INSERT INTO usage_event (${Object.keys(COLUMNS).join(', ')})
    WITH
      number + ${first * ROWS_PER_LINE} AS n,
      intDiv(n, ${ROWS_PER_LINE}) + 1 AS line,
      intDiv(n, ${INTERIMS_PER_SESSION}) AS session,
      intDiv(n % ${ROWS_PER_LINE}, ${INTERIMS_PER_SESSION}) AS day,
      n % ${INTERIMS_PER_SESSION} + 1 AS report,
      line % 4 != 0 AS hasClock,
      cityHash64('start', session) AS chance,
      ${Math.floor(from / 1000)} + day * 86400 + chance % ${(24 - SESSION_HOURS) * 3_600} AS beganSeconds,
      beganSeconds * 1000 + (hasClock ? 0 : intDiv(chance, 65536) % 1000) AS began,
      began + report * ${INTERIM_SECONDS * 1_000} + cityHash64('late', n) % 2000 AS arrival,
      hasClock ? intDiv(arrival, 1000) * 1000 : arrival AS moment,
      intDiv(moment - began, 1000) AS seconds,
      ${runningSum('up', INPUT_MEAN)} AS up,
      ${runningSum('down', OUTPUT_MEAN)} AS down
    SELECT ${Object.entries(COLUMNS)
      .map(([name, value]) => `${value} AS ${name}`)
      .join(', ')}
    FROM numbers(${rows})
    SETTINGS max_partitions_per_insert_block = 0, max_insert_block_size = ${rows}`;
}

/** Sum of the first \`report\` random steps of a session: independent of each other, and the same in every column. */
function runningSum(name: string, mean: number): string {
  return `arraySum(i -> cityHash64('${name}', session, i) % ${2 * mean}, range(1, report + 1))`;
}
