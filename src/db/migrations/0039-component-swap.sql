-- A component that is another one by its serial number, with no job that says so: a person confirms the replacement or disputes it.
CREATE TABLE component_swap (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL REFERENCES device,
  component text NOT NULL,
  at timestamptz NOT NULL,
  previous_serial text NOT NULL, serial text NOT NULL,
  -- What was learned of it before, taken back when nothing was replaced.
  learned json NOT NULL,
  decision text CHECK (decision IN ('confirmed', 'disputed')),
  decided_by text, decided_at timestamptz, note text,
  UNIQUE (device_id, component, at),
  CHECK ((decision IS NULL) = (decided_at IS NULL)),
  CHECK ((decision IS NULL) = (decided_by IS NULL))
);
CREATE INDEX component_swap_device ON component_swap (device_id, id DESC);
ALTER TABLE baseline_reset DROP CONSTRAINT baseline_reset_reason_check;
ALTER TABLE baseline_reset ADD CONSTRAINT baseline_reset_reason_check CHECK (reason IN
  ('job', 'component-changed', 'component-changed-without-job', 'product-changed', 'found-normal', 'swap-confirmed', 'swap-disputed'));
