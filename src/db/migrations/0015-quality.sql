-- What is wrong with data, as episodes; found again from the readings after a kill, so their key is when they opened.
CREATE TABLE data_quality_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL REFERENCES device,
  kind text NOT NULL CHECK (kind IN ('stale', 'gap', 'stuck', 'range', 'clock-skew', 'clock-step', 'clock-drift')),
  metric text NOT NULL DEFAULT '', -- '' = the device as a whole
  opened_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  closed_at timestamptz,
  n integer NOT NULL CHECK (n >= 0),
  evidence jsonb NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (device_id, kind, metric, opened_at)
);
CREATE INDEX data_quality_open ON data_quality_event (device_id, kind) WHERE closed_at IS NULL;
CREATE INDEX data_quality_newest ON data_quality_event (opened_at DESC, id DESC);

-- What the quality watch remembers of a device; readings received after the watermark are watched again at a start.
CREATE TABLE quality_state (
  device_id integer PRIMARY KEY REFERENCES device,
  watermark timestamptz NOT NULL,
  measured_to timestamptz NOT NULL,
  snapshot jsonb NOT NULL
);
-- When a device was last heard; apart from the device's own row, because it is written all the time.
CREATE TABLE device_heard (
  device_id integer PRIMARY KEY REFERENCES device,
  received_at timestamptz NOT NULL,
  measured_at timestamptz NOT NULL
) WITH (fillfactor = 70);

-- Connected and disconnected, and what firmware ran when: the device's own past.
CREATE TABLE device_presence (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL REFERENCES device,
  at timestamptz NOT NULL,
  presence text NOT NULL CHECK (presence IN ('online', 'offline'))
);
CREATE INDEX device_presence_at ON device_presence (device_id, at DESC);
INSERT INTO device_presence (device_id, at, presence)
  SELECT id, presence_at, presence FROM device WHERE presence <> 'unknown' AND presence_at IS NOT NULL;
CREATE TABLE device_firmware (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL REFERENCES device,
  at timestamptz NOT NULL,
  firmware text NOT NULL,
  previous text
);
CREATE INDEX device_firmware_at ON device_firmware (device_id, at DESC);

-- Who decided about a held payload, and why.
ALTER TABLE quarantine ADD COLUMN decided_at timestamptz;
ALTER TABLE quarantine ADD COLUMN decided_by text;
ALTER TABLE quarantine ADD COLUMN note text;
CREATE INDEX quarantine_state ON quarantine (state, id DESC);
CREATE INDEX quarantine_device ON quarantine (device_code, id DESC);
-- What was deleted because it was too old or too much: never silently.
CREATE TABLE quarantine_trimmed (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  device_code text NOT NULL,
  state text NOT NULL,
  cause text NOT NULL CHECK (cause IN ('age', 'device-full', 'full')),
  entries integer NOT NULL,
  bytes bigint NOT NULL
);
CREATE INDEX quarantine_trimmed_at ON quarantine_trimmed (at DESC);

-- How payloads of a product or of one device are mended before they are decoded. A version is never changed; the newest
-- of a product or device is in force, and an empty one ends the mending.
CREATE TABLE payload_mapping (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_code text REFERENCES product,
  device_code text REFERENCES device (code),
  version integer NOT NULL,
  mapping jsonb NOT NULL,
  note text NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  CHECK ((product_code IS NULL) <> (device_code IS NULL)),
  UNIQUE (product_code, version),
  UNIQUE (device_code, version)
);
CREATE TRIGGER payload_mapping_append_only BEFORE UPDATE OR DELETE ON payload_mapping
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
