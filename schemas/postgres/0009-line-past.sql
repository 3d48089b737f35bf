-- What lines and grants were before a change, so that every moment of the past can be explained. The database itself keeps
-- it: whoever changes a row cannot forget to, new rows cost nothing, and neither does what the sink writes all the time.
CREATE TABLE line_past (
  id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id             bigint NOT NULL,
  -- The row holds what was true before this.
  changed_at          timestamptz NOT NULL,
  plan_name           text NOT NULL,
  expires_at          timestamptz,
  reserve_plan_name   text,
  reserve_from        timestamptz,
  reserve_until       timestamptz,
  concurrent_sessions integer,
  mac_lock            text NOT NULL
);
CREATE INDEX line_past_line ON line_past (line_id, id);

CREATE FUNCTION keep_line_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO line_past (line_id, changed_at, plan_name, expires_at, reserve_plan_name, reserve_from,
    reserve_until, concurrent_sessions, mac_lock)
  VALUES (OLD.id, NEW.updated_at, OLD.plan_name, OLD.expires_at, OLD.reserve_plan_name, OLD.reserve_from,
    OLD.reserve_until, OLD.concurrent_sessions, OLD.mac_lock);
  RETURN NULL;
END $$;

CREATE TRIGGER line_past AFTER UPDATE OF plan_name, expires_at, reserve_plan_name, reserve_from, reserve_until,
    concurrent_sessions, mac_lock ON line
  FOR EACH ROW WHEN (
    (OLD.plan_name, OLD.expires_at, OLD.reserve_plan_name, OLD.reserve_from, OLD.reserve_until,
      OLD.concurrent_sessions, OLD.mac_lock)
    IS DISTINCT FROM (NEW.plan_name, NEW.expires_at, NEW.reserve_plan_name, NEW.reserve_from, NEW.reserve_until,
      NEW.concurrent_sessions, NEW.mac_lock))
  EXECUTE FUNCTION keep_line_past();

CREATE TABLE grant_past (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id     bigint NOT NULL,
  grant_id    text NOT NULL,
  -- The row holds what was true before this.
  changed_at  timestamptz NOT NULL,
  kind        text NOT NULL,
  octets      bigint NOT NULL,
  valid_from  timestamptz NOT NULL,
  valid_until timestamptz,
  priority    integer NOT NULL,
  tier        integer NOT NULL,
  created_at  timestamptz NOT NULL
);
CREATE INDEX grant_past_line ON grant_past (line_id, id);

-- A change of a grant comes with a change of its line in the same transaction, which knows the time of the program.
CREATE FUNCTION keep_grant_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO grant_past (line_id, grant_id, changed_at, kind, octets, valid_from, valid_until, priority, tier,
    created_at)
  SELECT OLD.line_id, OLD.id, line.updated_at, OLD.kind, OLD.octets, OLD.valid_from, OLD.valid_until, OLD.priority,
    OLD.tier, OLD.created_at
  FROM line WHERE line.id = OLD.line_id;
  RETURN NULL;
END $$;

CREATE TRIGGER grant_past AFTER UPDATE OF kind, octets, valid_from, valid_until, priority, tier ON "grant"
  FOR EACH ROW WHEN (
    (OLD.kind, OLD.octets, OLD.valid_from, OLD.valid_until, OLD.priority, OLD.tier)
    IS DISTINCT FROM (NEW.kind, NEW.octets, NEW.valid_from, NEW.valid_until, NEW.priority, NEW.tier))
  EXECUTE FUNCTION keep_grant_past();
