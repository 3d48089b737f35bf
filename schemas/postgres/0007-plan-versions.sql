-- A plan has versions with dates, so that its past can be explained and its future be planned.
CREATE TABLE plan_version (
  plan_id    bigint NOT NULL REFERENCES plan (id),
  -- The first version is taken to have been in force before, too.
  valid_from timestamptz NOT NULL,
  definition jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (plan_id, valid_from)
);
INSERT INTO plan_version (plan_id, valid_from, definition, created_at)
SELECT id, created_at,
  definition - 'weights' || jsonb_build_object(
    'windows', definition -> 'weights', 'tiers', '[]'::jsonb, 'classes', '[]'::jsonb,
    'concurrentSessions', 1, 'locksFirstMac', false, 'softLanding', false)
    || CASE WHEN definition ? 'quota'
       THEN jsonb_build_object('quota', definition -> 'quota' || '{"per": "term"}') ELSE '{}' END,
  updated_at
FROM plan;
ALTER TABLE plan DROP COLUMN definition;

-- 0: used at full speed; from 1 on the place among the plan's slower speeds.
ALTER TABLE "grant" ADD COLUMN tier integer NOT NULL DEFAULT 0 CHECK (tier >= 0);

-- The term that follows the running one by itself.
ALTER TABLE line ADD COLUMN reserve_plan_name text REFERENCES plan (name);
ALTER TABLE line ADD COLUMN reserve_from timestamptz;
ALTER TABLE line ADD COLUMN reserve_until timestamptz;
ALTER TABLE line ADD CHECK (num_nulls(reserve_plan_name, reserve_from, reserve_until) IN (0, 3));

-- NULL: as many sessions as the plan allows.
ALTER TABLE line ALTER COLUMN concurrent_sessions DROP NOT NULL;
