-- What the passing of time does to services: reminders, collection, recharges, bills, pauses.

-- Work of a day that was done to its end, so that nobody looks at all lines again.
CREATE TABLE daily_run (
  kind        text NOT NULL,
  -- Of Tehran.
  day         date NOT NULL,
  finished_at timestamptz NOT NULL,
  PRIMARY KEY (kind, day)
);

-- Lines whose end has come and that are not in the collection list yet.
CREATE INDEX line_to_collect ON line (expires_at) WHERE standing = 'in-operation' AND reserve_from IS NULL;
CREATE INDEX customer_order_open ON customer_order (valid_until) WHERE state = 'placed';

CREATE TABLE pause (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id      bigint NOT NULL REFERENCES line (id),
  service_id   bigint NOT NULL REFERENCES service (id),
  starts_at    timestamptz NOT NULL,
  -- When it is ended whatever the subscriber does: all days that may be credited are used.
  ends_by      timestamptz NOT NULL,
  ends_at      timestamptz,
  actor        text NOT NULL,
  CHECK (ends_at IS NULL OR ends_at >= starts_at)
);
CREATE UNIQUE INDEX pause_open ON pause (line_id) WHERE ends_at IS NULL;
CREATE INDEX pause_service ON pause (service_id, starts_at);
CREATE INDEX pause_to_end ON pause (ends_by) WHERE ends_at IS NULL;

-- When the volume of a campaign is given next; NULL when the contract is over.
CREATE TABLE campaign_schedule (
  service_id bigint PRIMARY KEY REFERENCES service (id),
  next_at    timestamptz
);
CREATE INDEX campaign_schedule_due ON campaign_schedule (next_at) WHERE next_at IS NOT NULL;

-- «شارژ کمپین ها»: recharges that were tried (product lines P33 and P34).
CREATE TABLE campaign_recharge (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service_id   bigint NOT NULL REFERENCES service (id),
  attempted_at timestamptz NOT NULL,
  -- The month's own, whose due date this is; NULL for an extra one.
  due_at       timestamptz,
  outcome      text NOT NULL CHECK (outcome IN ('applied', 'failed')),
  octets       bigint NOT NULL,
  grant_id     text UNIQUE,
  note         text NOT NULL DEFAULT '',
  actor        text NOT NULL
);
CREATE UNIQUE INDEX campaign_recharge_once ON campaign_recharge (service_id, due_at)
  WHERE outcome = 'applied' AND due_at IS NOT NULL;
CREATE INDEX campaign_recharge_service ON campaign_recharge (service_id, id);

-- «سابقه قبوض» (product lines P29 to P32). No day of a line is billed twice, whoever tries (X06).
CREATE TABLE bill (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service_id     bigint NOT NULL REFERENCES service (id),
  line_id        bigint NOT NULL REFERENCES line (id),
  customer_id    bigint NOT NULL REFERENCES customer (id),
  name           text NOT NULL,
  first_day      date NOT NULL,
  last_day       date NOT NULL,
  days           integer NOT NULL CHECK (days > 0),
  amount         bigint NOT NULL CHECK (amount >= 0),
  vat            bigint NOT NULL CHECK (vat >= 0),
  invoice_series text NOT NULL,
  invoice_number bigint NOT NULL,
  issued_at      timestamptz NOT NULL,
  FOREIGN KEY (invoice_series, invoice_number) REFERENCES invoice (series, number),
  EXCLUDE USING gist (int8range(line_id, line_id, '[]') WITH &&, daterange(first_day, last_day, '[]') WITH &&)
);
CREATE INDEX bill_line ON bill (line_id, first_day);

-- Last day of a postpaid service that is billed; NULL before the first bill.
ALTER TABLE service ADD COLUMN billed_to date;
-- True when nothing of it is left to be billed.
ALTER TABLE service ADD COLUMN billed_out boolean NOT NULL DEFAULT false;
CREATE INDEX service_to_bill ON service (billed_to, id) WHERE kind <> 'prepaid' AND NOT billed_out;
