-- Telemetry. One narrow hypertable with integer keys; received_at grows strictly from commit to commit, so
-- (received_at, measured_at, metric_id) is the order in which the predictor saw a device's readings.
CREATE TABLE metric (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE
);
-- State metrics are stored as small codes; the label lives here.
CREATE TABLE metric_state (
  metric_id integer NOT NULL REFERENCES metric,
  code integer NOT NULL,
  label text NOT NULL,
  PRIMARY KEY (metric_id, code),
  UNIQUE (metric_id, label)
);
CREATE TABLE reading (
  device_id   integer NOT NULL,
  metric_id   integer NOT NULL,
  measured_at timestamptz NOT NULL,
  value       double precision NOT NULL,
  quality     smallint NOT NULL DEFAULT 0,
  received_at timestamptz NOT NULL
);
SELECT create_hypertable('reading', 'measured_at', chunk_time_interval => INTERVAL '7 days', create_default_indexes => false);
CREATE UNIQUE INDEX reading_key ON reading (device_id, metric_id, measured_at);

CREATE TABLE device_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL REFERENCES device,
  at timestamptz NOT NULL,
  code text NOT NULL,
  severity text NOT NULL,
  text text,
  payload jsonb,
  received_at timestamptz NOT NULL,
  UNIQUE (device_id, at, code)
);
-- Bad payloads, whole, with the reason; acknowledged to the device, held for a person.
CREATE TABLE quarantine (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_code text NOT NULL,
  topic text NOT NULL,
  payload bytea NOT NULL,
  reason text NOT NULL,
  detail text NOT NULL,
  received_at timestamptz NOT NULL,
  -- redelivery of the same payload is one entry
  payload_hash bytea NOT NULL,
  state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'replayed', 'discarded')),
  seen integer NOT NULL DEFAULT 1,
  UNIQUE (device_code, topic, payload_hash)
);
CREATE INDEX quarantine_received ON quarantine (received_at DESC);
