-- Models that judge devices, the jobs they propose, and what became of what they said.
CREATE TABLE model (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('sign-drift', 'horizon', 'remaining-life')),
  product_code text REFERENCES product, -- NULL: every product
  component text, -- the one component it speaks about, when it is not the whole product's
  version integer NOT NULL CHECK (version > 0),
  state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'shadow', 'active', 'retired')),
  -- What may follow from it once it is active: nothing, a proposal to a person, a work order.
  mode text NOT NULL DEFAULT 'shadow' CHECK (mode IN ('shadow', 'suggest', 'auto')),
  -- Canonical JSON; the hash is of exactly these bytes, so that a changed copy is known for one.
  content text NOT NULL,
  content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
  training jsonb NOT NULL DEFAULT '{}', figures jsonb NOT NULL DEFAULT '{}',
  code_version text NOT NULL,
  author text NOT NULL, approver text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Why the content was refused at the last try to load it.
  refused text,
  UNIQUE NULLS NOT DISTINCT (kind, product_code, component, version),
  -- Two people: nobody puts a model of his own in force.
  CONSTRAINT model_two_people CHECK (state <> 'active' OR approver IS NOT NULL AND approver <> author)
);
CREATE UNIQUE INDEX model_one_active ON model (kind, coalesce(product_code, ''), coalesce(component, '')) WHERE state = 'active';
CREATE UNIQUE INDEX model_one_shadow ON model (kind, coalesce(product_code, ''), coalesce(component, '')) WHERE state = 'shadow';
CREATE FUNCTION keep_model_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what a model is never changes: train or import another version' USING ERRCODE = '55000';
END $$;
CREATE TRIGGER model_content_kept BEFORE UPDATE OF kind, product_code, component, version, content, content_hash, training, author, code_version
  ON model FOR EACH ROW EXECUTE FUNCTION keep_model_content();
CREATE TRIGGER model_kept BEFORE DELETE ON model FOR EACH STATEMENT EXECUTE FUNCTION keep_model_content();

CREATE TABLE model_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model_id integer NOT NULL REFERENCES model,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  change text NOT NULL CHECK (change IN ('trained', 'imported', 'evaluated', 'shadowed', 'activated', 'rolled-back', 'retired', 'refused', 'drifted')),
  mode text CHECK (mode IN ('shadow', 'suggest', 'auto')),
  note text
);
CREATE INDEX model_change_model ON model_change (model_id, id);
CREATE TRIGGER model_change_append_only BEFORE UPDATE OR DELETE ON model_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One training or evaluation at a time; `alive_at` tells a run under way from one that was killed.
CREATE TABLE model_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task text NOT NULL CHECK (task IN ('train', 'evaluate')),
  kind text NOT NULL, product_code text REFERENCES product, component text, model_id integer REFERENCES model,
  seed integer NOT NULL,
  asked_by text NOT NULL, asked_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'refused', 'failed', 'cancelled')),
  share double precision NOT NULL DEFAULT 0 CHECK (share BETWEEN 0 AND 1),
  stage text NOT NULL DEFAULT '',
  alive_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  cancel_asked_by text,
  detail_en text, detail_zh text
);
CREATE UNIQUE INDEX model_run_one ON model_run ((true)) WHERE state = 'running';

-- How a model's inputs, scores and outcomes moved away from what it was trained on.
CREATE TABLE model_drift (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model_id integer NOT NULL REFERENCES model,
  at timestamptz NOT NULL,
  figures jsonb NOT NULL,
  -- Set when retraining is proposed: why.
  proposal_en text, proposal_zh text
);
CREATE INDEX model_drift_model ON model_drift (model_id, at DESC);

