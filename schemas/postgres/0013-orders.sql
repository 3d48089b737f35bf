-- Orders, payments, and what lines have of services.

CREATE TABLE customer_order (
  -- «شماره سفارش شما جهت پیگیری»
  id             bigint GENERATED ALWAYS AS IDENTITY (START WITH 10001) PRIMARY KEY,
  customer_id    bigint NOT NULL REFERENCES customer (id),
  line_id        bigint NOT NULL REFERENCES line (id),
  kind           text NOT NULL CHECK (kind IN ('service', 'change', 'traffic', 'static-ip')),
  -- The offer as it was when the order was placed: what is paid is what was seen.
  offer          jsonb NOT NULL,
  -- Of a static IP; 1 of all others.
  months         integer NOT NULL CHECK (months BETWEEN 1 AND 120),
  quote          jsonb NOT NULL,
  payable        bigint NOT NULL CHECK (payable BETWEEN 0 AND 9007199254740991),
  -- The service whose remaining value the quote takes off.
  replaces       bigint,
  state          text NOT NULL CHECK (state IN ('placed', 'applied', 'cancelled', 'credited')),
  -- Why it was cancelled, or why it could not be applied and the money went to the wallet.
  state_reason   text NOT NULL DEFAULT '',
  purchase_type  text NOT NULL CHECK (purchase_type IN ('admin', 'agent', 'online')),
  actor          text NOT NULL,
  placed_at      timestamptz NOT NULL,
  -- A payment that begins before this has the figures of the quote.
  valid_until    timestamptz NOT NULL,
  -- When it was applied, cancelled or credited.
  closed_at      timestamptz,
  CHECK ((state = 'placed') = (closed_at IS NULL))
);
CREATE INDEX customer_order_customer ON customer_order (customer_id, id);
CREATE INDEX customer_order_line ON customer_order (line_id, id);

