-- Invoices and credit notes. A number is given by the transaction that issues, so that a series has no gaps and nothing
-- twice (product line C15); what is issued never changes, a credit note takes it back (C17).

CREATE TABLE invoice_series (
  series      text PRIMARY KEY,
  last_number bigint NOT NULL CHECK (last_number > 0)
);

CREATE TABLE invoice (
  series          text NOT NULL,
  number          bigint NOT NULL CHECK (number > 0),
  kind            text NOT NULL CHECK (kind IN ('invoice', 'credit-note')),
  customer_id     bigint NOT NULL REFERENCES customer (id),
  issued_at       timestamptz NOT NULL,
  -- '' for none.
  order_id        text NOT NULL DEFAULT '',
  bill_id         text NOT NULL DEFAULT '',
  corrects_series text,
  corrects_number bigint,
  document        jsonb NOT NULL,
  PRIMARY KEY (series, number),
  FOREIGN KEY (corrects_series, corrects_number) REFERENCES invoice (series, number),
  CHECK ((kind = 'credit-note') = (corrects_number IS NOT NULL))
);
CREATE INDEX invoice_customer ON invoice (customer_id, issued_at, series, number);
CREATE UNIQUE INDEX invoice_of_order ON invoice (order_id) WHERE order_id <> '' AND kind = 'invoice';
CREATE UNIQUE INDEX invoice_of_bill ON invoice (bill_id) WHERE bill_id <> '' AND kind = 'invoice';
CREATE INDEX invoice_corrects ON invoice (corrects_series, corrects_number) WHERE corrects_number IS NOT NULL;

CREATE FUNCTION refuse_invoice_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of an issued invoice is refused: write a credit note', TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER invoice_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_invoice_change();
