// The questions of the scorecard to the database: what was said, what nobody warned of, and how long it was looked, by what the
// figures are told of.
import type { ScorecardGroup } from '../../contracts/http/scorecard.ts';

/** Devices a person may see, with when they were first judged: before that nothing could have been said of them. */
const DEVICES = `judged AS (
  SELECT d.id, d.code, d.product_code, (SELECT min(h.at) FROM device_health_point h WHERE h.device_id = d.id AND h.component = '') AS since
  FROM device d JOIN station s ON s.code = d.station_code
  WHERE ($1::text[] IS NULL OR s.region_code = ANY ($1)) AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))
    AND ($3::text IS NULL OR d.product_code = $3))`;

/** When a version had a say: from its first activation or shadow on, the detector that comes with the program always. */
const VERSIONS = `spoken AS (
  SELECT e.model, e.model_version, e.is_shadow,
    CASE WHEN m.product_code IS NOT NULL THEN min(c.at) END AS since, max(m.product_code) AS product
  FROM (SELECT DISTINCT model, model_version, is_shadow, product_code FROM prediction_episode) e
  LEFT JOIN model m ON m.kind = e.model AND m.version::text = e.model_version
    AND (m.product_code IS NULL OR m.product_code = e.product_code)
  LEFT JOIN model_change c ON c.model_id = m.id AND c.change IN ('activated', 'shadowed', 'rolled-back')
  GROUP BY e.model, e.model_version, e.is_shadow, m.product_code)`;

/** What a row of the scorecard is the figures of; null, or false, where it is of all of them. */
export interface Group {
  model: string | null;
  version: string | null;
  shadow: boolean;
  product: string | null;
  component: string | null;
  failure_mode: string | null;
  device: string | null;
  /** YYYY-MM, in which it was said or failed. */
  month: string | null;
}

export interface CountRow extends Group {
  tp: number;
  fp: number;
  censored: number;
  open: number;
  leads: number[] | null;
  currency: string | null;
  gross: bigint | null;
  confirmed: bigint | null;
  false_alarm: bigint | null;
  actual_net: bigint | null;
  actual_jobs: number;
}

const GROUPED: Readonly<Record<ScorecardGroup, readonly (keyof Group)[]>> = {
  model: ['model', 'version', 'shadow'],
  product: ['product'],
  'failure-mode': ['product', 'component', 'failure_mode'],
  device: ['product', 'device'],
  month: ['model', 'version', 'shadow', 'month'],
};

type Columns = Readonly<Record<keyof Group, string>>;
const SAID: Columns = {
  model: 'e.model',
  version: 'e.model_version',
  shadow: 'e.is_shadow',
  product: 'e.product_code',
  component: 'e.component',
  failure_mode: 'e.failure_mode',
  device: 'd.code',
  month: `to_char(e.raised_at AT TIME ZONE 'UTC', 'YYYY-MM')`,
};
const FAILED: Columns = {
  model: 'v.model',
  version: 'v.model_version',
  shadow: 'v.is_shadow',
  product: 'f.product_code',
  component: 'f.component',
  failure_mode: 'f.failure_mode',
  device: 'd.code',
  month: `to_char(f.failed_at AT TIME ZONE 'UTC', 'YYYY-MM')`,
};
const WATCHED: Columns = {
  ...FAILED,
  product: 'd.product_code',
  // Modes of a product were watched as long as its devices.
  component: 'NULL::text',
  failure_mode: 'NULL::text',
  month: `to_char(m.at, 'YYYY-MM')`,
};

const columnsOf = (by: ScorecardGroup, columns: Columns): string =>
  (Object.keys(columns) as (keyof Group)[])
    .map((name) => {
      const all = name === 'shadow' ? 'false' : 'NULL::text';
      return `${GROUPED[by].includes(name) ? columns[name] : all} AS ${name}`;
    })
    .join(', ');

/** Each version by itself, those in shadow too; else what the house was told. */
const tellsVersions = (by: ScorecardGroup): boolean => GROUPED[by].includes('model');

