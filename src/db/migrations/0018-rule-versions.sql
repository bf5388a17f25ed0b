-- Alarm rules in versions: what was written is never changed, and who put which version in force, when and why, is kept.
CREATE TABLE rule_version (
  rule_id integer NOT NULL REFERENCES rule,
  version integer NOT NULL CHECK (version >= 1),
  component text,
  name_en text NOT NULL, name_zh text NOT NULL,
  condition jsonb NOT NULL,
  severity text NOT NULL CHECK (severity IN ('critical', 'major', 'minor', 'warning')),
  refractory_minutes integer NOT NULL CHECK (refractory_minutes >= 0),
  schedule jsonb,
  is_off boolean NOT NULL DEFAULT false,
  -- from when its author wants it to count; NULL = from its activation on
  effective_from timestamptz,
  why text,
  author text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (rule_id, version)
);
CREATE TRIGGER rule_version_append_only BEFORE UPDATE OR DELETE ON rule_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE rule_decision (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id integer NOT NULL,
  version integer NOT NULL,
  decision text NOT NULL CHECK (decision IN ('activated', 'deactivated')),
  mode text CHECK (mode IN ('shadow', 'active')),
  effective_from timestamptz NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL,
  note text,
  FOREIGN KEY (rule_id, version) REFERENCES rule_version,
  CHECK ((decision = 'activated') = (mode IS NOT NULL))
);
CREATE INDEX rule_decision_rule ON rule_decision (rule_id, id);
CREATE TRIGGER rule_decision_append_only BEFORE UPDATE OR DELETE ON rule_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO rule_version (rule_id, version, component, name_en, name_zh, condition, severity, refractory_minutes,
  effective_from, author, created_at)
SELECT id, version, component, name_en, name_zh, condition, severity, refractory_minutes, effective_from, 'system', effective_from
FROM rule;
INSERT INTO rule_decision (rule_id, version, decision, mode, effective_from, actor, at)
SELECT id, version, 'activated', 'active', effective_from, 'system', effective_from FROM rule;
INSERT INTO rule_decision (rule_id, version, decision, effective_from, actor, at)
SELECT id, version, 'deactivated', greatest(now(), effective_from), 'system', now() FROM rule WHERE NOT active;

-- The second person: whoever wrote a version does not put it in force.
CREATE FUNCTION refuse_own_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.decision = 'activated' AND EXISTS (
    SELECT FROM rule_version WHERE rule_id = NEW.rule_id AND version = NEW.version AND author = NEW.actor
  ) THEN
    RAISE EXCEPTION 'rule % version %: its author cannot put it in force, a second person must', NEW.rule_id, NEW.version
      USING ERRCODE = '23514', CONSTRAINT = 'rule_decision_second_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rule_decision_second_person BEFORE INSERT ON rule_decision FOR EACH ROW EXECUTE FUNCTION refuse_own_rule();

ALTER TABLE rule DROP COLUMN component, DROP COLUMN metric, DROP COLUMN name_en, DROP COLUMN name_zh, DROP COLUMN condition,
  DROP COLUMN severity, DROP COLUMN refractory_minutes, DROP COLUMN version, DROP COLUMN effective_from, DROP COLUMN active;
ALTER TABLE rule ADD COLUMN overrides integer REFERENCES rule, ADD COLUMN revision integer NOT NULL DEFAULT 1,
  ADD CHECK (overrides IS NULL OR device_id IS NOT NULL);
-- One override of a rule on a device.
CREATE UNIQUE INDEX rule_one_override ON rule (overrides, device_id) WHERE overrides IS NOT NULL;
CREATE INDEX rule_product ON rule (product_code, id);

-- What rules in shadow mode would have raised.
CREATE TABLE rule_shadow_episode (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id integer NOT NULL,
  version integer NOT NULL,
  device_id integer NOT NULL REFERENCES device,
  severity text NOT NULL,
  raised_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  cleared_at timestamptz,
  findings integer NOT NULL DEFAULT 1 CHECK (findings > 0),
  reason jsonb NOT NULL,
  contributors jsonb NOT NULL,
  FOREIGN KEY (rule_id, version) REFERENCES rule_version
);
CREATE UNIQUE INDEX rule_shadow_one_open ON rule_shadow_episode (rule_id, device_id) WHERE cleared_at IS NULL;
CREATE INDEX rule_shadow_raised ON rule_shadow_episode (rule_id, raised_at DESC);
CREATE INDEX alert_rule ON alert (rule_id, raised_at DESC) WHERE rule_id IS NOT NULL;

-- History judged anew by a candidate: a job with its progress, and its result.
CREATE TABLE replay_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id integer,
  rule_version integer,
  model text,
  from_at timestamptz NOT NULL, to_at timestamptz NOT NULL CHECK (to_at > from_at),
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'finished', 'failed', 'cancelled')),
  done integer NOT NULL DEFAULT 0, total integer NOT NULL DEFAULT 0,
  asked_by text NOT NULL, asked_at timestamptz NOT NULL,
  leased_until timestamptz,
  finished_at timestamptz,
  result jsonb,
  error text,
  FOREIGN KEY (rule_id, rule_version) REFERENCES rule_version,
  CHECK ((rule_id IS NULL) <> (model IS NULL))
);
CREATE INDEX replay_run_open ON replay_run (id) WHERE state IN ('queued', 'running');
CREATE INDEX replay_run_rule ON replay_run (rule_id, id DESC);
