-- A request to take an invoice back bears a name of its own, so that it is carried out once however often it comes.
ALTER TABLE invoice ADD COLUMN request_key text UNIQUE;
CREATE INDEX invoice_issued ON invoice (issued_at, series, number);
