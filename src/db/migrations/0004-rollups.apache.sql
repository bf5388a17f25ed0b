-- The same names and columns as the continuous aggregates, computed when read: the Apache edition has no aggregates.
CREATE VIEW reading_hourly AS
SELECT device_id, metric_id, time_bucket(INTERVAL '1 hour', measured_at) AS bucket,
       min(value) AS min, max(value) AS max, avg(value) AS mean, count(*) AS n, last(value, measured_at) AS last
FROM reading GROUP BY 1, 2, 3;

CREATE VIEW reading_daily AS
SELECT device_id, metric_id, time_bucket(INTERVAL '1 day', measured_at) AS bucket,
       min(value) AS min, max(value) AS max, avg(value) AS mean, count(*) AS n, last(value, measured_at) AS last
FROM reading GROUP BY 1, 2, 3;
