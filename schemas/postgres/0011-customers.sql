-- People and companies, what is known of their lines, their documents, and who changed what.

CREATE TABLE customer (
  -- The number in the ledger's accounts wallet:N and receivable:N.
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind          text NOT NULL CHECK (kind IN ('person', 'company')),
  name          text NOT NULL CHECK (name <> ''),
  -- «کد ملی» of a person, «شناسه ملی» of a company, «کد فراگیر» of a foreigner; NULL when it is not known.
  national_id   text UNIQUE,
  economic_code text NOT NULL DEFAULT '',
  -- E.164, '' when it is not known.
  mobile        text NOT NULL DEFAULT '',
  phone         text NOT NULL DEFAULT '',
  email         text NOT NULL DEFAULT '',
  postal_code   text NOT NULL DEFAULT '',
  address       text NOT NULL DEFAULT '',
  education     text NOT NULL DEFAULT '',
  -- Birth date, or registration date of a company: set once (product line P17).
  born_on       date,
  -- The name as it is searched: letters and digits alone, in one spelling.
  name_key      text NOT NULL DEFAULT '',
  -- The first rejection of a document that no approval has made good yet; the days of grace count from it.
  documents_rejected_at timestamptz,
  revision      bigint NOT NULL CHECK (revision > 0),
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL
);
CREATE INDEX customer_mobile ON customer (mobile) WHERE mobile <> '';
CREATE INDEX customer_phone ON customer (phone) WHERE phone <> '';
CREATE INDEX customer_documents_rejected ON customer (documents_rejected_at, id) WHERE documents_rejected_at IS NOT NULL;

CREATE FUNCTION keep_born_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the birth or registration date of customer % is set already', OLD.id
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER customer_born_once BEFORE UPDATE ON customer FOR EACH ROW
  WHEN (OLD.born_on IS NOT NULL AND NEW.born_on IS DISTINCT FROM OLD.born_on)
  EXECUTE FUNCTION keep_born_on();

ALTER TABLE line ADD COLUMN customer_id bigint REFERENCES customer (id);
-- The telephone line that carries the internet, its exchange «مرکز مخابراتی» and county «شهرستان».
ALTER TABLE line ADD COLUMN phone text NOT NULL DEFAULT '';
ALTER TABLE line ADD COLUMN exchange text NOT NULL DEFAULT '';
ALTER TABLE line ADD COLUMN county text NOT NULL DEFAULT '';
-- «بهره برداری» or «در لیست جمع آوری»: what the last row of `line_standing` says, in operation without any.
ALTER TABLE line ADD COLUMN standing text NOT NULL DEFAULT 'in-operation'
  CHECK (standing IN ('in-operation', 'in-collection-list'));
CREATE INDEX line_of_customer ON line (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX line_phone ON line (phone) WHERE phone <> '';

-- «سابقه وضعیت خط تلفن» (product lines P23 to P25): only changes, by time.
CREATE TABLE line_standing (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id    bigint NOT NULL REFERENCES line (id),
  standing   text NOT NULL CHECK (standing IN ('in-operation', 'in-collection-list')),
  reason     text NOT NULL,
  note       text NOT NULL DEFAULT '',
  actor      text NOT NULL,
  changed_at timestamptz NOT NULL
);
CREATE INDEX line_standing_line ON line_standing (line_id, id);

-- Why a line may not be online although it is paid. It is suspended as long as one cause is left; `staff` also stands for
-- a status that was declared.
CREATE TABLE line_suspension (
  line_id bigint NOT NULL REFERENCES line (id),
  cause   text NOT NULL CHECK (cause IN ('staff', 'documents', 'pause')),
  since   timestamptz NOT NULL,
  PRIMARY KEY (line_id, cause)
);

-- A line is suspended exactly while it has a cause, whoever changes its status.
CREATE FUNCTION note_suspension() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'suspended' THEN
    DELETE FROM line_suspension WHERE line_id = NEW.id;
  ELSIF NOT EXISTS (SELECT 1 FROM line_suspension WHERE line_id = NEW.id) THEN
    INSERT INTO line_suspension (line_id, cause, since) VALUES (NEW.id, 'staff', NEW.updated_at);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER line_declared_suspended AFTER INSERT ON line FOR EACH ROW
  WHEN (NEW.status = 'suspended') EXECUTE FUNCTION note_suspension();
CREATE TRIGGER line_status_noted AFTER UPDATE OF status ON line FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION note_suspension();
INSERT INTO line_suspension (line_id, cause, since) SELECT id, 'staff', updated_at FROM line WHERE status = 'suspended';

-- Documents of a customer as pictures, each reviewed (product lines P18 to P22).
CREATE TABLE document (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customer (id),
  type        text NOT NULL,
  file_name   text NOT NULL,
  media_type  text NOT NULL,
  content     bytea NOT NULL,
  state       text NOT NULL CHECK (state IN ('waiting', 'approved', 'rejected')),
  uploaded_by text NOT NULL,
  uploaded_at timestamptz NOT NULL,
  reviewed_by text,
  reviewed_at timestamptz,
  -- Told to the customer when it is rejected.
  note        text NOT NULL DEFAULT '',
  CHECK ((state = 'waiting') = (reviewed_at IS NULL))
);
CREATE INDEX document_customer ON document (customer_id, id);
CREATE INDEX document_waiting ON document (uploaded_at) WHERE state = 'waiting';

-- Who did what to money or status, when and why (product line X08). It only grows.
CREATE TABLE audit_log (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL,
  actor   text NOT NULL,
  action  text NOT NULL,
  -- `customer:17`, `line:ali1`, `order:469627`.
  subject text NOT NULL,
  reason  text NOT NULL DEFAULT '',
  before  jsonb,
  after   jsonb
);
CREATE INDEX audit_log_subject ON audit_log (subject, id);
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of the audit log is refused: it only grows', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
