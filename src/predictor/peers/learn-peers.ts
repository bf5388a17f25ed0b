// Learns every night what is normal among the devices of one product and firmware, from the normals the devices have learned of
// themselves. Small groups are left out: of them nothing can be told.
import type { EpochMs } from '../../contracts/time.ts';
import { DAY_MS } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import { FEWEST_PEERS, LEARNED_MS } from '../core/multivariate/peers.ts';

/** A device that was not heard of for longer is nobody's peer. */
const HEARD_WITHIN_MS = 30 * DAY_MS;

const LEARN = `
  INSERT INTO peer_normal (product_code, firmware, mode, metric, devices, median, mad, spread, learned_at)
  WITH own AS (
    SELECT coalesce(d.firmware, '') AS firmware, n->>'mode' AS mode, s->>'metric' AS metric,
      (n->>'mean')::float8 AS mean, sqrt(greatest((n->>'variance')::float8, 0)) AS spread
    FROM device d JOIN predictor_state p ON p.device_id = d.id
    CROSS JOIN LATERAL jsonb_array_elements(p.snapshot->'series') s
    CROSS JOIN LATERAL jsonb_array_elements(s->'detectors') n
    WHERE d.product_code = $1 AND (n->>'learnedMs')::float8 >= $2 AND p.measured_to >= $3
  ), middle AS (
    SELECT firmware, mode, metric, count(*) AS devices, percentile_cont(0.5) WITHIN GROUP (ORDER BY mean) AS median,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY spread) AS spread
    FROM own GROUP BY firmware, mode, metric HAVING count(*) >= $4
  )
  SELECT $1, firmware, mode, metric, m.devices, m.median,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(o.mean - m.median)), m.spread, $5
  FROM middle m JOIN own o USING (firmware, mode, metric)
  GROUP BY firmware, mode, metric, m.devices, m.median, m.spread`;

/** Says in one line what was learned. */
export async function learnPeers(database: Database, nowMs: EpochMs, signal: AbortSignal): Promise<string> {
  const { rows: products } = await database.query<{ code: string }>('SELECT code FROM product ORDER BY code');
  let learned = 0;
  for (const { code } of products) {
    if (signal.aborted) break;
    learned += await database.transaction(async (tx) => {
      await tx.query('DELETE FROM peer_normal WHERE product_code = $1', [code]);
      const heardSince = new Date(nowMs - HEARD_WITHIN_MS);
      const { rowCount } = await tx.query(LEARN, [code, LEARNED_MS, heardSince, FEWEST_PEERS, new Date(nowMs)]);
      return rowCount ?? 0;
    });
  }
  return `${learned} normals of ${products.length} products learned from their devices`;
}