export const countsOf = (by: ScorecardGroup): string => `
  WITH ${DEVICES} SELECT ${columnsOf(by, SAID)}, e.currency,
    count(*) FILTER (WHERE outcome = 'true-positive')::integer AS tp, count(*) FILTER (WHERE outcome = 'false-positive')::integer AS fp,
    count(*) FILTER (WHERE outcome = 'censored')::integer AS censored, count(*) FILTER (WHERE outcome IS NULL)::integer AS open,
    array_agg(lead_hours) FILTER (WHERE outcome = 'true-positive' AND lead_hours IS NOT NULL) AS leads,
    sum(unplanned_minor - planned_minor) FILTER (WHERE outcome = 'true-positive')::bigint AS gross,
    sum(unplanned_minor - planned_minor) FILTER (WHERE outcome = 'true-positive' AND basis = 'finding')::bigint AS confirmed,
    sum(needless_minor) FILTER (WHERE outcome = 'false-positive')::bigint AS false_alarm,
    sum(CASE outcome WHEN 'true-positive' THEN unplanned_minor - coalesce(job.cost, planned_minor)
      WHEN 'false-positive' THEN -coalesce(job.cost, needless_minor) END)::bigint AS actual_net,
    count(job.cost) FILTER (WHERE outcome IN ('true-positive', 'false-positive'))::integer AS actual_jobs
  FROM prediction_episode e JOIN judged d ON d.id = e.device_id
  LEFT JOIN LATERAL (SELECT sum(f.amount_minor)::bigint AS cost FROM cost_fact f
    WHERE f.work_order_id = e.work_order_id AND f.currency = e.currency) job ON true
  WHERE ($4::timestamptz IS NULL OR e.raised_at >= $4) AND e.raised_at < $5 ${tellsVersions(by) ? '' : 'AND NOT e.is_shadow'}
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, e.currency`;

/** Failures nobody warned of in time. */
export const missedOf = (by: ScorecardGroup): string => `
  WITH ${DEVICES}, ${VERSIONS} SELECT ${columnsOf(by, FAILED)}, count(*)::integer AS missed
  FROM known_failure f JOIN judged d ON d.id = f.device_id AND f.failed_at >= d.since
  ${tellsVersions(by) ? 'JOIN spoken v ON (v.since IS NULL OR f.failed_at >= v.since) AND (v.product IS NULL OR v.product = f.product_code)' : ''}
  WHERE ($4::timestamptz IS NULL OR f.failed_at >= $4) AND f.failed_at < $5 AND NOT EXISTS (
    SELECT 1 FROM prediction_episode e WHERE e.device_id = f.device_id AND e.component = f.component
      AND e.failure_mode = f.failure_mode
      AND f.failed_at >= e.raised_at + make_interval(secs => e.minimum_lead_hours * 3600)
      AND f.failed_at <= e.raised_at + make_interval(secs => e.horizon_hours * 3600)
      AND ${tellsVersions(by) ? 'e.model = v.model AND e.model_version = v.model_version AND e.is_shadow = v.is_shadow' : 'NOT e.is_shadow'})
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`;

/** How long devices were under the eyes of a version, or of the house; by month what of it fell into each. */
export const exposureOf = (by: ScorecardGroup): string => {
  const isMonthly = by === 'month';
  const since = `greatest(d.since, $4::timestamptz${tellsVersions(by) ? ', v.since' : ''}${isMonthly ? ", m.at AT TIME ZONE 'UTC'" : ''})`;
  const until = isMonthly
    ? `least($5::timestamptz, (m.at + interval '1 month') AT TIME ZONE 'UTC')`
    : '$5::timestamptz';
  return `
  WITH ${DEVICES}, ${VERSIONS} SELECT ${columnsOf(by, WATCHED)},
    sum(greatest(0, extract(epoch FROM ${until} - ${since}) * 1000))::float8 AS ms
  FROM judged d ${tellsVersions(by) ? 'JOIN spoken v ON v.product IS NULL OR v.product = d.product_code' : ''}
  ${isMonthly ? `CROSS JOIN LATERAL generate_series(date_trunc('month', d.since AT TIME ZONE 'UTC'), $5::timestamptz AT TIME ZONE 'UTC', interval '1 month') m (at)` : ''}
  WHERE d.since IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`;
};