-- A job a prognosis asks for: what the mode, the costs and the cap of its station made of it.
CREATE TABLE job_proposal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  prognosis_id bigint NOT NULL UNIQUE REFERENCES prognosis,
  alert_id bigint NOT NULL REFERENCES alert,
  device_id integer NOT NULL REFERENCES device,
  component text NOT NULL, failure_mode text NOT NULL,
  model text NOT NULL, model_version text NOT NULL, mode text NOT NULL,
  station_code text NOT NULL REFERENCES station,
  severity text NOT NULL,
  probability double precision NOT NULL, threshold double precision,
  value_minor bigint, currency char(3),
  made_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('recorded', 'proposed', 'held', 'opened', 'dismissed', 'withdrawn')),
  why text NOT NULL CHECK (why IN ('shadow-mode', 'suggest-mode', 'costs-unknown', 'cap-reached', 'worth-it')),
  decided_at timestamptz, decided_by text, note text,
  work_order_id bigint
);
CREATE UNIQUE INDEX job_proposal_one_open ON job_proposal (device_id, component, failure_mode) WHERE state IN ('proposed', 'held');
CREATE INDEX job_proposal_station ON job_proposal (station_code, decided_at) WHERE state = 'opened';
CREATE INDEX job_proposal_alert ON job_proposal (alert_id);

-- Predictive jobs a station takes in a week (Monday to Sunday, UTC); a station without a row takes any number.
CREATE TABLE job_cap (
  station_code text PRIMARY KEY REFERENCES station,
  jobs_per_week integer NOT NULL CHECK (jobs_per_week >= 0),
  set_by text NOT NULL, set_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One row for each time a model said that something will fail: the alert's, or one a shadow model kept to itself.
CREATE TABLE prediction_episode (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL REFERENCES device,
  product_code text NOT NULL REFERENCES product,
  component text NOT NULL, failure_mode text NOT NULL,
  model text NOT NULL, model_version text NOT NULL,
  is_shadow boolean NOT NULL DEFAULT false,
  alert_id bigint UNIQUE REFERENCES alert,
  raised_at timestamptz NOT NULL, last_at timestamptz NOT NULL,
  horizon_hours double precision NOT NULL, minimum_lead_hours double precision NOT NULL,
  probability double precision NOT NULL, peak_probability double precision NOT NULL,
  -- As they were estimated when it was raised.
  planned_minor bigint, unplanned_minor bigint, needless_minor bigint, currency char(3),
  outcome text CHECK (outcome IN ('true-positive', 'false-positive', 'censored')),
  basis text CHECK (basis IN ('finding', 'failure', 'horizon-over', 'acted-without-finding', 'too-late')),
  judged_at timestamptz, failed_at timestamptz, lead_hours double precision,
  work_order_id bigint,
  CHECK ((outcome IS NULL) = (basis IS NULL)),
  CHECK (is_shadow = (alert_id IS NULL))
);
CREATE INDEX prediction_episode_open ON prediction_episode (device_id, component, failure_mode, raised_at) WHERE outcome IS NULL;
CREATE INDEX prediction_episode_model ON prediction_episode (model, model_version, raised_at);

-- Failures that are known for certain: corrective jobs whose finding confirmed the failure mode.
CREATE TABLE known_failure (
  work_order_id bigint PRIMARY KEY REFERENCES work_order,
  device_id integer NOT NULL REFERENCES device,
  product_code text NOT NULL REFERENCES product,
  component text NOT NULL, failure_mode text NOT NULL,
  failed_at timestamptz NOT NULL
);
CREATE INDEX known_failure_mode ON known_failure (product_code, component, failure_mode, failed_at);

-- What was said and found before this was kept.
INSERT INTO prediction_episode (device_id, product_code, component, failure_mode, model, model_version, alert_id, raised_at, last_at,
  horizon_hours, minimum_lead_hours, probability, peak_probability)
SELECT DISTINCT ON (a.id) a.device_id, d.product_code, p.component, p.failure_mode, p.model, p.model_version, a.id, a.raised_at,
  a.last_seen_at, p.horizon_hours, 1, p.probability, greatest(p.probability, coalesce(a.probability, 0))
FROM prognosis p JOIN alert a ON a.id = p.alert_id JOIN device d ON d.id = a.device_id ORDER BY a.id, p.id;
INSERT INTO known_failure (work_order_id, device_id, product_code, component, failure_mode, failed_at)
SELECT w.id, w.device_id, d.product_code, w.component, coalesce(w.finding_failure_mode, w.failure_mode), coalesce(w.failed_at, w.opened_at)
FROM work_order w JOIN device d ON d.id = w.device_id
WHERE w.kind = 'corrective' AND w.completed_at IS NOT NULL AND w.finding_confirmed AND w.component IS NOT NULL
  AND coalesce(w.finding_failure_mode, w.failure_mode) IS NOT NULL;
