-- What a session needs to go on counting exactly beyond its figures, as JSON; '' for rows within a record. The history is
-- written before the ledger, so that it may be all that is left of a batch when the counters are lost.
ALTER TABLE usage_event ADD COLUMN IF NOT EXISTS resume LowCardinality(String) CODEC(ZSTD(1)) AFTER anomalies;
