-- What the sink carries over from the event log. No foreign key here: an event about a line that is gone
-- must not stop the sink for all others.

CREATE TABLE session (
  line_id             bigint NOT NULL,
  session_key         text NOT NULL,
  username            text NOT NULL,
  nas                 text NOT NULL,
  nas_port            text NOT NULL,
  acct_session_id     text NOT NULL,
  calling_station_id  text NOT NULL,
  framed_ip           text NOT NULL,
  state               text NOT NULL CHECK (state IN ('reserved', 'live', 'suspect', 'closed')),
  started_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  -- Place of the newest event in its log, which orders two events of one instant.
  log_position        bigint NOT NULL,
  input_octets        bigint NOT NULL,
  output_octets       bigint NOT NULL,
  charged_octets      bigint NOT NULL,
  free_octets         bigint NOT NULL,
  quarantined_octets  bigint NOT NULL,
  burned_octets       bigint NOT NULL,
  overshot_octets     bigint NOT NULL,
  close_cause         text NOT NULL,
  PRIMARY KEY (line_id, session_key)
);
CREATE INDEX session_by_start ON session (started_at DESC, session_key DESC);
CREATE INDEX session_by_username ON session (username, started_at DESC, session_key DESC);
CREATE INDEX session_open ON session (started_at DESC) WHERE state <> 'closed';

-- How orders to NAS (CoA, Disconnect) ended. The time is in the key because positions begin anew when a lost
-- counter store is rebuilt.
CREATE TABLE effect_log (
  log_partition integer NOT NULL,
  log_position  bigint NOT NULL,
  at            timestamptz NOT NULL,
  username      text NOT NULL,
  session_key   text NOT NULL,
  nas           text NOT NULL,
  kind          text NOT NULL,
  reason        text NOT NULL,
  result        text NOT NULL,
  error_cause   integer NOT NULL,
  attempts      integer NOT NULL,
  latency_ms    double precision NOT NULL,
  PRIMARY KEY (log_partition, log_position, at)
);
CREATE INDEX effect_log_by_line ON effect_log (username, at DESC);
