-- Whose a line was before a day of Tehran, so that its bills go to who had it on each day. From the last row's day on it is
-- that of `line.customer_id`. A line that is given on twice on one day was, before that day, that of the first.
CREATE TABLE line_former_owner (
  line_id     bigint NOT NULL REFERENCES line (id),
  -- The first day on which it was theirs no more.
  until       date NOT NULL,
  -- NULL: nobody's.
  customer_id bigint REFERENCES customer (id),
  PRIMARY KEY (line_id, until)
);

-- The trace number of a deposit as it is compared: a bank's 0123 and 123 are one, in whichever digits. `trace` stays as it
-- was told. Where one was told twice before this rule, the later one keeps a key of its own.
ALTER TABLE bank_deposit ADD COLUMN trace_key text;
UPDATE bank_deposit SET trace_key =
  regexp_replace(translate(trace, '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩', '01234567890123456789'), '^0+(?=.)', '');
UPDATE bank_deposit SET trace_key = trace_key || '#' || id WHERE id IN (
  SELECT id FROM (
    SELECT id, row_number() OVER (
      PARTITION BY bank, trace_key, deposited_on, amount ORDER BY state = 'approved' DESC, id) AS nth
    FROM bank_deposit WHERE state <> 'rejected'
  ) AS told WHERE nth > 1
);
ALTER TABLE bank_deposit ALTER COLUMN trace_key SET NOT NULL;
DROP INDEX bank_deposit_once;
CREATE UNIQUE INDEX bank_deposit_once ON bank_deposit (bank, trace_key, deposited_on, amount) WHERE state <> 'rejected';
