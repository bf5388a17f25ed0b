-- What the predictor knows. State is a snapshot with its watermark; effects and snapshot are written together.
CREATE TABLE predictor_state (
  device_id integer PRIMARY KEY REFERENCES device,
  version integer NOT NULL,
  watermark timestamptz NOT NULL,
  measured_to timestamptz NOT NULL,
  snapshot jsonb NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE device_health (
  device_id integer NOT NULL REFERENCES device,
  component text NOT NULL, -- '' = the device as a whole
  at timestamptz NOT NULL,
  health smallint CHECK (health BETWEEN 0 AND 100),
  contributors jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (device_id, component)
);
CREATE TABLE device_health_point (
  device_id integer NOT NULL REFERENCES device,
  component text NOT NULL,
  at timestamptz NOT NULL,
  health smallint,
  PRIMARY KEY (device_id, component, at)
);
CREATE TABLE rule (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_code text NOT NULL REFERENCES product,
  device_id integer REFERENCES device,
  component text,
  metric text NOT NULL,
  name_en text NOT NULL, name_zh text NOT NULL,
  condition jsonb NOT NULL,
  severity text NOT NULL CHECK (severity IN ('critical', 'major', 'minor', 'warning')),
  refractory_minutes integer NOT NULL DEFAULT 60 CHECK (refractory_minutes >= 0),
  version integer NOT NULL DEFAULT 1,
  effective_from timestamptz NOT NULL,
  active boolean NOT NULL DEFAULT true
);
CREATE TABLE alert (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL REFERENCES device,
  -- what the episode is about: `{component}/{failureMode}`, `rule:{id}` or `metric:{code}`
  cause text NOT NULL,
  component text, failure_mode text, metric text, rule_id integer REFERENCES rule,
  severity text NOT NULL CHECK (severity IN ('critical', 'major', 'minor', 'warning')),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'acknowledged', 'in-progress', 'resolved', 'closed')),
  raised_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  cleared_at timestamptz,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  findings integer NOT NULL DEFAULT 1 CHECK (findings > 0),
  reason jsonb NOT NULL,
  contributors jsonb NOT NULL,
  window_from timestamptz NOT NULL, window_to timestamptz NOT NULL,
  probability double precision CHECK (probability BETWEEN 0 AND 1),
  probability_low double precision, probability_high double precision, probability_n integer,
  rul_hours_p10 double precision, rul_hours_p50 double precision, rul_hours_p90 double precision,
  value_at_risk_minor bigint, currency char(3),
  work_order_id bigint,
  assignee text, shelved_until timestamptz,
  revision integer NOT NULL DEFAULT 1
);
-- B2: one open episode per cause, however close the findings.
CREATE UNIQUE INDEX alert_one_open ON alert (device_id, cause) WHERE cleared_at IS NULL AND state NOT IN ('resolved', 'closed');
CREATE INDEX alert_raised ON alert (raised_at DESC);
CREATE TABLE alert_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alert_id bigint NOT NULL REFERENCES alert,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  change text NOT NULL,
  note text
);
CREATE INDEX alert_change_alert ON alert_change (alert_id, id);
CREATE TRIGGER alert_change_append_only BEFORE UPDATE OR DELETE ON alert_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE prognosis (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL REFERENCES device,
  component text NOT NULL, failure_mode text NOT NULL,
  model text NOT NULL, model_version text NOT NULL,
  made_at timestamptz NOT NULL,
  watermark timestamptz NOT NULL,
  horizon_hours double precision NOT NULL,
  probability double precision NOT NULL CHECK (probability BETWEEN 0 AND 1),
  probability_low double precision NOT NULL, probability_high double precision NOT NULL, probability_n integer NOT NULL,
  rul_hours_p10 double precision, rul_hours_p50 double precision, rul_hours_p90 double precision,
  contributors jsonb NOT NULL,
  window_from timestamptz NOT NULL, window_to timestamptz NOT NULL,
  threshold double precision,
  triggered boolean NOT NULL,
  alert_id bigint REFERENCES alert
);
CREATE INDEX prognosis_device ON prognosis (device_id, made_at DESC);
-- How findings of a failure mode turned out; the evidence behind its probability.
CREATE TABLE finding_outcome (
  product_code text NOT NULL REFERENCES product,
  component text NOT NULL, failure_mode text NOT NULL,
  confirmed integer NOT NULL DEFAULT 0, refuted integer NOT NULL DEFAULT 0,
  PRIMARY KEY (product_code, component, failure_mode)
);
