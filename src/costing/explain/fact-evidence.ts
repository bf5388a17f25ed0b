// What is behind a fact of a job: the job, the alert that raised it, the prognosis behind the alert, and the readings that
// spoke, with whether they are still kept one by one.
import { inScope } from '../../contracts/access.ts';
import type { FactEvidence } from '../../contracts/http/cost-explain.ts';
import type { CostFact } from '../../contracts/http/costs.ts';
import type { Contributor } from '../../contracts/http/devices.ts';
import type { Asking } from './place.ts';

/** Metrics named; the strongest speak first, and a model may name them all. */
const METRICS_SHOWN = 6;

interface JobRow {
  id: bigint;
  kind: string;
  state: string;
  title_en: string;
  title_zh: string;
  opened_at: Date;
  device: string;
  customer: string;
  region: string;
  alert_id: bigint | null;
  prognosis_id: bigint | null;
}

interface AlertRow {
  id: bigint;
  severity: string;
  reason: { en: string; zh: string };
  raised_at: Date;
  findings: number;
  contributors: Contributor[];
  window_from: Date;
  window_to: Date;
}

interface PrognosisRow {
  id: bigint;
  model: string;
  model_version: string;
  made_at: Date;
  probability: number;
  probability_low: number;
  probability_high: number;
  probability_n: number;
  horizon_hours: number;
  contributors: Contributor[];
  window_from: Date;
  window_to: Date;
}

type Spoken = Pick<AlertRow, 'contributors' | 'window_from' | 'window_to'>;

const NOTHING: FactEvidence = {
  reversedBy: null,
  job: null,
  alert: null,
  prognosis: null,
  telemetry: [],
  withheld: [],
};

async function readJob({ db, scope }: Asking, id: number): Promise<JobRow | null> {
  const { rows } = await db.query<JobRow>(
    `SELECT w.id, kind, state, title_en, title_zh, opened_at, d.code AS device, customer, region, alert_id, prognosis_id
     FROM work_order w JOIN device d ON d.id = w.device_id WHERE w.id = $1`,
    [id],
  );
  return rows[0] && inScope(scope, rows[0]) ? rows[0] : null;
}

async function readAlert({ db }: Asking, id: bigint): Promise<AlertRow | null> {
  const { rows } = await db.query<AlertRow>(
    'SELECT id, severity, reason, raised_at, findings, contributors, window_from, window_to FROM alert WHERE id = $1',
    [id],
  );
  return rows[0] ?? null;
}

/** The prognosis the job was opened for, else the last one of its alert that was made before the job. */
async function readPrognosis({ db }: Asking, job: JobRow): Promise<PrognosisRow | null> {
  const { rows } = await db.query<PrognosisRow>(
    `SELECT id, model, model_version, made_at, probability, probability_low, probability_high, probability_n, horizon_hours,
       contributors, window_from, window_to FROM prognosis
     WHERE id = $1 OR ($1::bigint IS NULL AND alert_id = $2 AND made_at <= $3) ORDER BY made_at DESC, id DESC LIMIT 1`,
    [job.prognosis_id, job.alert_id, job.opened_at],
  );
  return rows[0] ?? null;
}

interface KeptRow {
  metric: string;
  has_readings: boolean;
  has_rollups: boolean;
}

async function readKept(
  { db }: Asking,
  device: string,
  { contributors, window_from, window_to }: Spoken,
): Promise<FactEvidence['telemetry']> {
  const spoken = contributors.slice(0, METRICS_SHOWN);
  const { rows } = await db.query<KeptRow>(
    `SELECT m.code AS metric,
       EXISTS (SELECT FROM reading r WHERE r.device_id = d.id AND r.metric_id = m.id
               AND r.measured_at >= $3 AND r.measured_at <= $4) AS has_readings,
       EXISTS (SELECT FROM reading_daily r WHERE r.device_id = d.id AND r.metric_id = m.id
               AND r.bucket > $3::timestamptz - INTERVAL '1 day' AND r.bucket <= $4) AS has_rollups
     FROM metric m, device d WHERE m.code = ANY ($1) AND d.code = $2`,
    [spoken.map(({ metric }) => metric), device, window_from, window_to],
  );
  return spoken.map(({ metric, name, unit }) => {
    const row = rows.find((each) => each.metric === metric);
    return {
      device,
      metric,
      name,
      unit,
      from: window_from.toISOString(),
      to: window_to.toISOString(),
      kept: row?.has_readings ? 'readings' : row?.has_rollups ? 'rollups' : 'nothing',
    };
  });
}

const toJob = (row: JobRow): FactEvidence['job'] => ({
  id: Number(row.id),
  kind: row.kind,
  state: row.state,
  title: { en: row.title_en, zh: row.title_zh },
  openedAt: row.opened_at.toISOString(),
  device: row.device,
});
const toAlert = ({ id, severity, reason, raised_at, findings }: AlertRow): FactEvidence['alert'] => ({
  id: Number(id),
  severity,
  reason,
  raisedAt: raised_at.toISOString(),
  findings,
});
const toPrognosis = (row: PrognosisRow): FactEvidence['prognosis'] => ({
  id: Number(row.id),
  model: row.model,
  version: row.model_version,
  madeAt: row.made_at.toISOString(),
  probability: {
    value: row.probability,
    low: row.probability_low,
    high: row.probability_high,
    n: row.probability_n,
  },
  horizonHours: row.horizon_hours,
  contributors: row.contributors.slice(0, METRICS_SHOWN),
});

async function reversedBy({ db }: Asking, factId: number): Promise<number | null> {
  const { rows } = await db.query<{ id: bigint }>(
    'SELECT id FROM cost_fact WHERE reversal_of = $1 ORDER BY id LIMIT 1',
    [factId],
  );
  return rows[0] ? Number(rows[0].id) : null;
}

export async function factEvidence(asking: Asking, fact: CostFact): Promise<FactEvidence> {
  const { may } = asking;
  const reversal = { ...NOTHING, reversedBy: await reversedBy(asking, fact.id) };
  if (fact.workOrderId === null) return reversal;
  if (!may.jobs) return { ...reversal, withheld: ['job', 'alert', 'telemetry'] };
  const job = await readJob(asking, fact.workOrderId);
  if (job === null) return reversal;
  const found = { ...reversal, job: toJob(job) };
  if (job.alert_id === null && job.prognosis_id === null) return found;
  if (!may.alerts) return { ...found, withheld: ['alert', 'telemetry'] };
  const alert = job.alert_id === null ? null : await readAlert(asking, job.alert_id);
  const prognosis = await readPrognosis(asking, job);
  const judged = { ...found, alert: alert && toAlert(alert), prognosis: prognosis && toPrognosis(prognosis) };
  const spoken: Spoken | null = prognosis ?? alert;
  if (spoken === null) return judged;
  if (!may.telemetry) return { ...judged, withheld: ['telemetry'] };
  return { ...judged, telemetry: await readKept(asking, job.device, spoken) };
}
