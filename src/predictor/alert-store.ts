// Writes alert episodes and prognoses as judged. The open episode of a cause is found by (device, cause), which the
// database keeps unique, so that findings of two workers still make one episode.
import { isoOf, type EpochMs } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import type { Advice, PrognosisAdvice } from './core/advice.ts';
import type { EpisodeEffect } from './core/episodes.ts';
import { JOINT_CAUSE } from './core/multivariate/joint-finding.ts';
import { noteEpisode } from './outcomes/note-episode.ts';
import { offerJob } from './trigger/offer-job.ts';

export interface JudgedDevice {
  id: number;
  code: string;
}

export type Speaking = Extract<EpisodeEffect, { kind: 'raise' | 'enrich' }>;

const OPEN = "cleared_at IS NULL AND state NOT IN ('resolved', 'closed')";
const SYSTEM = 'system';

const COLUMNS = `severity, last_seen_at, reason, contributors, window_from, window_to, probability, probability_low,
  probability_high, probability_n, rul_hours_p10, rul_hours_p50, rul_hours_p90, value_at_risk_minor, currency`;

const RAISE = `
  INSERT INTO alert AS a (device_id, cause, component, failure_mode, metric, rule_id, raised_at, ${COLUMNS})
  VALUES ($1, $2, $18, $19, $20, $21, $4, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
  ON CONFLICT (device_id, cause) WHERE ${OPEN}
  DO UPDATE SET findings = a.findings + 1, last_seen_at = excluded.last_seen_at, revision = a.revision + 1
  RETURNING id, findings`;

const ENRICH = `
  UPDATE alert SET findings = findings + 1, revision = revision + 1,
    (${COLUMNS}) = ROW ($3::text, $4::timestamptz, $5::jsonb, $6::jsonb, $7::timestamptz, $8::timestamptz, $9::float8,
      $10::float8, $11::float8, $12::int, $13::float8, $14::float8, $15::float8, $16::bigint, $17::char(3))
  WHERE device_id = $1 AND cause = $2 AND ${OPEN} RETURNING id, findings`;

function valuesOf(device: JudgedDevice, { atMs, subject, finding }: Speaking, advice: Advice): unknown[] {
  const { prognosis, severity, reason, contributors } = advice;
  const { timeLeft } = finding;
  return [
    device.id,
    subject.cause,
    severity,
    new Date(atMs),
    JSON.stringify(reason),
    JSON.stringify(contributors),
    new Date(finding.windowFromMs),
    new Date(finding.windowToMs),
    ...probabilityOf(prognosis),
    timeLeft?.p10 ?? null,
    timeLeft?.p50 ?? null,
    timeLeft?.p90 ?? null,
    prognosis?.valueAtRiskMinor ?? null,
    prognosis?.currency ?? null,
  ];
}

const probabilityOf = (prognosis: PrognosisAdvice | null): (number | null)[] => {
  const probability = prognosis?.probability;
  return [probability?.value ?? null, probability?.low ?? null, probability?.high ?? null, probability?.n ?? null];
};

/** Raises or enriches the episode; `null` when a person has ended it meanwhile. */
export async function writeFinding(
  tx: Transaction,
  device: JudgedDevice,
  effect: Speaking,
  advice: Advice,
): Promise<number | null> {
  const values = valuesOf(device, effect, advice);
  const at = isoOf(effect.atMs);
  if (effect.kind === 'enrich') {
    const row = (await tx.prepared<{ id: bigint }>('alert-enrich', ENRICH, values)).rows[0];
    if (row === undefined) return null;
    appendEvent(tx, { type: 'alert.enriched', at, payload: { alertId: Number(row.id), device: device.code } });
    return Number(row.id);
  }
  const { mode, rule } = effect.subject;
  const subject = [
    mode?.component.code ?? rule?.component ?? null,
    mode?.mode.code ?? null,
    mode === null && effect.subject.cause !== JOINT_CAUSE ? (effect.finding.contributors[0]?.metric ?? null) : null,
    rule?.id ?? null,
  ];
  const row = (await tx.prepared<{ id: bigint; findings: number }>('alert-raise', RAISE, [...values, ...subject]))
    .rows[0];
  if (row === undefined) throw new Error(`alert of ${effect.subject.cause} was neither inserted nor found`);
  const alertId = Number(row.id);
  if (row.findings > 1) {
    appendEvent(tx, { type: 'alert.enriched', at, payload: { alertId, device: device.code } });
    return alertId;
  }
  await writeChange(tx, { alertId, atMs: effect.atMs, actor: SYSTEM, change: 'raised', note: null });
  const payload = { alertId, device: device.code, severity: advice.severity };
  appendEvent(tx, { type: 'alert.raised', at, payload });
  return alertId;
}

