-- The tables of the numbered files on a ClickHouse cluster. The program does not run this file (it runs only numbered ones):
-- an operator does, once, before the program's first start, on any node of the cluster:
--
--   clickhouse-client --multiquery < cluster.sql
--
-- It expects a cluster named `mizan` in remote_servers with <internal_replication>true</internal_replication>, the macros
-- {shard} and {replica} on every node, and three ClickHouse Keepers. CLICKHOUSE_URL then names database `mizan`:
-- http://balancer:8123/mizan. Its tables bear the names that the program asks for, so the program's own CREATE TABLE IF
-- NOT EXISTS finds them and changes nothing. This file must change whenever a numbered file does.
--
-- A line's rows lie on one shard, so that the maximum of a session is taken where its rows are. Rows that were inserted
-- twice, under whatever token, change no maximum and so no total.

CREATE DATABASE IF NOT EXISTS mizan_shard ON CLUSTER mizan;
CREATE DATABASE IF NOT EXISTS mizan ON CLUSTER mizan;

CREATE TABLE IF NOT EXISTS mizan_shard.usage_event ON CLUSTER mizan (
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
  anomalies          Array(LowCardinality(String)) CODEC(ZSTD(1)),
  resume             LowCardinality(String) CODEC(ZSTD(1))
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/mizan_shard/usage_event', '{replica}')
PARTITION BY toMonday(at)
ORDER BY (line_id, at)
TTL toDateTime(at) + INTERVAL 90 DAY
SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800,
  ttl_only_drop_parts = 1,
  fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS mizan_shard.usage_session_day ON CLUSTER mizan (
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
) ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/mizan_shard/usage_session_day', '{replica}')
PARTITION BY toYYYYMM(day)
ORDER BY (line_id, session_key, day)
SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800,
  fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS mizan_shard.usage_session_day_mv ON CLUSTER mizan TO mizan_shard.usage_session_day AS
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
FROM mizan_shard.usage_event AS e
GROUP BY day, line_id, session_key;

CREATE TABLE IF NOT EXISTS mizan_shard.access_event ON CLUSTER mizan (
  at                 DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  log_position       UInt64 CODEC(Delta(8), ZSTD(1)),
  username           String CODEC(ZSTD(1)),
  nas                LowCardinality(String) CODEC(ZSTD(1)),
  calling_station_id String CODEC(ZSTD(1)),
  outcome            Enum8('accept' = 1, 'reject' = 2) CODEC(ZSTD(1)),
  reason             LowCardinality(String) CODEC(ZSTD(1)),
  count              UInt64 CODEC(ZSTD(1))
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/mizan_shard/access_event', '{replica}')
PARTITION BY toYYYYMMDD(at)
ORDER BY (username, at)
TTL toDateTime(at) + INTERVAL 90 DAY
SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800,
  ttl_only_drop_parts = 1,
  fsync_after_insert = 1, fsync_part_directory = 1;

-- What the program reads and writes. An insert must be on its shards before it is acknowledged, and on a majority of their
-- replicas; a Distributed table acknowledges earlier by default:
--
--   ALTER USER mizan SETTINGS distributed_foreground_insert = 1, insert_quorum = 'auto'
-- Whoever asks this table for charged_octets, free_octets, burned_octets or session_time, which are aliases, should ask one shard or
-- usage_session_day instead: through a Distributed table, servers of today may mix up columns when aliases stand beside
-- functions (ClickHouse #97899, #116333). The program computes them itself.
CREATE TABLE IF NOT EXISTS mizan.usage_event ON CLUSTER mizan AS mizan_shard.usage_event
ENGINE = Distributed(mizan, mizan_shard, usage_event, cityHash64(line_id));

CREATE TABLE IF NOT EXISTS mizan.usage_session_day ON CLUSTER mizan AS mizan_shard.usage_session_day
ENGINE = Distributed(mizan, mizan_shard, usage_session_day, cityHash64(line_id));

CREATE TABLE IF NOT EXISTS mizan.access_event ON CLUSTER mizan AS mizan_shard.access_event
ENGINE = Distributed(mizan, mizan_shard, access_event, cityHash64(username));

-- The program creates its view on the tables it sees; this one, which nothing is ever inserted through, keeps it from
-- filling usage_session_day a second time beside the shards' own.
CREATE VIEW IF NOT EXISTS mizan.usage_session_day_mv ON CLUSTER mizan AS SELECT 1 AS unused;

-- The list of the program's own migrations, alike on every node.
CREATE TABLE IF NOT EXISTS mizan.schema_migration ON CLUSTER mizan (version UInt32, name String)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/mizan/schema_migration', '{replica}-{shard}')
ORDER BY version SETTINGS fsync_after_insert = 1;
