-- Who made a token, and when it last let its device in.
ALTER TABLE device_credential ADD COLUMN created_by text;
ALTER TABLE device_credential ADD COLUMN last_used_at timestamptz;

-- Client certificates: those issued here, and those of the same authority that were first seen when a device showed one.
-- `serial` is lower-case hex, unique within its authority, which is named by the SHA-256 of its own certificate.
CREATE TABLE device_certificate (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL REFERENCES device,
  authority text NOT NULL,
  serial text NOT NULL CHECK (serial ~ '^[0-9a-f]+$'),
  certificate bytea NOT NULL,
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  UNIQUE (authority, serial)
);
CREATE INDEX device_certificate_device ON device_certificate (device_id);

-- The newest signed list of each authority, so that a process without the key can tell it to its TLS door.
CREATE TABLE revocation_list (
  authority text PRIMARY KEY,
  number bigint NOT NULL,
  list bytea NOT NULL,
  next_update timestamptz NOT NULL
);
