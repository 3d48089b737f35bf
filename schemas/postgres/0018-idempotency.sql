-- Calls over HTTP that bear an Idempotency-Key, with their answers: a call that is repeated is answered as the first time.

CREATE TABLE idempotency_key (
  -- Two principals may use the same key.
  actor        text NOT NULL,
  key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
  -- SHA-256 of method, path and body: another request may not use the key.
  request_hash text NOT NULL CHECK (request_hash ~ '^[0-9a-f]{64}$'),
  first_at     timestamptz NOT NULL,
  -- How often it was begun; an attempt that was taken over must not write over the answer of a later one.
  attempt      integer NOT NULL CHECK (attempt > 0),
  -- Until then the attempt is taken to be in work; afterwards its process is taken to have died.
  until        timestamptz NOT NULL,
  status       smallint CHECK (status BETWEEN 200 AND 499),
  content_type text NOT NULL DEFAULT '',
  body         text NOT NULL DEFAULT '',
  UNIQUE (actor, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (first_at);
