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

-- Reserved terms that have begun are looked for every second.
CREATE INDEX line_reserve ON line (reserve_from) WHERE reserve_from IS NOT NULL;

-- The packet path is told of a grant some weeks before it begins. All lines have been told of those that begin before
-- `reached`, and up to the line `after_line` of those that begin then; a pass brings them to `target`.
CREATE TABLE grant_pass (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  reached    timestamptz NOT NULL,
  target     timestamptz,
  after_line bigint NOT NULL DEFAULT 0
);
INSERT INTO grant_pass (reached) VALUES ('epoch');
-- Few grants begin later than they were made.
CREATE INDEX grant_to_come ON "grant" (valid_from, line_id) WHERE valid_from > created_at;

-- Plans that were declared differently, and how far their online lines have been looked at.
CREATE TABLE plan_look (
  plan_id    bigint PRIMARY KEY REFERENCES plan (id),
  not_before timestamptz NOT NULL,
  after_line bigint NOT NULL DEFAULT 0,
  -- NULL until the first page.
  per_page   integer
);
CREATE INDEX line_by_plan ON line (plan_name, id);
