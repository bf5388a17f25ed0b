-- Imports of uploaded files beside those that are only announced; `uploaded` waits for its mapping.
ALTER TABLE import_run ADD COLUMN kind text NOT NULL DEFAULT 'announced' CHECK (kind IN ('announced', 'file'));
ALTER TABLE import_run ADD COLUMN started_by text;
ALTER TABLE import_run DROP CONSTRAINT import_run_state_check;
ALTER TABLE import_run ADD CONSTRAINT import_run_state_check
  CHECK (state IN ('uploaded', 'running', 'finished', 'failed', 'cancelled'));

-- The uploaded file in pieces, gzipped: any process can work on it, and it survives a restart. `checkpoint` is what is
-- durable of it; who works on it holds it by `claimed_by` until `claimed_until`.
CREATE TABLE import_file (
  import_id bigint PRIMARY KEY REFERENCES import_run,
  bytes bigint NOT NULL,
  lines bigint NOT NULL,
  map jsonb,
  checkpoint jsonb,
  claimed_by text,
  claimed_until timestamptz
);
CREATE TABLE import_chunk (
  import_id bigint NOT NULL REFERENCES import_run,
  number integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (import_id, number)
);
