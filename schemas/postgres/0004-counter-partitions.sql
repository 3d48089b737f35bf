-- What the ledger remembers of the counters, so that their loss is seen and made good.

-- The epoch that a partition of the counters was last opened under, and the newest event that is known to have been in
-- its log. A partition that shows another epoch, or less, was lost or rolled back.
CREATE TABLE counter_partition (
  partition     integer PRIMARY KEY,
  epoch         text NOT NULL,
  last_event    bigint NOT NULL CHECK (last_event >= 0),
  -- Newest moment of the usage that was taken over from it: the history is compared from a while before it on.
  last_event_at timestamptz,
  begun_at      timestamptz NOT NULL
);

-- What a session needs to go on counting exactly beyond its figures; NULL for sessions of strangers.
ALTER TABLE session ADD COLUMN resume jsonb;

-- NULL as long as a session is open, so that its updates touch no index.
ALTER TABLE session ADD COLUMN closed_at timestamptz
  GENERATED ALWAYS AS (CASE WHEN state = 'closed' THEN updated_at END) STORED;
CREATE INDEX session_by_end ON session (line_id, closed_at);
-- Sessions that the engine closed by itself are remembered for longer: they may come back.
CREATE INDEX session_given_up ON session (line_id, closed_at)
  WHERE close_cause IN ('lost', 'taken-over', 'replaced', 'too-old');
