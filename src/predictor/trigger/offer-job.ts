// Takes the job a prognosis asks for as far as its model's mode, its costs and the station's cap let it go. What does not
// become a job is kept beside with the reason: nothing is dropped in silence.
import { type EpochMs, isoOf } from '../../contracts/time.ts';
import type { Severity } from '../../contracts/work-order-states.ts';
import type { Transaction } from '../../db/database.ts';
import { appendEvent } from '../../db/event-log.ts';
import { decide, type TriggerMode } from '../core/trigger/decide.ts';
import { lockCap, releaseHeld } from './release-held.ts';

export interface JobOffer {
  prognosisId: number;
  alertId: number;
  device: { id: number; code: string };
  component: string;
  failureMode: string;
  model: string;
  modelVersion: string;
  probability: number;
  threshold: number | null;
  hasCosts: boolean;
  valueMinor: bigint | null;
  currency: string | null;
  severity: Severity;
  atMs: EpochMs;
}

/** A model nobody put in force may ask, but not act. */
const MODE_OF_UNKNOWN: TriggerMode = 'suggest';

async function modeOf(tx: Transaction, { model, modelVersion, device }: JobOffer): Promise<TriggerMode> {
  const { rows } = await tx.prepared<{ mode: TriggerMode }>(
    'model-mode',
    `SELECT m.mode FROM model m JOIN device d ON d.id = $3
     WHERE m.kind = $1 AND m.version::text = $2 AND (m.product_code IS NULL OR m.product_code = d.product_code)
     ORDER BY m.product_code NULLS LAST LIMIT 1`,
    [model, modelVersion, device.id],
  );
  return rows[0]?.mode ?? MODE_OF_UNKNOWN;
}

const INSERT = `
  INSERT INTO job_proposal (prognosis_id, alert_id, device_id, component, failure_mode, model, model_version, mode, station_code,
    severity, probability, threshold, value_minor, currency, made_at, state, why)
  SELECT $1, $2, d.id, $4, $5, $6, $7, $8, d.station_code, $9, $10, $11, $12, $13, $14, $15, $16 FROM device d WHERE d.id = $3
  ON CONFLICT DO NOTHING RETURNING id, station_code AS station`;

/** True when the offer was dealt with, so that it is not made again in this episode. */
export async function offerJob(tx: Transaction, offer: JobOffer): Promise<boolean> {
  const { device, atMs, alertId } = offer;
  const mode = await modeOf(tx, offer);
  const decision = decide({ ...offer, mode });
  if (decision === null) return false;
  const isWanted = decision.state === 'wanted';
  const { rows } = await tx.prepared<{ id: bigint; station: string }>('job-proposal', INSERT, [
    offer.prognosisId,
    alertId,
    device.id,
    offer.component,
    offer.failureMode,
    offer.model,
    offer.modelVersion,
    mode,
    offer.severity,
    offer.probability,
    offer.threshold,
    offer.valueMinor,
    offer.currency,
    new Date(atMs),
    // What is wanted waits until room is found for it, which may be at once.
    isWanted ? 'held' : decision.state,
    isWanted ? 'cap-reached' : decision.why,
  ]);
  const row = rows[0];
  // Somebody is being asked already, or it waits for room.
  if (row === undefined) return true;
  appendEvent(tx, {
    type: 'proposal.changed',
    at: isoOf(atMs),
    payload: { proposalId: Number(row.id), alertId, device: device.code },
  });
  if (isWanted) {
    await lockCap(tx, row.station);
    await releaseHeld(tx, row.station, atMs);
  }
  return true;
}
