-- The order that has given a loan back: when what it brought is ended by a refund the loan is owed again. NULL of those that
-- were given back before this column.
ALTER TABLE free_charge ADD COLUMN repaid_by_order bigint REFERENCES customer_order (id);

-- Deposits of agents by how their references are compared: those of former days bear them as they were typed.
CREATE INDEX ledger_entry_agent_deposit ON ledger_entry (regexp_replace(
  translate(key, '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩', '01234567890123456789'), '^(agent-deposit:[^:]*:)0+(?=.)', '\1'))
  WHERE kind = 'agent-deposit';
