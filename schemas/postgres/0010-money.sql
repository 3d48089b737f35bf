-- The money as double entry: a journal that only grows, each entry bound to the one before by its hash. The database itself
-- refuses whatever would break it, whoever asks: the program's role, the owner of the tables and a superuser alike. Amounts
-- are whole Rial, debits above 0, credits below 0, within 2^53 - 1.

-- An account is opened by its first entry. Its code says what it is: wallet:17, receivable:17, gateway:zarinpal, revenue, ...
CREATE TABLE ledger_account (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code      text NOT NULL UNIQUE CHECK (code ~ '^[a-z-]+(:[a-z0-9-]+)?$'),
  opened_at timestamptz NOT NULL
);

CREATE TABLE ledger_entry (
  -- From 1, without gaps.
  number        bigint PRIMARY KEY CHECK (number > 0),
  posted_at     timestamptz NOT NULL,
  kind          text NOT NULL CHECK (kind <> ''),
  -- The same cause comes again with the same key, and is then this entry.
  key           text NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 200),
  order_id      text NOT NULL,
  payment_id    text NOT NULL,
  -- The entry that this one takes back; none is taken back twice.
  reverses      bigint UNIQUE CHECK (reverses < number),
  actor         text NOT NULL,
  reason        text NOT NULL,
  line_count    integer NOT NULL CHECK (line_count >= 2),
  previous_hash text NOT NULL CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
  hash          text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$')
);
CREATE INDEX ledger_entry_order ON ledger_entry (order_id, number) WHERE order_id <> '';
CREATE INDEX ledger_entry_payment ON ledger_entry (payment_id, number) WHERE payment_id <> '';

-- No foreign key to the entry: PostgreSQL checks one with a row lock, for which the owner would need the right to update
-- entries. The trigger `ledger_line_belongs` does it.
CREATE TABLE ledger_line (
  entry      bigint NOT NULL,
  position   integer NOT NULL CHECK (position > 0),
  account_id bigint NOT NULL REFERENCES ledger_account (id),
  amount     bigint NOT NULL CHECK (amount <> 0 AND abs(amount) <= 9007199254740991),
  PRIMARY KEY (entry, position),
  UNIQUE (account_id, entry) INCLUDE (amount)
);

-- The end of the chain. Whoever appends locks this one row first; it is the lock of all accounts, too.
CREATE TABLE ledger_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  number   bigint NOT NULL,
  hash     text NOT NULL
);
INSERT INTO ledger_head (number, hash) VALUES (0, repeat('0', 64));

-- The sums of the lines by account, kept by a trigger: to be read at once, and to be built anew from the lines at any time.
CREATE TABLE ledger_balance (
  account_id   bigint PRIMARY KEY REFERENCES ledger_account (id),
  balance      bigint NOT NULL CHECK (abs(balance) <= 9007199254740991),
  -- How far a wallet may go below 0. NULL: the account has no limit.
  credit_limit bigint CHECK (credit_limit >= 0),
  -- A wallet is ours to pay, so it is below 0 here while the customer has credit.
  CONSTRAINT ledger_balance_limit CHECK (credit_limit IS NULL OR balance <= credit_limit)
) WITH (fillfactor = 50);

CREATE TABLE ledger_credit_limit (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES ledger_account (id),
  amount     bigint NOT NULL,
  set_at     timestamptz NOT NULL,
  actor      text NOT NULL,
  reason     text NOT NULL
);

-- Nothing that is written is changed or removed.
CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the ledger only grows; take an entry back by a reversal', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_account_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_account
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER ledger_line_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER ledger_credit_limit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_credit_limit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
-- The head and the balances do change, but are never removed.
CREATE TRIGGER ledger_head_stays BEFORE INSERT OR DELETE OR TRUNCATE ON ledger_head
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER ledger_balance_stays BEFORE DELETE OR TRUNCATE ON ledger_balance
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();

-- A new account has its balance, and a wallet its limit of 0, from its first moment.
CREATE FUNCTION open_ledger_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_balance (account_id, balance, credit_limit)
  VALUES (NEW.id, 0, CASE WHEN NEW.code LIKE 'wallet:%' THEN 0 END);
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_account_opens AFTER INSERT ON ledger_account
  FOR EACH ROW EXECUTE FUNCTION open_ledger_balance();

