-- Lines, what they bought, and the NAS they come in through. Valid on PostgreSQL >= 15 and on PGlite.

CREATE TABLE nas (
  id                          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name                        text NOT NULL UNIQUE,
  address                     text NOT NULL,
  sealed_secret               text NOT NULL,
  sealed_secret_next          text NOT NULL DEFAULT '',
  vendor                      text NOT NULL,
  coa_port                    integer NOT NULL CHECK (coa_port BETWEEN 1 AND 65535),
  coa_address                 text NOT NULL DEFAULT '',
  swap_directions             boolean NOT NULL DEFAULT false,
  require_message_authenticator boolean NOT NULL DEFAULT false,
  allow_mac_authentication    boolean NOT NULL DEFAULT false,
  -- Learned from the NAS's own packets; these only ever tighten.
  message_authenticator_since timestamptz,
  gigawords_since             timestamptz,
  boot                        bigint NOT NULL DEFAULT 0,
  booted_at                   timestamptz,
  created_at                  timestamptz NOT NULL,
  updated_at                  timestamptz NOT NULL
);

CREATE TABLE plan (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL UNIQUE,
  definition jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE line (
  id                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  username              text NOT NULL UNIQUE,
  display_name          text NOT NULL DEFAULT '',
  -- Grows with every change, so that an older projection never overwrites a newer one.
  revision              bigint NOT NULL CHECK (revision > 0),
  status                text NOT NULL CHECK (status IN ('active', 'suspended', 'closed')),
  sealed_password       text NOT NULL DEFAULT '',
  plan_name             text NOT NULL REFERENCES plan (name),
  expires_at            timestamptz,
  -- Checked at commit: two lines may exchange their addresses in one transaction.
  static_ip             text UNIQUE DEFERRABLE INITIALLY DEFERRED,
  concurrent_sessions   integer NOT NULL CHECK (concurrent_sessions > 0),
  mac_lock              text NOT NULL DEFAULT '',
  framed_routes         jsonb NOT NULL DEFAULT '[]',
  framed_ipv6_prefix    text NOT NULL DEFAULT '',
  delegated_ipv6_prefix text NOT NULL DEFAULT '',
  created_at            timestamptz NOT NULL,
  updated_at            timestamptz NOT NULL
);

CREATE TABLE line_status_history (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id    bigint NOT NULL REFERENCES line (id),
  status     text NOT NULL,
  reason     text NOT NULL,
  actor      text NOT NULL,
  changed_at timestamptz NOT NULL
);
CREATE INDEX line_status_history_line ON line_status_history (line_id, id);

CREATE TABLE "grant" (
  id              text PRIMARY KEY,
  line_id         bigint NOT NULL REFERENCES line (id),
  kind            text NOT NULL CHECK (kind IN ('service', 'extra', 'timed', 'gift')),
  octets          bigint NOT NULL CHECK (octets >= 0),
  consumed_octets bigint NOT NULL DEFAULT 0 CHECK (consumed_octets >= 0),
  valid_from      timestamptz NOT NULL,
  valid_until     timestamptz,
  priority        integer NOT NULL DEFAULT 0,
  created_at      timestamptz NOT NULL
);
CREATE INDEX grant_line ON "grant" (line_id);

-- Changes that the counter store has not been told yet.
CREATE TABLE outbox (
  id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('line', 'reference')),
  key  text NOT NULL
);
