// How time left, as it was told, turned out: read from the failures that are known for certain and from what stood before
// them, so that the width of the next intervals follows what was realised.
import { type EpochMs, HOUR_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { AdaptiveWidth } from '../core/conformal/adaptive.ts';
import { realisedTimeLeft, widthAfter } from '../core/realised-time-left.ts';
import { FRESH_HOURS } from '../core/remaining-life/component-ask.ts';
import type { TimeLeft } from '../core/trend.ts';

interface Kind {
  product: string;
  component: string;
  /** By a trained model, or by the line through the signs. */
  isTrained: boolean;
}

/** Newest failures that count; older ones say little about how the equipment is worked now. */
const OUTCOMES_LIMIT = 200;
/** What was told in the last quarter of the horizon is too easy to be a test. */
const REALISED = `
  SELECT p.rul_hours_p10 AS p10, p.rul_hours_p90 AS p90, p.rul_more_than_hours AS "moreThan",
    (extract(epoch FROM f.failed_at - p.made_at) / 3600)::float8 AS hours
  FROM (SELECT * FROM known_failure WHERE product_code = $1 AND component = $2 ORDER BY failed_at DESC LIMIT ${OUTCOMES_LIMIT}) f
  CROSS JOIN LATERAL (
    SELECT * FROM prognosis WHERE device_id = f.device_id AND component = f.component AND NOT is_shadow AND NOT is_strange
      AND rul_hours_p50 IS NOT NULL AND (model = 'remaining-life') = $3
      AND made_at <= f.failed_at - make_interval(hours => ceil(horizon_hours / 4)::int)
      AND made_at > f.failed_at - make_interval(hours => ceil(4 * horizon_hours)::int)
    ORDER BY made_at DESC LIMIT 1) p
  ORDER BY f.failed_at`;

export async function widthOf(db: Queryable, { product, component, isTrained }: Kind): Promise<AdaptiveWidth> {
  const { rows } = await db.prepared<Parameters<typeof widthAfter>[0][number]>('realised-time-left', REALISED, [
    product,
    component,
    isTrained,
  ]);
  return widthAfter(rows);
}

/** A trained model's time left of the component, as it stands at an instant; `null` where there is none to be relied on. */
async function trainedTimeLeft(
  db: Queryable,
  { device, component, atMs }: { device: number; component: string; atMs: EpochMs },
): Promise<TimeLeft | null> {
  const { rows } = await db.prepared<TimeLeft>(
    'trained-time-left',
    `SELECT rul_hours_p10 AS p10, rul_hours_p50 AS p50, rul_hours_p90 AS p90, probability AS "withinHorizon" FROM prognosis
     WHERE device_id = $1 AND component = $2 AND model = 'remaining-life' AND NOT is_shadow AND NOT is_strange
       AND rul_hours_p50 IS NOT NULL AND rul_more_than_hours IS NULL AND made_at <= $3 AND made_at > $4
     ORDER BY made_at DESC LIMIT 1`,
    [device, component, new Date(atMs), new Date(atMs - FRESH_HOURS * HOUR_MS)],
  );
  return rows[0] ?? null;
}

export interface TimeLeftQuestion {
  device: number;
  product: string;
  component: string;
  atMs: EpochMs;
  /** What the line through the signs says. */
  line: TimeLeft | null;
}

/** A trained model before the line; the line as wide as what came of earlier ones asks for. */
export async function timeLeftOf(db: Queryable, { line, ...question }: TimeLeftQuestion): Promise<TimeLeft | null> {
  const trained = await trainedTimeLeft(db, question);
  if (trained !== null || line === null) return trained ?? line;
  return realisedTimeLeft(line, await widthOf(db, { ...question, isTrained: false }));
}
