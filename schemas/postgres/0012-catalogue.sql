-- What is sold, and the settings of the house, with the dates from which they hold. Texts of json keep the order in which
-- their fields were declared, for whoever reads them.

CREATE TABLE offer (
  code       text PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('prepaid', 'postpaid', 'campaign', 'extra', 'timed', 'static-ip')),
  created_at timestamptz NOT NULL
);
CREATE TABLE offer_version (
  code       text NOT NULL REFERENCES offer (code),
  valid_from timestamptz NOT NULL,
  -- NULL: withdrawn from then on.
  definition json,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (code, valid_from)
);

-- What has begun is only ever made shorter or longer, so that there is no past to be kept beside it.
CREATE TABLE promotion (
  name       text PRIMARY KEY,
  definition json NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

-- One value per setting and date; the program knows a default for each.
CREATE TABLE house_setting (
  name       text NOT NULL,
  valid_from timestamptz NOT NULL,
  value      json NOT NULL,
  set_at     timestamptz NOT NULL,
  actor      text NOT NULL,
  PRIMARY KEY (name, valid_from)
);

-- Grows with every change of the above, so that a program knows whether what it has read is still so.
CREATE TABLE catalogue_revision (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision bigint NOT NULL
);
INSERT INTO catalogue_revision (revision) VALUES (1);
