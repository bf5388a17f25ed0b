// Looks at every model in force or in shadow for drift, keeps the figures, and proposes to train anew where there is reason to. It never puts
// anything in force by itself.
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { Database, Queryable } from '../../db/database.ts';
import { driftOfInputs, profilesFrom } from '../core/drift/inputs.ts';
import {
  brierOf,
  COVERAGE_LOW,
  FEWEST_OUTCOMES,
  type Outcome,
  PSI_LIMIT,
  psiOf,
  retrainingOf,
  type WatchedInput,
} from '../core/drift/watch.ts';
import type { DriftFigures, ModelKindName } from '../../contracts/http/models.ts';
import { KINDS } from './known-kinds.ts';
import { tellModel } from './store-model.ts';

/** Weeks after activation that say how it was, and the newest ones that say how it is. */
const REFERENCE_MS = 28 * DAY_MS;
const RECENT_MS = 14 * DAY_MS;
const ROWS_LIMIT = 20_000;

interface Watching {
  id: number;
  kind: ModelKindName;
  version: string;
  product: string | null;
  component: string | null;
  isShadow: boolean;
  since: Date;
  was_proposed: boolean;
}

const WATCHED = `
  SELECT m.id, m.kind, m.version::text AS version, m.product_code AS product, m.component, m.state = 'shadow' AS "isShadow",
    max(c.at) AS since,
    coalesce((SELECT d.proposal_en IS NOT NULL FROM model_drift d WHERE d.model_id = m.id ORDER BY d.at DESC LIMIT 1), false)
      AS was_proposed
  FROM model m JOIN model_change c ON c.model_id = m.id AND c.change IN ('activated', 'rolled-back', 'shadowed')
  WHERE m.state IN ('active', 'shadow') GROUP BY m.id ORDER BY m.id`;

const OF_MODEL = `p.model = $1 AND p.model_version = $2 AND ($3::text IS NULL OR d.product_code = $3)
  AND ($4::text IS NULL OR p.component = $4) AND p.is_shadow = $5`;
const whoOf = ({ kind, version, product, component, isShadow }: Watching): unknown[] => [
  kind,
  version,
  product,
  component,
  isShadow,
];
const FROM = 'FROM prognosis p JOIN device d ON d.id = p.device_id';

async function scores(db: Queryable, model: Watching, fromMs: EpochMs, toMs: EpochMs): Promise<number[]> {
  const { rows } = await db.query<{ probability: number }>(
    `SELECT p.probability ${FROM} WHERE ${OF_MODEL} AND p.made_at >= $6 AND p.made_at < $7 ORDER BY p.id LIMIT ${ROWS_LIMIT}`,
    [...whoOf(model), new Date(fromMs), new Date(toMs)],
  );
  return rows.map(({ probability }) => probability);
}

/** A prognosis with an alert is as right as its episode; one without is right when no failure came in its horizon. */
async function outcomes(db: Queryable, model: Watching, nowMs: EpochMs): Promise<Outcome[]> {
  const { rows } = await db.query<Outcome>(
    `SELECT p.probability, CASE WHEN e.outcome IS NOT NULL THEN e.outcome = 'true-positive' ELSE EXISTS (
         SELECT 1 FROM known_failure f WHERE f.device_id = p.device_id AND f.component = p.component
           AND f.failure_mode = p.failure_mode AND f.failed_at > p.made_at
           AND f.failed_at <= p.made_at + make_interval(secs => p.horizon_hours * 3600)) END AS failed
     ${FROM} LEFT JOIN prediction_episode e ON e.alert_id = p.alert_id
     WHERE ${OF_MODEL} AND (e.id IS NULL AND p.made_at + make_interval(secs => p.horizon_hours * 3600) < $6
       OR e.outcome IN ('true-positive', 'false-positive')) ORDER BY p.id DESC LIMIT ${ROWS_LIMIT}`,
    [...whoOf(model), new Date(nowMs)],
  );
  return rows;
}

/** What the detector told when it raised an alert, against the failure that came. */
const TOLD_WITH_ALERT = `
  SELECT extract(epoch FROM e.failed_at - p.made_at)::float8 / 3600 AS left_hours, p.rul_hours_p10 AS p10, p.rul_hours_p90 AS p90,
    p.rul_more_than_hours AS more_than
  ${FROM} JOIN prediction_episode e ON e.alert_id = p.alert_id AND e.basis = 'failure'
  WHERE ${OF_MODEL} AND p.rul_hours_p50 IS NOT NULL AND p.made_at < e.failed_at`;

