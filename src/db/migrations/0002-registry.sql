-- Master data. Codes are the field's own names and are never reused; rows are retired, not deleted.
CREATE TABLE region (
  code text PRIMARY KEY, name_en text NOT NULL, name_zh text NOT NULL
);
CREATE TABLE station (
  code text PRIMARY KEY, region_code text NOT NULL REFERENCES region, name_en text NOT NULL, name_zh text NOT NULL,
  lat double precision, lon double precision
);
CREATE TABLE customer (
  code text PRIMARY KEY, name_en text NOT NULL, name_zh text NOT NULL, group_code text, tier text,
  region_code text NOT NULL REFERENCES region
);
CREATE TABLE site (
  code text PRIMARY KEY, customer_code text NOT NULL REFERENCES customer, name_en text NOT NULL, name_zh text NOT NULL,
  lat double precision, lon double precision
);
CREATE TABLE contract (
  code text PRIMARY KEY, customer_code text NOT NULL REFERENCES customer,
  type text NOT NULL CHECK (type IN ('full-service', 'labour-only', 'parts-only', 'pm-only', 'time-and-materials', 'usage-based', 'uptime')),
  starts_on date NOT NULL, ends_on date NOT NULL, price_minor bigint NOT NULL CHECK (price_minor >= 0), currency char(3) NOT NULL,
  response_hours double precision, restoration_hours double precision, uptime_target double precision,
  penalty_per_hour_minor bigint NOT NULL DEFAULT 0 CHECK (penalty_per_hour_minor >= 0),
  CHECK (ends_on > starts_on)
);
CREATE TABLE engineer (
  code text PRIMARY KEY, name_en text NOT NULL, name_zh text NOT NULL, station_code text NOT NULL REFERENCES station,
  skills text[] NOT NULL DEFAULT '{}', hourly_rate_minor bigint NOT NULL CHECK (hourly_rate_minor >= 0), currency char(3) NOT NULL
);
CREATE TABLE part (
  code text PRIMARY KEY, name_en text NOT NULL, name_zh text NOT NULL,
  unit_cost_minor bigint NOT NULL CHECK (unit_cost_minor >= 0), currency char(3) NOT NULL,
  controlled_by text NOT NULL DEFAULT 'none' CHECK (controlled_by IN ('none', 'lot', 'serial'))
);
CREATE TABLE product_line (
  code text PRIMARY KEY, name_en text NOT NULL, name_zh text NOT NULL
);
-- `definition` is the product catalogue entry (metrics, components, failure modes) as the contract's Product schema.
CREATE TABLE product (
  code text PRIMARY KEY, line_code text NOT NULL REFERENCES product_line, name_en text NOT NULL, name_zh text NOT NULL,
  kind text NOT NULL, definition jsonb NOT NULL, revision integer NOT NULL DEFAULT 1
);
-- Integer keys for the hypertable; `code` is what MQTT, HTTP and people call a device.
CREATE TABLE device (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE,
  product_code text NOT NULL REFERENCES product,
  serial text, lot text, udi_di text, made_on date, expires_on date, installed_on date,
  customer_code text NOT NULL REFERENCES customer,
  site_code text REFERENCES site,
  contract_code text REFERENCES contract,
  station_code text NOT NULL REFERENCES station,
  lifecycle text NOT NULL DEFAULT 'in-service'
    CHECK (lifecycle IN ('registered', 'commissioned', 'in-service', 'out-of-service', 'decommissioned')),
  presence text NOT NULL DEFAULT 'unknown' CHECK (presence IN ('online', 'offline', 'unknown')),
  presence_at timestamptz,
  firmware text,
  attributes jsonb NOT NULL DEFAULT '{}',
  revision integer NOT NULL DEFAULT 1,
  registered_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX device_customer ON device (customer_code);
-- Only a hash of a token is kept; rotation leaves the old one valid until `expires_at` (overlap).
CREATE TABLE device_credential (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL REFERENCES device,
  token_hash bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX device_credential_device ON device_credential (device_id);

CREATE TABLE user_account (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  name text NOT NULL,
  password_hash text NOT NULL,
  role text NOT NULL,
  regions text[], customers text[],
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- Opaque tokens, hashed: a session can be ended at once and there is no signing key to lose.
CREATE TABLE user_session (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id integer NOT NULL REFERENCES user_account,
  access_hash bytea NOT NULL UNIQUE,
  refresh_hash bytea NOT NULL UNIQUE,
  access_expires_at timestamptz NOT NULL,
  refresh_expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at timestamptz
);
-- What an idempotent write answered the first time, kept a day.
CREATE TABLE idempotency_key (
  user_id integer NOT NULL REFERENCES user_account,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  status integer,
  body jsonb,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, key)
);
-- Bulk work (CSV replay, history) that shows its progress.
CREATE TABLE import_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  total bigint NOT NULL CHECK (total >= 0),
  done bigint NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'finished', 'failed')),
  report jsonb,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
