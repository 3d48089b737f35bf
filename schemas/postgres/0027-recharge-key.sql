-- The key of the request that a recharge by hand came with: a request that is repeated gives no second volume, also when
-- its answer was lost in a crash. NULL for those of the daily run.
ALTER TABLE campaign_recharge ADD COLUMN request_key text UNIQUE;
