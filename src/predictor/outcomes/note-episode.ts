// Keeps one row for each time a model said that something will fail, so that what it said can be held against what happened.
import type { EpochMs } from '../../contracts/time.ts';
import type { Transaction } from '../../db/database.ts';
import { MINIMUM_LEAD_HOURS } from '../core/scoring/judge-episode.ts';
import type { ActionCosts } from '../core/prognosis.ts';

export interface Said {
  deviceId: number;
  component: string;
  failureMode: string;
  model: string;
  modelVersion: string;
  probability: number;
  horizonHours: number;
  costs: ActionCosts | null;
  atMs: EpochMs;
}

const COLUMNS = `device_id, product_code, component, failure_mode, model, model_version, alert_id, is_shadow, raised_at, last_at,
  horizon_hours, minimum_lead_hours, probability, peak_probability, planned_minor, unplanned_minor, needless_minor, currency`;
const SELECTED = `d.id, d.product_code, $2::text, $3::text, $4::text, $5::text, $6::bigint, $6::bigint IS NULL, $7::timestamptz, $7::timestamptz,
  $8::float8, $9::float8, $10::float8, $10::float8, $11::bigint, $12::bigint, $13::bigint, $14::text`;

const valuesOf = (said: Said, alertId: number | null): unknown[] => [
  said.deviceId,
  said.component,
  said.failureMode,
  said.model,
  said.modelVersion,
  alertId,
  new Date(said.atMs),
  said.horizonHours,
  MINIMUM_LEAD_HOURS,
  said.probability,
  said.costs?.plannedMinor ?? null,
  said.costs?.unplannedMinor ?? null,
  said.costs?.needlessMinor ?? null,
  said.costs?.currency ?? null,
];

/** The episode of an alert: raised with its first prognosis, followed by the later ones. */
export async function noteEpisode(tx: Transaction, said: Said, alertId: number): Promise<void> {
  await tx.prepared(
    'prediction-episode',
    `INSERT INTO prediction_episode AS e (${COLUMNS}) SELECT ${SELECTED} FROM device d WHERE d.id = $1
     ON CONFLICT (alert_id) DO UPDATE SET last_at = greatest(e.last_at, excluded.last_at),
       peak_probability = greatest(e.peak_probability, excluded.peak_probability)`,
    valuesOf(said, alertId),
  );
}

/**
 * What a shadow model would have raised: said again within `refractoryMs` of its open episode it is the same one. It raises no
 * alert and no job.
 */
export async function noteShadow(tx: Transaction, said: Said, refractoryMs: number): Promise<void> {
  const values = valuesOf(said, null);
  const { rowCount } = await tx.prepared(
    'shadow-episode-enrich',
    `UPDATE prediction_episode SET last_at = greatest(last_at, $6), peak_probability = greatest(peak_probability, $7)
     WHERE device_id = $1 AND component = $2 AND failure_mode = $3 AND model = $4 AND model_version = $5 AND is_shadow
       AND outcome IS NULL AND last_at >= $6::timestamptz - make_interval(secs => $8)`,
    [...values.slice(0, 5), new Date(said.atMs), said.probability, refractoryMs / 1000],
  );
  if (rowCount > 0) return;
  await tx.prepared(
    'shadow-episode',
    `INSERT INTO prediction_episode (${COLUMNS}) SELECT ${SELECTED} FROM device d WHERE d.id = $1`,
    values,
  );
}
