-- Hourly and daily rollups as continuous aggregates; node-cron drives the refresh on every edition.
CREATE MATERIALIZED VIEW reading_hourly WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT device_id, metric_id, time_bucket(INTERVAL '1 hour', measured_at) AS bucket,
       min(value) AS min, max(value) AS max, avg(value) AS mean, count(*) AS n, last(value, measured_at) AS last
FROM reading GROUP BY 1, 2, 3 WITH NO DATA;

CREATE MATERIALIZED VIEW reading_daily WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT device_id, metric_id, time_bucket(INTERVAL '1 day', measured_at) AS bucket,
       min(value) AS min, max(value) AS max, avg(value) AS mean, count(*) AS n, last(value, measured_at) AS last
FROM reading GROUP BY 1, 2, 3 WITH NO DATA;
