-- Agents and resellers, whose customers are whose, and the tokens of programs.

CREATE TABLE agent (
  -- The number in the ledger's account agent:N.
  id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parent_id          bigint REFERENCES agent (id),
  kind               text NOT NULL CHECK (kind IN ('agent', 'reseller')),
  name               text NOT NULL CHECK (name <> ''),
  -- E.164, '' when it is not known.
  mobile             text NOT NULL DEFAULT '',
  -- Of the price, whole percent. What it was before is in the audit log.
  commission_percent smallint NOT NULL CHECK (commission_percent BETWEEN 0 AND 100),
  state              text NOT NULL CHECK (state IN ('active', 'suspended')),
  -- Numbers from the top of the tree down to this agent, kept by triggers: who is below N has N in it.
  path               bigint[] NOT NULL CHECK (cardinality(path) <= 20),
  created_at         timestamptz NOT NULL,
  updated_at         timestamptz NOT NULL
);
CREATE INDEX agent_path ON agent USING gin (path);
CREATE INDEX agent_parent ON agent (parent_id) WHERE parent_id IS NOT NULL;

-- One change of the tree follows another: two moves that are right alone may make a circle together.
CREATE FUNCTION lock_agent_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7166423);
  RETURN NULL;
END $$;
CREATE TRIGGER agent_tree_locked BEFORE INSERT OR DELETE OR UPDATE OF parent_id, commission_percent, path ON agent
  FOR EACH STATEMENT EXECUTE FUNCTION lock_agent_tree();

CREATE FUNCTION place_agent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  above bigint[] := '{}';
BEGIN
  IF NEW.parent_id IS NOT NULL THEN
    SELECT path INTO above FROM agent WHERE id = NEW.parent_id;
    IF above IS NULL OR NEW.id = ANY (above) THEN
      RAISE EXCEPTION 'agent % cannot be below agent %', NEW.id, NEW.parent_id USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  NEW.path := above || NEW.id;
  RETURN NEW;
END $$;
CREATE TRIGGER agent_placed BEFORE INSERT OR UPDATE OF parent_id ON agent
  FOR EACH ROW EXECUTE FUNCTION place_agent();

-- Who is below moves along.
CREATE FUNCTION move_agents_below() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE agent SET path = NEW.path || path[array_position(path, NEW.id) + 1 :]
  WHERE path @> ARRAY[NEW.id] AND id <> NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER agent_moved AFTER UPDATE OF parent_id ON agent
  FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION move_agents_below();

-- At the end of the transaction: a path that is the parent's and one more excludes every circle, whoever wrote it; and
-- nobody has a greater share than the one above.
CREATE FUNCTION check_agent_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM agent child LEFT JOIN agent parent ON parent.id = child.parent_id
    WHERE (child.id = NEW.id OR parent.id = NEW.id)
      AND child.path IS DISTINCT FROM (coalesce(parent.path, '{}'::bigint[]) || child.id)
  ) THEN
    RAISE EXCEPTION 'agent % has no right place in the tree', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM agent child JOIN agent parent ON parent.id = child.parent_id
    WHERE (child.id = NEW.id OR parent.id = NEW.id) AND child.commission_percent > parent.commission_percent
  ) THEN
    RAISE EXCEPTION 'an agent has a greater share than the one above, by agent %', NEW.id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER agent_tree_holds AFTER INSERT OR UPDATE ON agent DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION check_agent_tree();

-- Whose customer it is; NULL: the house's own.
ALTER TABLE customer ADD COLUMN agent_id bigint REFERENCES agent (id);
CREATE INDEX customer_agent ON customer (agent_id, id) WHERE agent_id IS NOT NULL;

-- A deposit has a limit of 0 from its first moment, as a wallet has.
CREATE OR REPLACE FUNCTION open_ledger_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_balance (account_id, balance, credit_limit)
  VALUES (NEW.id, 0, CASE WHEN NEW.code LIKE 'wallet:%' OR NEW.code LIKE 'agent:%' THEN 0 END);
  RETURN NULL;
END $$;

-- Tokens of programs, as digests: who reads this table can use none of them.
CREATE TABLE api_token (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- NULL: staff's.
  agent_id     bigint REFERENCES agent (id),
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  -- SHA-256 of the token.
  digest       text NOT NULL UNIQUE CHECK (digest ~ '^[0-9a-f]{64}$'),
  -- Whether an agent's token reaches customers of the agents below, too.
  scope        text NOT NULL CHECK (scope IN ('own', 'tree')),
  created_by   text NOT NULL,
  created_at   timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at   timestamptz
);
-- A name stands in the audit log as who did it, so that it is never given twice.
CREATE UNIQUE INDEX api_token_name ON api_token (coalesce(agent_id, 0), name);
