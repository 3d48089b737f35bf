-- Every usage event for weeks. All counters are cumulative for the session: usage is their maximum, never a sum
-- of rows. A week is a partition: one record may span weeks and is split at every midnight, and each partition that an
-- insert touches costs a file flush. Rows of a line lie together, so repeated texts and slowly growing numbers cost next to nothing.
-- What follows from the other columns is stored as what they leave over, 0 as a rule: of 25 octets per report the three
-- counters that repeat output or input took 12. Sums are of 64 bits and wrap, so that any figures come back exactly.
CREATE TABLE IF NOT EXISTS usage_event (
  at                 DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  line_id            UInt64 CODEC(Delta(8), ZSTD(1)),
  username           String CODEC(ZSTD(3)),
  session_key        UInt64 CODEC(ZSTD(1)),
  kind               Enum8('start' = 1, 'interim' = 2, 'stop' = 3, 'split' = 4, 'lost' = 5) CODEC(ZSTD(1)),
  state              Enum8('reserved' = 1, 'live' = 2, 'suspect' = 3, 'closed' = 4) CODEC(ZSTD(1)),
  nas                LowCardinality(String) CODEC(ZSTD(1)),
  nas_port           String CODEC(ZSTD(3)),
  acct_session_id    String CODEC(ZSTD(3)),
  calling_station_id String CODEC(ZSTD(3)),
  framed_ip          String CODEC(ZSTD(3)),
  started_at         DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  segment            UInt32 CODEC(Delta(4), ZSTD(1)),
  input_octets       UInt64 CODEC(Delta(8), ZSTD(1)),
  output_octets      UInt64 CODEC(Delta(8), ZSTD(1)),
  quarantined_octets UInt64 CODEC(Delta(8), ZSTD(1)),
  overshot_octets    UInt64 CODEC(Delta(8), ZSTD(1)),
  charge_form        Enum8('none' = 0, 'output' = 1, 'all' = 2) CODEC(ZSTD(1)),
  charged_rest       Int64 CODEC(Delta(8), ZSTD(1)),
  free_rest          Int64 CODEC(Delta(8), ZSTD(1)),
  burned_rest        Int64 CODEC(Delta(8), ZSTD(1)),
  session_time_rest  Int64 CODEC(Delta(8), ZSTD(1)),
  charged_octets     UInt64 ALIAS toUInt64(charged_rest
    + multiIf(charge_form = 'output', output_octets, charge_form = 'all', input_octets + output_octets, 0)),
  free_octets        UInt64 ALIAS toUInt64(
    input_octets + output_octets - charged_octets - quarantined_octets + free_rest),
  burned_octets      UInt64 ALIAS toUInt64(charged_octets - overshot_octets + burned_rest),
  session_time       UInt32 ALIAS toUInt32(session_time_rest
    + greatest(intDiv(toUnixTimestamp64Milli(at) - toUnixTimestamp64Milli(started_at), 1000), 0)),
  close_cause        LowCardinality(String) CODEC(ZSTD(1)),
  anomalies          Array(LowCardinality(String)) CODEC(ZSTD(1))
) ENGINE = MergeTree
PARTITION BY toMonday(at)
ORDER BY (line_id, at)
TTL toDateTime(at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1,
  fsync_after_insert = 1, fsync_part_directory = 1;

-- One row per session and day of Asia/Tehran, kept for years. Only maxima and minima: a row that arrives twice
-- changes nothing.
CREATE TABLE IF NOT EXISTS usage_session_day (
  day                Date CODEC(ZSTD(1)),
  line_id            UInt64 CODEC(Delta(8), ZSTD(1)),
  session_key        UInt64 CODEC(ZSTD(1)),
  username           SimpleAggregateFunction(max, String) CODEC(ZSTD(3)),
  nas                SimpleAggregateFunction(max, String) CODEC(ZSTD(3)),
  framed_ip          SimpleAggregateFunction(max, String) CODEC(ZSTD(3)),
  started_at         SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
  t_last             SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
  input_octets       SimpleAggregateFunction(max, UInt64) CODEC(T64, ZSTD(1)),
  output_octets      SimpleAggregateFunction(max, UInt64) CODEC(T64, ZSTD(1)),
  charged_octets     SimpleAggregateFunction(max, UInt64) CODEC(T64, ZSTD(1)),
  free_octets        SimpleAggregateFunction(max, UInt64) CODEC(T64, ZSTD(1)),
  quarantined_octets SimpleAggregateFunction(max, UInt64) CODEC(T64, ZSTD(1)),
  burned_octets      SimpleAggregateFunction(max, UInt64) CODEC(T64, ZSTD(1)),
  overshot_octets    SimpleAggregateFunction(max, UInt64) CODEC(T64, ZSTD(1))
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (line_id, session_key, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- A counter read at midnight is what was used up to midnight: it belongs to the day that ends there.
CREATE MATERIALIZED VIEW IF NOT EXISTS usage_session_day_mv TO usage_session_day AS
SELECT
  toDate(at - INTERVAL 1 MILLISECOND, 'Asia/Tehran') AS day,
  line_id,
  session_key,
  max(e.username) AS username,
  max(toString(e.nas)) AS nas,
  max(e.framed_ip) AS framed_ip,
  min(e.started_at) AS started_at,
  max(e.at) AS t_last,
  max(e.input_octets) AS input_octets,
  max(e.output_octets) AS output_octets,
  max(e.charged_octets) AS charged_octets,
  max(e.free_octets) AS free_octets,
  max(e.quarantined_octets) AS quarantined_octets,
  max(e.burned_octets) AS burned_octets,
  max(e.overshot_octets) AS overshot_octets
FROM usage_event AS e
GROUP BY day, line_id, session_key;

-- Answers to Access-Requests.
CREATE TABLE IF NOT EXISTS access_event (
  at                 DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  log_position       UInt64 CODEC(Delta(8), ZSTD(1)),
  username           String CODEC(ZSTD(1)),
  nas                LowCardinality(String) CODEC(ZSTD(1)),
  calling_station_id String CODEC(ZSTD(1)),
  outcome            Enum8('accept' = 1, 'reject' = 2) CODEC(ZSTD(1)),
  reason             LowCardinality(String) CODEC(ZSTD(1)),
  count              UInt64 CODEC(ZSTD(1))
) ENGINE = MergeTree
PARTITION BY toYYYYMMDD(at)
ORDER BY (username, at)
TTL toDateTime(at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1,
  fsync_after_insert = 1, fsync_part_directory = 1;
