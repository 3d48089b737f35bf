-- Messages to customers. A row is written with the change that it tells of, in one transaction; a worker sends it later.

CREATE TABLE message (
  -- What the provider knows the message by, too.
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- One message under a key, whatever its end.
  dedupe_key      text NOT NULL UNIQUE CHECK (length(dedupe_key) BETWEEN 1 AND 200),
  kind            text NOT NULL CHECK (kind <> ''),
  params          jsonb NOT NULL,
  customer_id     bigint NOT NULL REFERENCES customer (id),
  username        text NOT NULL,
  mobile          text NOT NULL CHECK (mobile ~ '^\+[1-9][0-9]{6,14}$'),
  language        text NOT NULL,
  text            text NOT NULL CHECK (text <> ''),
  parts           integer NOT NULL CHECK (parts > 0),
  sender_name     text NOT NULL,
  state           text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'blocked', 'cancelled')),
  provider        text NOT NULL DEFAULT '',
  provider_id     text NOT NULL DEFAULT '',
  cost            bigint CHECK (cost >= 0),
  -- How often it was taken; tells one taking from another.
  attempts        integer NOT NULL DEFAULT 0,
  reason          text NOT NULL DEFAULT '',
  cancel_wanted   boolean NOT NULL DEFAULT false,
  queued_at       timestamptz NOT NULL,
  send_at         timestamptz NOT NULL,
  not_after       timestamptz NOT NULL CHECK (not_after > send_at),
  -- queued: not before; sending: end of the lease; sent: when the provider is asked about it. NULL: nothing is to be done.
  next_at         timestamptz,
  -- Since when it may have been sent without our knowing.
  uncertain_since timestamptz,
  sent_at         timestamptz,
  ended_at        timestamptz,
  CHECK (state NOT IN ('queued', 'sending') OR next_at IS NOT NULL)
);
CREATE INDEX message_due ON message (next_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX message_undelivered ON message (provider, next_at) WHERE state = 'sent' AND next_at IS NOT NULL;
CREATE INDEX message_customer ON message (customer_id, send_at DESC, id DESC);

-- Numbers begin with the milliseconds of this moment: a ledger that is set up anew under the same account of a provider
-- then gives no number that an earlier one gave, for which the provider would answer with the earlier message.
SELECT setval(pg_get_serial_sequence('message', 'id'), (extract(epoch FROM clock_timestamp()) * 1000)::bigint);
