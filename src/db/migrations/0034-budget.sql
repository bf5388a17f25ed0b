-- Budgets by part of the cost and month: versions that a second person puts in force; nothing of them is ever changed.
CREATE TABLE budget_version (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL, version integer NOT NULL CHECK (version > 0),
  currency char(3) NOT NULL,
  note text, author text NOT NULL, created_at timestamptz NOT NULL,
  UNIQUE (code, version)
);
CREATE TRIGGER budget_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TABLE budget_line (
  version_id integer NOT NULL REFERENCES budget_version,
  part text NOT NULL, -- dimension:code pairs in the order of the dimensions, joined by commas; empty for everything
  period char(7) NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  PRIMARY KEY (version_id, part, period)
);
CREATE TRIGGER budget_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A version is a draft until it is here; the one put in force last is the one that counts.
CREATE TABLE budget_activation (
  version_id integer PRIMARY KEY REFERENCES budget_version,
  actor text NOT NULL, at timestamptz NOT NULL, note text
);
CREATE FUNCTION refuse_own_budget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM budget_version WHERE id = NEW.version_id AND author = NEW.actor) THEN
    RAISE EXCEPTION 'budget version %: its author cannot put it in force, a second person must', NEW.version_id
      USING ERRCODE = '23514', CONSTRAINT = 'budget_activation_second_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER budget_activation_second_person BEFORE INSERT ON budget_activation
  FOR EACH ROW EXECUTE FUNCTION refuse_own_budget();
CREATE TRIGGER budget_activation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_activation
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