/** What was told before each failure on the way there: the last of it that is not in the final quarter, where it is easy. */
const TOLD_BEFORE_FAILURE = `
  SELECT extract(epoch FROM f.failed_at - told.made_at)::float8 / 3600 AS left_hours, told.p10, told.p90, told.more_than
  FROM known_failure f CROSS JOIN LATERAL (
    SELECT p.made_at, p.rul_hours_p10 AS p10, p.rul_hours_p90 AS p90, p.rul_more_than_hours AS more_than ${FROM}
    WHERE ${OF_MODEL} AND p.device_id = f.device_id AND p.component = f.component AND p.rul_hours_p50 IS NOT NULL
      AND NOT p.is_strange AND p.made_at <= f.failed_at - make_interval(hours => ceil(p.horizon_hours / 4)::integer)
      AND p.made_at > f.failed_at - make_interval(hours => ceil(4 * p.horizon_hours)::integer)
    ORDER BY p.made_at DESC LIMIT 1) told`;

async function coverage(db: Queryable, model: Watching): Promise<{ share: number | null; n: number }> {
  const { rows } = await db.query<{ n: number; inside: number }>(
    `SELECT count(*)::integer AS n, (count(*) FILTER (
       WHERE left_hours >= p10 AND (left_hours <= p90 OR more_than IS NOT NULL)))::integer AS inside
     FROM (${model.kind === 'remaining-life' ? TOLD_BEFORE_FAILURE : TOLD_WITH_ALERT}) t`,
    whoOf(model),
  );
  const { n, inside } = rows[0] as { n: number; inside: number };
  return { share: n < FEWEST_OUTCOMES ? null : inside / n, n };
}

/** Inputs that are told: those that moved most. */
const INPUTS_TOLD = 12;

/** Its inputs of late against those it was trained on; the detector that comes with the program was trained on none. */
async function inputsOf(
  db: Queryable,
  { id, kind, product }: Watching,
  { toMs, signal }: { toMs: EpochMs; signal: AbortSignal },
): Promise<{ inputs: WatchedInput[]; rows: number }> {
  const known = KINDS[kind];
  if (known?.recent === undefined || product === null) return { inputs: [], rows: 0 };
  const { rows: stored } = await db.query<{ content: string }>('SELECT content FROM model WHERE id = $1', [id]);
  const content: unknown = JSON.parse(stored[0]?.content ?? 'null');
  const profiles = profilesFrom(content);
  if (profiles.length === 0) return { inputs: [], rows: 0 };
  const { rows, nameOf } = await known.recent(db, { model: known.load(content), product, toMs, signal });
  const inputs = driftOfInputs(profiles, rows).slice(0, INPUTS_TOLD);
  return { inputs: inputs.map((input) => ({ ...input, name: nameOf(input.name) })), rows: rows.rows };
}

async function figuresOf(
  database: Database,
  model: Watching,
  { toMs, signal }: { toMs: EpochMs; signal: AbortSignal },
) {
  const sinceMs = model.since.getTime();
  const before = await scores(database, model, sinceMs, sinceMs + REFERENCE_MS);
  const recent = await scores(database, model, Math.max(toMs - RECENT_MS, sinceMs + REFERENCE_MS), toMs);
  const known = await outcomes(database, model, toMs);
  const inside = await coverage(database, model);
  const { inputs, rows: inputRows } = await inputsOf(database, model, { toMs, signal });
  const watched = { scorePsi: psiOf(before, recent), brier: brierOf(known), coverage: inside.share, inputs };
  const figures = {
    scorePsi: watched.scorePsi,
    scoreRows: recent.length,
    scorePsiLimit: PSI_LIMIT,
    brier: watched.brier?.score ?? null,
    brierOfBaseRate: watched.brier?.ofBaseRate ?? null,
    brierRows: known.length,
    coverage: inside.share,
    coverageRows: inside.n,
    coverageLimit: COVERAGE_LOW,
    inputs,
    inputRows,
  } satisfies Omit<DriftFigures, 'at' | 'proposal'>;
  return { figures, proposal: retrainingOf(watched) };
}

/** Says in one line what was found. */
export async function watchDrift(database: Database, nowMs: EpochMs, signal: AbortSignal): Promise<string> {
  const { rows: models } = await database.query<Watching>(WATCHED);
  let proposed = 0;
  for (const model of models) {
    if (signal.aborted) break;
    const { figures, proposal } = await figuresOf(database, model, { toMs: nowMs, signal });
    if (proposal !== null) proposed += 1;
    await database.transaction(async (tx) => {
      await tx.query(
        'INSERT INTO model_drift (model_id, at, figures, proposal_en, proposal_zh) VALUES ($1, $2, $3, $4, $5)',
        [model.id, new Date(nowMs), JSON.stringify(figures), proposal?.en ?? null, proposal?.zh ?? null],
      );
      if (proposal === null || model.was_proposed) return;
      const told = { id: model.id, change: 'drifted', actor: 'system', mode: null, note: proposal.en, atMs: nowMs };
      await tellModel(tx, told);
    });
  }
  return `${models.length} models looked at, ${proposed} to be trained anew`;
}
