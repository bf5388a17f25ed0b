-- Rates, exchange rates, values that count as others, and postings by hand: proposed by one person, put in force by another, until
-- then used by nothing. A proposal that was withdrawn stays on record. Requests to close or reopen a period can be withdrawn too.

-- Nothing of a proposal ever changes but its decision, once.
CREATE FUNCTION refuse_all_but_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.decision IS NOT NULL
     OR to_jsonb(OLD) - '{decision,decided_by,decided_at}'::text[] <> to_jsonb(NEW) - '{decision,decided_by,decided_at}'::text[] THEN
    RAISE EXCEPTION '% is append-only: withdraw what waits, or propose what is right from a later day on', TG_TABLE_NAME
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;

ALTER TABLE exchange_rate RENAME COLUMN added_by TO author;
ALTER TABLE exchange_rate RENAME COLUMN recorded_at TO created_at;
ALTER TABLE dimension_mapping RENAME COLUMN mapped_by TO author;
ALTER TABLE dimension_mapping RENAME COLUMN mapped_at TO created_at;
ALTER TABLE rate ADD COLUMN author text NOT NULL DEFAULT 'not recorded', ADD COLUMN created_at timestamptz NOT NULL DEFAULT clock_timestamp();
ALTER TABLE rate ALTER COLUMN author DROP DEFAULT;
DROP TRIGGER exchange_rate_append_only ON exchange_rate;
DROP TRIGGER dimension_mapping_append_only ON dimension_mapping;

-- A shared cost into a pool, or the reversal of a fact.
CREATE TABLE manual_posting (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reverses bigint REFERENCES cost_fact,
  pool text REFERENCES cost_pool, element text, amount_minor bigint, currency char(3), occurred_on date,
  note text NOT NULL,
  idempotency_key text UNIQUE,
  author text NOT NULL, created_at timestamptz NOT NULL,
  CHECK (num_nonnulls(pool, element, amount_minor, currency, occurred_on) = CASE WHEN reverses IS NULL THEN 5 ELSE 0 END)
);

ALTER TABLE rate ADD COLUMN decision text CHECK (decision IN ('approved', 'withdrawn')), ADD COLUMN decided_by text, ADD COLUMN decided_at timestamptz;
ALTER TABLE exchange_rate ADD COLUMN decision text CHECK (decision IN ('approved', 'withdrawn')), ADD COLUMN decided_by text, ADD COLUMN decided_at timestamptz;
ALTER TABLE dimension_mapping ADD COLUMN decision text CHECK (decision IN ('approved', 'withdrawn')), ADD COLUMN decided_by text, ADD COLUMN decided_at timestamptz;
ALTER TABLE manual_posting ADD COLUMN decision text CHECK (decision IN ('approved', 'withdrawn')), ADD COLUMN decided_by text, ADD COLUMN decided_at timestamptz;

-- What was used before a second person was asked for stays in use.
UPDATE rate SET decision = 'approved', decided_by = 'system', decided_at = clock_timestamp();
UPDATE exchange_rate SET decision = 'approved', decided_by = 'system', decided_at = clock_timestamp();
UPDATE dimension_mapping SET decision = 'approved', decided_by = 'system', decided_at = clock_timestamp();

ALTER TABLE rate
  ADD CONSTRAINT rate_decided CHECK (num_nonnulls(decision, decided_by, decided_at) IN (0, 3)),
  ADD CONSTRAINT rate_second_person CHECK (decision <> 'approved' OR decided_by <> author);
ALTER TABLE exchange_rate
  ADD CONSTRAINT exchange_rate_decided CHECK (num_nonnulls(decision, decided_by, decided_at) IN (0, 3)),
  ADD CONSTRAINT exchange_rate_second_person CHECK (decision <> 'approved' OR decided_by <> author);
ALTER TABLE dimension_mapping
  ADD CONSTRAINT dimension_mapping_decided CHECK (num_nonnulls(decision, decided_by, decided_at) IN (0, 3)),
  ADD CONSTRAINT dimension_mapping_second_person CHECK (decision <> 'approved' OR decided_by <> author);
ALTER TABLE manual_posting
  ADD CONSTRAINT manual_posting_decided CHECK (num_nonnulls(decision, decided_by, decided_at) IN (0, 3)),
  ADD CONSTRAINT manual_posting_second_person CHECK (decision <> 'approved' OR decided_by <> author);

-- One of a kind from a day on; what was withdrawn makes room.
ALTER TABLE rate DROP CONSTRAINT rate_kind_engineer_code_effective_from_key;
CREATE UNIQUE INDEX rate_from ON rate (kind, engineer_code, effective_from) NULLS NOT DISTINCT WHERE decision IS DISTINCT FROM 'withdrawn';
ALTER TABLE exchange_rate DROP CONSTRAINT exchange_rate_currency_against_effective_from_key;
CREATE UNIQUE INDEX exchange_rate_from ON exchange_rate (currency, against, effective_from) WHERE decision IS DISTINCT FROM 'withdrawn';
CREATE UNIQUE INDEX manual_posting_reversal ON manual_posting (reverses) WHERE decision IS DISTINCT FROM 'withdrawn';
CREATE INDEX manual_posting_waiting ON manual_posting (id) WHERE decision IS NULL;

CREATE TRIGGER rate_append_only BEFORE DELETE OR TRUNCATE ON rate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_rate_append_only BEFORE DELETE OR TRUNCATE ON exchange_rate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dimension_mapping_append_only BEFORE DELETE OR TRUNCATE ON dimension_mapping FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER manual_posting_append_only BEFORE DELETE OR TRUNCATE ON manual_posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rate_decision BEFORE UPDATE ON rate FOR EACH ROW EXECUTE FUNCTION refuse_all_but_decision();
CREATE TRIGGER exchange_rate_decision BEFORE UPDATE ON exchange_rate FOR EACH ROW EXECUTE FUNCTION refuse_all_but_decision();
CREATE TRIGGER dimension_mapping_decision BEFORE UPDATE ON dimension_mapping FOR EACH ROW EXECUTE FUNCTION refuse_all_but_decision();
CREATE TRIGGER manual_posting_decision BEFORE UPDATE ON manual_posting FOR EACH ROW EXECUTE FUNCTION refuse_all_but_decision();

CREATE TABLE period_step_withdrawal (
  step_id bigint PRIMARY KEY REFERENCES period_step,
  actor text NOT NULL, at timestamptz NOT NULL
);
CREATE TRIGGER period_step_withdrawal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON period_step_withdrawal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A step is carried out or withdrawn, never both: whoever decides holds the step until the transaction ends.
CREATE FUNCTION refuse_second_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM period_step WHERE id = NEW.step_id FOR UPDATE;
  IF EXISTS (SELECT FROM period_step_withdrawal WHERE step_id = NEW.step_id)
     OR EXISTS (SELECT FROM period_step_approval WHERE step_id = NEW.step_id) THEN
    RAISE EXCEPTION 'period step % is decided already', NEW.step_id USING ERRCODE = '23514', CONSTRAINT = 'period_step_decided_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER period_step_withdrawal_once BEFORE INSERT ON period_step_withdrawal FOR EACH ROW EXECUTE FUNCTION refuse_second_decision();
CREATE TRIGGER period_step_approval_once BEFORE INSERT ON period_step_approval FOR EACH ROW EXECUTE FUNCTION refuse_second_decision();