-- In the order of the accounts, so that two that write at the same time never wait for each other in a circle.
CREATE FUNCTION add_to_ledger_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line record;
BEGIN
  FOR line IN SELECT account_id, sum(amount)::bigint AS amount FROM added GROUP BY account_id ORDER BY account_id LOOP
    UPDATE ledger_balance SET balance = balance + line.amount WHERE account_id = line.account_id;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_line_counts AFTER INSERT ON ledger_line REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION add_to_ledger_balance();

-- What is hashed of an entry: the same text as the program's, which writes JSON without spaces.
CREATE FUNCTION ledger_entry_text(entry ledger_entry) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT concat('["mizan-ledger-1",', entry.number, ',', (extract(epoch FROM entry.posted_at) * 1000)::bigint,
    ',', to_json(entry.kind), ',', to_json(entry.key), ',', to_json(entry.order_id), ',', to_json(entry.payment_id),
    ',', coalesce(entry.reverses::text, 'null'), ',', to_json(entry.actor), ',', to_json(entry.reason), ',[',
    string_agg(concat('[', to_json(account.code), ',', line.amount, ']'), ',' ORDER BY line.position), ']]')
  FROM ledger_line line JOIN ledger_account account ON account.id = line.account_id WHERE line.entry = entry.number
$$;

-- At the end of the transaction, when all lines are there.
CREATE FUNCTION check_ledger_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found integer;
  total numeric;
  before text := repeat('0', 64);
BEGIN
  SELECT count(*), sum(amount) INTO found, total FROM ledger_line WHERE entry = NEW.number;
  IF found <> NEW.line_count OR total IS DISTINCT FROM 0 THEN
    RAISE EXCEPTION 'entry % has % of % lines, with the sum %', NEW.number, found, NEW.line_count, total
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.number > 1 THEN
    SELECT hash INTO before FROM ledger_entry WHERE number = NEW.number - 1;
  END IF;
  IF before IS DISTINCT FROM NEW.previous_hash
    OR NEW.hash <> encode(sha256(convert_to(NEW.previous_hash || E'\n' || ledger_entry_text(NEW), 'UTF8')), 'hex')
    OR NOT EXISTS (SELECT 1 FROM ledger_head WHERE number >= NEW.number) THEN
    RAISE EXCEPTION 'entry % does not continue the chain', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.reverses IS NOT NULL AND (
    NEW.line_count IS DISTINCT FROM (SELECT line_count FROM ledger_entry WHERE number = NEW.reverses)
    OR EXISTS (
      SELECT account_id, amount FROM ledger_line WHERE entry = NEW.number
      EXCEPT SELECT account_id, -amount FROM ledger_line WHERE entry = NEW.reverses)
  ) THEN
    RAISE EXCEPTION 'entry % is not the opposite of entry %', NEW.number, NEW.reverses USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_holds AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION check_ledger_entry();

-- An entry that has all of its lines has no place for another one.
CREATE FUNCTION check_ledger_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_entry WHERE number = NEW.entry AND line_count >= NEW.position) THEN
    RAISE EXCEPTION 'line % is none of entry %', NEW.position, NEW.entry USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_line_belongs AFTER INSERT ON ledger_line DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION check_ledger_line();

-- The head is the last entry. It is read anew: one transaction may append several.
CREATE FUNCTION check_ledger_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM ledger_head head LEFT JOIN ledger_entry last ON last.number = head.number AND last.hash = head.hash
    WHERE last.number IS NULL OR EXISTS (SELECT 1 FROM ledger_entry WHERE number > head.number)
  ) THEN
    RAISE EXCEPTION 'the head is not the end of the chain' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_head_is_last AFTER UPDATE ON ledger_head DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION check_ledger_head();

-- Triggers fire also where a replica applies what it is sent.
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_stays;
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_stays;
ALTER TABLE ledger_line ENABLE ALWAYS TRIGGER ledger_line_stays;
ALTER TABLE ledger_credit_limit ENABLE ALWAYS TRIGGER ledger_credit_limit_stays;
ALTER TABLE ledger_head ENABLE ALWAYS TRIGGER ledger_head_stays;
ALTER TABLE ledger_balance ENABLE ALWAYS TRIGGER ledger_balance_stays;

-- A second wall, for roles that are no superuser. Whoever refers to an account needs a lock on its row, so that one stays
-- with the trigger alone.
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_entry, ledger_line, ledger_credit_limit FROM PUBLIC, CURRENT_USER;
REVOKE DELETE, TRUNCATE ON ledger_account, ledger_head, ledger_balance FROM PUBLIC, CURRENT_USER;
