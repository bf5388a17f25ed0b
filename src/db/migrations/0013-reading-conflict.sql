-- A key that came again with another value: the first stands and is flagged, the other is kept here. `seen` counts the
-- arrivals of that other value, redeliveries with it.
CREATE TABLE reading_conflict (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id        integer NOT NULL REFERENCES device,
  metric_id        integer NOT NULL REFERENCES metric,
  measured_at      timestamptz NOT NULL,
  stored_value     double precision NOT NULL,
  other_value      double precision NOT NULL,
  received_at      timestamptz NOT NULL,
  last_received_at timestamptz NOT NULL,
  seen             integer NOT NULL DEFAULT 1,
  UNIQUE (device_id, metric_id, measured_at, other_value)
);
CREATE INDEX reading_conflict_of_device ON reading_conflict (device_id, id DESC);

-- Commits are promised to carry no `received_at` beyond this instant, so a start with a clock set back goes on after it.
CREATE TABLE arrival_mark (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  reserved_until timestamptz NOT NULL
) WITH (fillfactor = 10);
-- What was stored before there was a mark: no clock that wrote it was further ahead than its newest reading.
INSERT INTO arrival_mark (reserved_until) SELECT coalesce(max(received_at), '2000-01-01') FROM reading;

-- Arrival times given to messages without one, by packet id: a redelivery gets the time it had. A slot is taken over by
-- the next message whose packet id falls on it.
CREATE TABLE arrival_given (
  device_id    integer NOT NULL REFERENCES device,
  slot         smallint NOT NULL,
  packet_id    integer NOT NULL,
  payload_hash bytea NOT NULL,
  given_at     timestamptz NOT NULL,
  PRIMARY KEY (device_id, slot)
) WITH (fillfactor = 50);
