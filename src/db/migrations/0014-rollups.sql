-- Hourly and daily rollups as tables of our own on every edition: hours are closed one after the other, and a reading that
-- comes for a closed hour notes that hour in its own commit (`reading_late`), so that it is computed again. The views
-- `reading_hourly` and `reading_daily` are right at any moment: what is open or noted as late is computed from the readings.
CREATE TABLE reading_rollup_state (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- Who stores a reading measured before this notes its hour as late.
  closed_to timestamptz NOT NULL DEFAULT '1970-01-01T00:00:00Z',
  -- Hours before this are in reading_hour; never beyond closed_to.
  rolled_to timestamptz NOT NULL DEFAULT '1970-01-01T00:00:00Z',
  -- Some readings measured before this have been deleted: late hours there are told from the rollup, not from readings.
  kept_from timestamptz NOT NULL DEFAULT '1970-01-01T00:00:00Z',
  CHECK (rolled_to <= closed_to)
);
INSERT INTO reading_rollup_state DEFAULT VALUES;

CREATE TABLE reading_late (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id integer NOT NULL,
  hour timestamptz NOT NULL,
  metric_ids integer[] NOT NULL
);
CREATE INDEX reading_late_device ON reading_late (device_id, hour);

CREATE TABLE reading_hour (
  device_id integer NOT NULL, metric_id integer NOT NULL, bucket timestamptz NOT NULL,
  min double precision NOT NULL, max double precision NOT NULL,
  -- of the values below 1e290: a sum of larger ones would leave the range of a double
  sum double precision NOT NULL,
  n integer NOT NULL, last double precision NOT NULL, last_at timestamptz NOT NULL
);
SELECT create_hypertable('reading_hour', 'bucket', chunk_time_interval => INTERVAL '28 days', create_default_indexes => false);
CREATE UNIQUE INDEX reading_hour_key ON reading_hour (device_id, metric_id, bucket);

CREATE TABLE reading_day (LIKE reading_hour);
SELECT create_hypertable('reading_day', 'bucket', chunk_time_interval => INTERVAL '364 days', create_default_indexes => false);
CREATE UNIQUE INDEX reading_day_key ON reading_day (device_id, metric_id, bucket);

-- What stood in their place: continuous aggregates on one edition, views on the other. Rollups of readings that are
-- gone are taken over; the others are computed again.
DO $$
DECLARE
  oldest timestamptz := (SELECT min(range_start) FROM timescaledb_information.chunks WHERE hypertable_name = 'reading');
BEGIN
  IF EXISTS (SELECT FROM timescaledb_information.continuous_aggregates WHERE view_name = 'reading_hourly') THEN
    INSERT INTO reading_hour (device_id, metric_id, bucket, min, max, sum, n, last, last_at)
    SELECT device_id, metric_id, bucket, min, max, mean * n, n, last, bucket FROM reading_hourly WHERE bucket < oldest;
    INSERT INTO reading_day (device_id, metric_id, bucket, min, max, sum, n, last, last_at)
    SELECT device_id, metric_id, bucket, min, max, mean * n, n, last, bucket FROM reading_daily WHERE bucket < oldest;
    UPDATE reading_rollup_state SET kept_from = date_trunc('hour', now()) WHERE EXISTS (SELECT FROM reading_hour);
    DROP MATERIALIZED VIEW reading_daily;
    DROP MATERIALIZED VIEW reading_hourly;
  ELSE
    DROP VIEW reading_daily;
    DROP VIEW reading_hourly;
  END IF;
END $$;

-- Within min and max whatever the values: a quotient that leaves the range of a double would be an error.
CREATE FUNCTION reading_mean(sum double precision, n bigint, min double precision, max double precision)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
'SELECT least(max, greatest(min, CASE WHEN abs(sum) < 1e-290 THEN 0 ELSE sum / n END))';
-- The sum of the values that a sum of doubles can hold.
CREATE FUNCTION reading_summand(value double precision) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
'SELECT CASE WHEN abs(value) < 1e290 THEN value ELSE 0 END';

