-- A draft of allocation rules that nobody put in force can be withdrawn: it stays on record with who and when, and is never put in
-- force after. What is in force cannot be withdrawn; the next version takes its place.
CREATE TABLE allocation_withdrawal (
  cycle text NOT NULL, cycle_version integer NOT NULL,
  actor text NOT NULL, at timestamptz NOT NULL, note text,
  PRIMARY KEY (cycle, cycle_version),
  FOREIGN KEY (cycle, cycle_version) REFERENCES allocation_cycle (code, version)
);
CREATE TRIGGER allocation_withdrawal_append_only BEFORE UPDATE OR DELETE ON allocation_withdrawal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The version's row is locked first: of two that decide at once the second sees what the first did.
CREATE FUNCTION refuse_decided_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM allocation_cycle WHERE code = NEW.cycle AND version = NEW.cycle_version FOR NO KEY UPDATE;
  IF TG_TABLE_NAME = 'allocation_activation' AND EXISTS (
    SELECT FROM allocation_withdrawal w WHERE w.cycle = NEW.cycle AND w.cycle_version = NEW.cycle_version) THEN
    RAISE EXCEPTION 'cycle % version % was withdrawn: write it as the next version', NEW.cycle, NEW.cycle_version
      USING ERRCODE = '23514', CONSTRAINT = 'allocation_activation_not_withdrawn', TABLE = TG_TABLE_NAME;
  END IF;
  IF TG_TABLE_NAME = 'allocation_withdrawal' AND EXISTS (
    SELECT FROM allocation_activation a WHERE a.cycle = NEW.cycle AND a.cycle_version = NEW.cycle_version) THEN
    RAISE EXCEPTION 'cycle % version % is in force: write the next version to take its place', NEW.cycle, NEW.cycle_version
      USING ERRCODE = '23514', CONSTRAINT = 'allocation_withdrawal_draft_only', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER allocation_activation_not_withdrawn BEFORE INSERT ON allocation_activation
  FOR EACH ROW EXECUTE FUNCTION refuse_decided_cycle();
CREATE TRIGGER allocation_withdrawal_draft_only BEFORE INSERT ON allocation_withdrawal
  FOR EACH ROW EXECUTE FUNCTION refuse_decided_cycle();
