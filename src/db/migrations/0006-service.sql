-- Work orders and what was captured on them. Actuals are append-only; a mistake is a reversing entry.
CREATE TABLE work_order (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('corrective', 'preventive', 'predictive', 'inspection', 'remote-support', 'installation', 'field-change')),
  service_type text NOT NULL CHECK (service_type IN ('on-site', 'remote', 'bench', 'parts-only', 'subcontract')),
  state text NOT NULL,
  priority text NOT NULL CHECK (priority IN ('critical', 'major', 'minor', 'warning')),
  device_id integer NOT NULL REFERENCES device,
  component text, failure_mode text,
  title_en text NOT NULL, title_zh text NOT NULL,
  alert_id bigint, prognosis_id bigint UNIQUE,
  engineer_code text REFERENCES engineer,
  planned_at timestamptz,
  waiting_reason text CHECK (waiting_reason IN ('parts', 'customer', 'access')),
  opened_at timestamptz NOT NULL, opened_by text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  failed_at timestamptz, restored_at timestamptz,
  completed_at timestamptz, closed_at timestamptz,
  downtime_minutes integer NOT NULL DEFAULT 0 CHECK (downtime_minutes >= 0),
  finding_failure_mode text, finding_cause text, finding_remedy text, finding_confirmed boolean, finding_note text,
  -- the dimensions frozen when the job was opened (contracts JobDimensions, less id, device and component)
  product_line text NOT NULL, product text NOT NULL, customer text NOT NULL, customer_group text,
  contract text, contract_type text, region text NOT NULL, station text NOT NULL,
  revision integer NOT NULL DEFAULT 1
);
-- One open predictive job per device, component and failure mode.
CREATE UNIQUE INDEX work_order_one_open ON work_order (device_id, component, failure_mode)
  WHERE kind = 'predictive' AND state NOT IN ('completed', 'reviewed', 'closed', 'cancelled');
CREATE INDEX work_order_device ON work_order (device_id, opened_at DESC);
CREATE INDEX work_order_opened ON work_order (opened_at DESC);
CREATE TABLE work_order_transition (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  work_order_id bigint NOT NULL REFERENCES work_order,
  from_state text, to_state text NOT NULL,
  at timestamptz NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL, reason text
);
CREATE INDEX work_order_transition_job ON work_order_transition (work_order_id, id);
CREATE TABLE labour_span (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  work_order_id bigint NOT NULL REFERENCES work_order,
  engineer_code text NOT NULL REFERENCES engineer,
  from_at timestamptz NOT NULL, to_at timestamptz NOT NULL CHECK (to_at > from_at),
  category text NOT NULL CHECK (category IN ('diagnosis', 'repair', 'calibration', 'test', 'documentation', 'remote')),
  actor text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX labour_span_job ON labour_span (work_order_id);
CREATE TABLE travel_leg (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  work_order_id bigint NOT NULL REFERENCES work_order,
  engineer_code text NOT NULL REFERENCES engineer,
  at timestamptz NOT NULL, minutes integer NOT NULL CHECK (minutes >= 0), distance_m bigint NOT NULL CHECK (distance_m >= 0),
  fare_minor bigint NOT NULL DEFAULT 0 CHECK (fare_minor >= 0), currency char(3) NOT NULL,
  actor text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX travel_leg_job ON travel_leg (work_order_id);
-- quantity > 0 issue, < 0 return; the unit cost is frozen at issue.
CREATE TABLE part_use (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  work_order_id bigint NOT NULL REFERENCES work_order,
  part_code text NOT NULL REFERENCES part,
  quantity integer NOT NULL CHECK (quantity <> 0),
  serial text, lot text,
  unit_cost_minor bigint NOT NULL, currency char(3) NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX part_use_job ON part_use (work_order_id);
CREATE TABLE job_charge (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  work_order_id bigint NOT NULL REFERENCES work_order,
  element text NOT NULL CHECK (element IN ('freight', 'subcontract', 'remote', 'downtime-penalty')),
  amount_minor bigint NOT NULL, currency char(3) NOT NULL,
  at timestamptz NOT NULL, note text NOT NULL DEFAULT '',
  actor text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX job_charge_job ON job_charge (work_order_id);
CREATE TRIGGER work_order_transition_append_only BEFORE UPDATE OR DELETE ON work_order_transition FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER labour_span_append_only BEFORE UPDATE OR DELETE ON labour_span FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER travel_leg_append_only BEFORE UPDATE OR DELETE ON travel_leg FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER part_use_append_only BEFORE UPDATE OR DELETE ON part_use FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_charge_append_only BEFORE UPDATE OR DELETE ON job_charge FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
