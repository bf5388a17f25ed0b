// Learns every night what is normal among the devices of one product, by production lot, by firmware and all together, from the
// normals the devices have learned of themselves. Small groups are left out: of them nothing can be told.
import type { EpochMs } from '../../contracts/time.ts';
import { DAY_MS, HOUR_MS } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import { FEWEST_TO_BEGIN_FROM } from '../core/multivariate/peer-normals.ts';
import { LEARNED_MS } from '../core/multivariate/peers.ts';

/** A device that was not heard of for longer is nobody's peer. */
const HEARD_WITHIN_MS = 30 * DAY_MS;

const LEARN = `
  INSERT INTO peer_normal (product_code, cohort, member, mode, metric, devices, median, mad, spread, slow, scatter, learned_hours, learned_at)
  WITH own AS (
    SELECT g.cohort, g.member, n->>'mode' AS mode, s->>'metric' AS metric,
      (n->>'mean')::float8 AS mean, sqrt(greatest((n->>'variance')::float8, 0)) AS spread,
      sqrt(greatest((n->>'slowVariance')::float8, 0)) AS slow, greatest((n->>'scatterMean')::float8, 0) AS scatter,
      (n->>'learnedMs')::float8 / ${HOUR_MS} AS learned_hours
    FROM device d JOIN predictor_state p ON p.device_id = d.id
    CROSS JOIN LATERAL (
      VALUES ('product', ''), ('firmware', coalesce(d.firmware, '')), ('lot', d.lot)
    ) AS g (cohort, member)
    CROSS JOIN LATERAL jsonb_array_elements(p.snapshot->'series') s
    CROSS JOIN LATERAL jsonb_array_elements(s->'detectors') n
    WHERE d.product_code = $1 AND g.member IS NOT NULL AND (n->>'learnedMs')::float8 >= $2 AND p.measured_to >= $3
  ), middle AS (
    SELECT cohort, member, mode, metric, count(*) AS devices, percentile_cont(0.5) WITHIN GROUP (ORDER BY mean) AS median,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY spread) AS spread, percentile_cont(0.75) WITHIN GROUP (ORDER BY slow) AS slow,
      percentile_cont(0.75) WITHIN GROUP (ORDER BY scatter) AS scatter,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY learned_hours) AS learned_hours
    FROM own GROUP BY cohort, member, mode, metric HAVING count(*) >= $4
  )
  SELECT $1, cohort, member, mode, metric, m.devices, m.median,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(o.mean - m.median)), m.spread, m.slow, m.scatter, m.learned_hours, $5
  FROM middle m JOIN own o USING (cohort, member, mode, metric)
  GROUP BY cohort, member, mode, metric, m.devices, m.median, m.spread, m.slow, m.scatter, m.learned_hours`;

/** Says in one line what was learned. */
export async function learnPeers(database: Database, nowMs: EpochMs, signal: AbortSignal): Promise<string> {
  const { rows: products } = await database.query<{ code: string }>('SELECT code FROM product ORDER BY code');
  let learned = 0;
  for (const { code } of products) {
    if (signal.aborted) break;
    learned += await database.transaction(async (tx) => {
      await tx.query('DELETE FROM peer_normal WHERE product_code = $1', [code]);
      const heardSince = new Date(nowMs - HEARD_WITHIN_MS);
      const { rowCount } = await tx.query(LEARN, [code, LEARNED_MS, heardSince, FEWEST_TO_BEGIN_FROM, new Date(nowMs)]);
      return rowCount ?? 0;
    });
  }
  return `${learned} normals of ${products.length} products learned from their devices`;
}