CREATE VIEW reading_hourly AS
SELECT device_id, metric_id, bucket, min, max, reading_mean(sum, n, min, max) AS mean, n::bigint AS n, last, sum
FROM reading_hour h
WHERE bucket < (SELECT rolled_to FROM reading_rollup_state) AND NOT EXISTS (
  SELECT FROM reading_late l WHERE l.device_id = h.device_id AND l.hour = h.bucket AND h.metric_id = ANY (l.metric_ids)
    AND l.hour >= (SELECT kept_from FROM reading_rollup_state))
UNION ALL
SELECT device_id, metric_id, time_bucket(INTERVAL '1 hour', measured_at) AS bucket, min(value), max(value),
       reading_mean(sum(reading_summand(value)), count(*), min(value), max(value)),
       count(*), last(value, measured_at), sum(reading_summand(value))
FROM reading WHERE measured_at >= (SELECT rolled_to FROM reading_rollup_state) GROUP BY 1, 2, 3
UNION ALL
SELECT r.device_id, r.metric_id, l.hour AS bucket, min(value), max(value),
       reading_mean(sum(reading_summand(value)), count(*), min(value), max(value)),
       count(*), last(value, measured_at), sum(reading_summand(value))
FROM (SELECT DISTINCT device_id, hour, unnest(metric_ids) AS metric_id FROM reading_late
      WHERE hour < (SELECT rolled_to FROM reading_rollup_state) AND hour >= (SELECT kept_from FROM reading_rollup_state)) l
JOIN reading r ON r.device_id = l.device_id AND r.metric_id = l.metric_id
  AND r.measured_at >= l.hour AND r.measured_at < l.hour + INTERVAL '1 hour'
GROUP BY 1, 2, 3;

CREATE VIEW reading_daily AS
SELECT device_id, metric_id, bucket, min, max, reading_mean(sum, n, min, max) AS mean, n::bigint AS n, last, sum
FROM reading_day d
WHERE bucket < time_bucket(INTERVAL '1 day', (SELECT rolled_to FROM reading_rollup_state)) AND NOT EXISTS (
  SELECT FROM reading_late l WHERE l.device_id = d.device_id AND l.hour >= d.bucket AND l.hour < d.bucket + INTERVAL '1 day'
    AND d.metric_id = ANY (l.metric_ids) AND l.hour >= (SELECT kept_from FROM reading_rollup_state))
UNION ALL
SELECT device_id, metric_id, time_bucket(INTERVAL '1 day', bucket) AS bucket, min(min), max(max),
       reading_mean(sum(sum), sum(n)::bigint, min(min), max(max)), sum(n)::bigint, last(last, bucket), sum(sum)
FROM reading_hourly WHERE bucket >= time_bucket(INTERVAL '1 day', (SELECT rolled_to FROM reading_rollup_state)) GROUP BY 1, 2, 3
UNION ALL
SELECT h.device_id, h.metric_id, l.day AS bucket, min(min), max(max),
       reading_mean(sum(sum), sum(n)::bigint, min(min), max(max)), sum(n)::bigint, last(last, h.bucket), sum(sum)
FROM (SELECT DISTINCT device_id, time_bucket(INTERVAL '1 day', hour) AS day, unnest(metric_ids) AS metric_id
      FROM reading_late
      WHERE hour < time_bucket(INTERVAL '1 day', (SELECT rolled_to FROM reading_rollup_state)) AND hour >= (SELECT kept_from FROM reading_rollup_state)) l
JOIN reading_hourly h ON h.device_id = l.device_id AND h.metric_id = l.metric_id
  AND h.bucket >= l.day AND h.bucket < l.day + INTERVAL '1 day'
GROUP BY 1, 2, 3;

-- The newest reading of each device and metric, so that the whole fleet's are one short look. Written a moment after the
-- commit of the reading, and put right by the rollups, which see every reading; never ahead of `reading`.
CREATE TABLE reading_latest (
  device_id integer NOT NULL, metric_id integer NOT NULL,
  measured_at timestamptz NOT NULL, value double precision NOT NULL, quality smallint NOT NULL,
  PRIMARY KEY (device_id, metric_id)
) WITH (fillfactor = 50);
CREATE INDEX reading_latest_metric ON reading_latest (metric_id, device_id);

-- A run says that it is alive while it runs, so that one cut off with its process is told from a long one.
ALTER TABLE maintenance_run ADD COLUMN alive_at timestamptz;
