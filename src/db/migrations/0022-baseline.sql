-- When a device's normal began to be learned anew, and why: a repair, another component, another product, a normal that a
-- visit found to be no fault.
CREATE TABLE baseline_reset (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL REFERENCES device,
  component text NOT NULL DEFAULT '', -- '' = the device as a whole
  at timestamptz NOT NULL,
  reason text NOT NULL CHECK (reason IN
    ('job', 'component-changed', 'component-changed-without-job', 'product-changed', 'found-normal')),
  work_order_id bigint,
  detail jsonb NOT NULL DEFAULT '{}', -- serials, products
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (device_id, component, at, reason)
);
CREATE INDEX baseline_reset_at ON baseline_reset (device_id, at DESC);
