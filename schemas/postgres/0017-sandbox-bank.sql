-- Payments at the sandbox bank, where no money moves: empty unless the sandbox is switched on. It is the bank's own book, so
-- nothing of ours refers to it.
CREATE TABLE sandbox_payment (
  token        text PRIMARY KEY CHECK (token ~ '^[0-9a-f]{32}$'),
  -- The merchant's number of the attempt: a bank takes each once.
  payment_id   bigint NOT NULL UNIQUE,
  amount       bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
  description  text NOT NULL,
  callback_url text NOT NULL,
  state        text NOT NULL
    CHECK (state IN ('waiting', 'paid', 'verified', 'failed', 'cancelled', 'reversed')),
  reference    text NOT NULL,
  -- Six first and four last digits.
  card         text NOT NULL CHECK (card ~ '^([0-9]{6}\*{6}[0-9]{4})?$'),
  opened_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX sandbox_payment_reference ON sandbox_payment (reference) WHERE reference <> '';
