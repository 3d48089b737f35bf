-- A deposit may be below its limit by commission that was spent before the sale was refunded, and by nothing else: the agent
-- owes it then, and sells nothing until it is paid. `overdrawn` is how far it is below; no other account ever has any.
ALTER TABLE ledger_balance ADD COLUMN overdrawn bigint NOT NULL DEFAULT 0 CHECK (overdrawn >= 0);
ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_limit;
ALTER TABLE ledger_balance ADD CONSTRAINT ledger_balance_limit
  CHECK (credit_limit IS NULL OR balance <= credit_limit + overdrawn);

-- What is paid, or allowed by a higher limit, is not overdrawn any more, whoever writes: nobody can spend it again.
CREATE FUNCTION lower_ledger_overdraft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.overdrawn := least(NEW.overdrawn, greatest(0, NEW.balance - coalesce(NEW.credit_limit, NEW.balance)));
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_overdraft_falls BEFORE UPDATE ON ledger_balance
  FOR EACH ROW WHEN (NEW.overdrawn > 0) EXECUTE FUNCTION lower_ledger_overdraft();

-- As before, and a deposit is let down by commission that is given back.
CREATE OR REPLACE FUNCTION add_to_ledger_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line record;
BEGIN
  FOR line IN
    SELECT added.account_id, sum(added.amount)::bigint AS amount,
      coalesce(sum(added.amount) FILTER (WHERE added.amount > 0 AND entry.kind = 'commission-return'), 0)::bigint AS given_back
    FROM added LEFT JOIN ledger_entry entry ON entry.number = added.entry
    GROUP BY added.account_id ORDER BY added.account_id
  LOOP
    UPDATE ledger_balance SET balance = balance + line.amount,
      overdrawn = overdrawn + CASE
        WHEN line.given_back > 0 AND EXISTS (
          SELECT 1 FROM ledger_account WHERE id = line.account_id AND code LIKE 'agent:%') THEN line.given_back
        ELSE 0 END
    WHERE account_id = line.account_id;
  END LOOP;
  RETURN NULL;
END $$;