-- Attempts to pay, successful and failed ones (product line P14).
CREATE TABLE payment (
  -- What gateways know the attempt by (C03: a sequence, nothing that may collide).
  id              bigint GENERATED ALWAYS AS IDENTITY (START WITH 100001) PRIMARY KEY,
  customer_id     bigint NOT NULL REFERENCES customer (id),
  purpose         text NOT NULL CHECK (purpose IN ('order', 'top-up', 'debt')),
  order_id        bigint REFERENCES customer_order (id),
  -- Name of the gateway, `bank-deposit`, or `agent`.
  gateway         text NOT NULL,
  amount          bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
  state           text NOT NULL CHECK (state IN ('created', 'pending', 'paid', 'failed', 'reversed', 'suspicious')),
  -- In the callback's address, so that nobody guesses which attempt to ask about.
  secret          text NOT NULL UNIQUE,
  token           text,
  fields          jsonb NOT NULL DEFAULT '{}',
  reference       text,
  card            text NOT NULL DEFAULT '',
  fee             bigint,
  -- Why it failed, for staff; of a paid one what became of the money.
  reason          text NOT NULL DEFAULT '',
  -- Where the payer's browser goes after the callback: a path of our own.
  return_path     text NOT NULL,
  actor           text NOT NULL,
  created_at      timestamptz NOT NULL,
  next_inquiry_at timestamptz,
  inquiries       integer NOT NULL DEFAULT 0,
  ended_at        timestamptz,
  -- One row for what was paid once, whoever says so and however often (C01).
  UNIQUE (gateway, token),
  UNIQUE (gateway, reference),
  CHECK ((purpose = 'order') = (order_id IS NOT NULL)),
  CHECK (state <> 'paid' OR reference IS NOT NULL)
);
CREATE INDEX payment_customer ON payment (customer_id, id);
CREATE INDEX payment_order ON payment (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX payment_inquiry ON payment (next_inquiry_at) WHERE next_inquiry_at IS NOT NULL;

-- Card-to-card and counter deposits, each seen by staff before it is money (product lines A06 to A09, G07).
CREATE TABLE bank_deposit (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id  bigint NOT NULL REFERENCES customer (id),
  order_id     bigint REFERENCES customer_order (id),
  amount       bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
  bank         text NOT NULL,
  trace        text NOT NULL,
  deposited_on date NOT NULL,
  receipt      bytea,
  media_type   text,
  state        text NOT NULL CHECK (state IN ('waiting', 'approved', 'rejected')),
  submitted_by text NOT NULL,
  submitted_at timestamptz NOT NULL,
  reviewed_by  text,
  reviewed_at  timestamptz,
  note         text NOT NULL DEFAULT '',
  payment_id   bigint REFERENCES payment (id),
  CHECK ((state = 'approved') = (payment_id IS NOT NULL)),
  CHECK ((state = 'waiting') = (reviewed_at IS NULL))
);
-- A deposit counts once; one that was rejected may be told again.
CREATE UNIQUE INDEX bank_deposit_once ON bank_deposit (bank, trace, deposited_on, amount) WHERE state <> 'rejected';
CREATE INDEX bank_deposit_waiting ON bank_deposit (submitted_at) WHERE state = 'waiting';

-- Services of lines «سابقه سرویس ها», by when they begin.
CREATE TABLE service (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id       bigint NOT NULL REFERENCES line (id),
  order_id      bigint REFERENCES customer_order (id),
  kind          text NOT NULL CHECK (kind IN ('prepaid', 'postpaid', 'campaign')),
  name          text NOT NULL,
  plan_name     text NOT NULL REFERENCES plan (name),
  -- The offer as it was bought.
  offer         jsonb NOT NULL,
  price         bigint NOT NULL CHECK (price >= 0),
  vat           bigint NOT NULL CHECK (vat >= 0),
  days_sold     integer NOT NULL CHECK (days_sold >= 0),
  bought_at     timestamptz NOT NULL,
  -- Of one that waits: as it is foreseen.
  starts_at     timestamptz NOT NULL,
  ends_at       timestamptz NOT NULL,
  paused_days   integer NOT NULL DEFAULT 0 CHECK (paused_days >= 0),
  -- When it was given up for another one, before its end.
  replaced_at   timestamptz,
  purchase_type text NOT NULL CHECK (purchase_type IN ('admin', 'agent', 'online')),
  note          text NOT NULL DEFAULT '',
  -- What was lent before may take all of a short term.
  CHECK (starts_at <= ends_at)
);
CREATE INDEX service_line ON service (line_id, starts_at);
CREATE INDEX service_end ON service (ends_at) WHERE replaced_at IS NULL;

-- Volume that was bought, in the same history (product line P27).
CREATE TABLE traffic_purchase (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id       bigint NOT NULL REFERENCES line (id),
  order_id      bigint NOT NULL UNIQUE REFERENCES customer_order (id),
  name          text NOT NULL,
  promotion     text NOT NULL DEFAULT '',
  grant_id      text NOT NULL UNIQUE,
  octets        bigint NOT NULL CHECK (octets > 0),
  bought_at     timestamptz NOT NULL,
  purchase_type text NOT NULL CHECK (purchase_type IN ('admin', 'agent', 'online'))
);
CREATE INDEX traffic_purchase_line ON traffic_purchase (line_id, id);

-- A static IP as it is paid; the line itself holds the address while it is in force.
CREATE TABLE static_ip_term (
  line_id      bigint PRIMARY KEY REFERENCES line (id),
  address      text NOT NULL,
  started_at   timestamptz NOT NULL,
  months       integer NOT NULL CHECK (months > 0),
  ends_at      timestamptz NOT NULL,
  -- Taken from the line after its end.
  withdrawn_at timestamptz
);
CREATE INDEX static_ip_term_end ON static_ip_term (ends_at) WHERE withdrawn_at IS NULL;

CREATE TABLE free_charge (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id    bigint NOT NULL REFERENCES line (id),
  days       integer NOT NULL CHECK (days >= 0),
  octets     bigint NOT NULL CHECK (octets >= 0),
  kind       text NOT NULL CHECK (kind IN ('gift', 'loan')),
  -- NULL when only days were given.
  grant_id   text,
  charged_at timestamptz NOT NULL,
  until      timestamptz NOT NULL,
  actor      text NOT NULL,
  -- What a loan's next purchase gave back, once there was one.
  repaid_days   integer,
  repaid_octets bigint
);
CREATE INDEX free_charge_line ON free_charge (line_id, id);
