-- Where the payer's browser is sent, as the gateway said it: the page that sends it there may be asked for again.
ALTER TABLE payment ADD COLUMN redirect jsonb;
