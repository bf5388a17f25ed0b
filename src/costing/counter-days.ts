// What counters in telemetry went on by, day by day, from the daily rollups.

/** A day before the first one asked for is looked for this far back, to count from where the counter stood. */
const LOOK_BACK = "INTERVAL '35 days'";

/**
 * A query of `device_id`, `metric_id`, `bucket` (the day) and `quantity` for metrics (a condition on `metric_id`) in [from, to). A day
 * that ends below the one before was reset, and counts from zero; what a day lost to a reset within it is its highest value.
 */
export const counterDays = (metrics: string, from: string, to: string): string => `
  SELECT device_id, metric_id, bucket, CASE
      WHEN before IS NULL THEN greatest(last - min, 0)
      WHEN last >= before AND max <= last THEN last - before
      WHEN max > last THEN greatest(max - before, 0) + last
      ELSE last END AS quantity
  FROM (SELECT device_id, metric_id, bucket, min, max, last, lag(last) OVER (PARTITION BY device_id, metric_id ORDER BY bucket) AS before
        FROM reading_daily WHERE ${metrics} AND bucket >= ${from} - ${LOOK_BACK} AND bucket < ${to}) day
  WHERE bucket >= ${from}`;