export async function writeClear(tx: Transaction, device: JudgedDevice, cause: string, atMs: EpochMs): Promise<void> {
  const { rows } = await tx.prepared<{ id: bigint }>(
    'alert-clear',
    `UPDATE alert SET cleared_at = greatest($3, raised_at), revision = revision + 1
     WHERE device_id = $1 AND cause = $2 AND ${OPEN} RETURNING id`,
    [device.id, cause, new Date(atMs)],
  );
  for (const { id } of rows) {
    const alertId = Number(id);
    await writeChange(tx, { alertId, atMs, actor: SYSTEM, change: 'cleared', note: null });
    appendEvent(tx, { type: 'alert.cleared', at: isoOf(atMs), payload: { alertId, device: device.code } });
  }
}

export interface AlertChangeEntry {
  alertId: number;
  atMs: EpochMs;
  actor: string;
  change: string;
  note: string | null;
}

export async function writeChange(tx: Transaction, entry: AlertChangeEntry): Promise<void> {
  await tx.prepared(
    'alert-change',
    'INSERT INTO alert_change (alert_id, at, actor, change, note) VALUES ($1, $2, $3, $4, $5)',
    [entry.alertId, new Date(entry.atMs), entry.actor, entry.change, entry.note],
  );
}

/** Stores the prognosis behind a finding, and offers the job it asks for until the episode has one. */
export async function writePrognosis(
  tx: Transaction,
  device: JudgedDevice,
  { effect, advice, alertId }: { effect: Speaking; advice: Advice; alertId: number },
): Promise<void> {
  const { mode } = effect.subject;
  const { prognosis } = advice;
  if (mode === null || prognosis === null) return;
  const { finding, episode, atMs } = effect;
  const { rows } = await tx.prepared<{ id: bigint }>(
    'prognosis-insert',
    `INSERT INTO prognosis (device_id, component, failure_mode, model, model_version, made_at, watermark, horizon_hours,
       probability, probability_low, probability_high, probability_n, rul_hours_p10, rul_hours_p50, rul_hours_p90,
       contributors, window_from, window_to, threshold, triggered, alert_id, basis)
     VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) RETURNING id`,
    [
      device.id,
      mode.component.code,
      mode.mode.code,
      prognosis.model.name,
      prognosis.model.version,
      new Date(atMs),
      prognosis.horizonHours,
      ...probabilityOf(prognosis),
      finding.timeLeft?.p10 ?? null,
      finding.timeLeft?.p50 ?? null,
      finding.timeLeft?.p90 ?? null,
      JSON.stringify(advice.contributors),
      new Date(finding.windowFromMs),
      new Date(finding.windowToMs),
      prognosis.threshold,
      prognosis.isAboveThreshold,
      alertId,
      prognosis.basis,
    ],
  );
  const { component, mode: failureMode } = mode;
  const subject = {
    component: component.code,
    failureMode: failureMode.code,
    model: prognosis.model.name,
    modelVersion: prognosis.model.version,
  };
  const { probability, horizonHours, costs, threshold } = prognosis;
  const said = { ...subject, deviceId: device.id, probability: probability.value, horizonHours, costs, atMs };
  await noteEpisode(tx, said, alertId);
  if (episode.triggered) return;
  episode.triggered = await offerJob(tx, {
    ...subject,
    prognosisId: Number(rows[0]?.id),
    alertId,
    device,
    probability: probability.value,
    threshold,
    hasCosts: costs !== null,
    valueMinor: prognosis.valueAtRiskMinor,
    currency: prognosis.currency,
    severity: advice.severity,
    atMs,
  });
}
