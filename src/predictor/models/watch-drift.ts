// Looks at every model in force for drift, keeps the figures, and proposes to train anew where there is reason to. It never puts
// anything in force by itself.
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { Database, Queryable } from '../../db/database.ts';
import { brierOf, FEWEST_OUTCOMES, type Outcome, psiOf, retrainingOf } from '../core/drift/watch.ts';
import { tellModel } from './store-model.ts';

/** Weeks after activation that say how it was, and the newest ones that say how it is. */
const REFERENCE_MS = 28 * DAY_MS;
const RECENT_MS = 14 * DAY_MS;
const ROWS_LIMIT = 20_000;

interface Active {
  id: number;
  kind: string;
  version: string;
  product: string | null;
  since: Date;
  was_proposed: boolean;
}

const ACTIVE = `
  SELECT m.id, m.kind, m.version::text AS version, m.product_code AS product, max(c.at) AS since,
    coalesce((SELECT d.proposal_en IS NOT NULL FROM model_drift d WHERE d.model_id = m.id ORDER BY d.at DESC LIMIT 1), false)
      AS was_proposed
  FROM model m JOIN model_change c ON c.model_id = m.id AND c.change IN ('activated', 'rolled-back')
  WHERE m.state = 'active' GROUP BY m.id ORDER BY m.id`;

const OF_MODEL = `p.model = $1 AND p.model_version = $2 AND ($3::text IS NULL OR d.product_code = $3)`;
const FROM = 'FROM prognosis p JOIN device d ON d.id = p.device_id';

async function scores(db: Queryable, model: Active, fromMs: EpochMs, toMs: EpochMs): Promise<number[]> {
  const { rows } = await db.query<{ probability: number }>(
    `SELECT p.probability ${FROM} WHERE ${OF_MODEL} AND p.made_at >= $4 AND p.made_at < $5 ORDER BY p.id LIMIT ${ROWS_LIMIT}`,
    [model.kind, model.version, model.product, new Date(fromMs), new Date(toMs)],
  );
  return rows.map(({ probability }) => probability);
}

/** A prognosis with an alert is as right as its episode; one without is right when no failure came in its horizon. */
async function outcomes(db: Queryable, model: Active, nowMs: EpochMs): Promise<Outcome[]> {
  const { rows } = await db.query<Outcome>(
    `SELECT p.probability, CASE WHEN e.outcome IS NOT NULL THEN e.outcome = 'true-positive' ELSE EXISTS (
         SELECT 1 FROM known_failure f WHERE f.device_id = p.device_id AND f.component = p.component
           AND f.failure_mode = p.failure_mode AND f.failed_at > p.made_at
           AND f.failed_at <= p.made_at + make_interval(secs => p.horizon_hours * 3600)) END AS failed
     ${FROM} LEFT JOIN prediction_episode e ON e.alert_id = p.alert_id
     WHERE ${OF_MODEL} AND (e.id IS NULL AND p.made_at + make_interval(secs => p.horizon_hours * 3600) < $4
       OR e.outcome IN ('true-positive', 'false-positive')) ORDER BY p.id DESC LIMIT ${ROWS_LIMIT}`,
    [model.kind, model.version, model.product, new Date(nowMs)],
  );
  return rows;
}

async function coverage(db: Queryable, model: Active): Promise<{ share: number | null; n: number }> {
  const { rows } = await db.query<{ n: number; inside: number }>(
    `SELECT count(*)::integer AS n, (count(*) FILTER (WHERE left_hours BETWEEN p10 AND p90))::integer AS inside FROM (
       SELECT extract(epoch FROM e.failed_at - p.made_at)::float8 / 3600 AS left_hours, p.rul_hours_p10 AS p10, p.rul_hours_p90 AS p90
       ${FROM} JOIN prediction_episode e ON e.alert_id = p.alert_id AND e.basis = 'failure'
       WHERE ${OF_MODEL} AND p.rul_hours_p50 IS NOT NULL AND p.made_at < e.failed_at) t`,
    [model.kind, model.version, model.product],
  );
  const { n, inside } = rows[0] as { n: number; inside: number };
  return { share: n < FEWEST_OUTCOMES ? null : inside / n, n };
}

/** Says in one line what was found. */
export async function watchDrift(database: Database, nowMs: EpochMs, signal: AbortSignal): Promise<string> {
  const { rows: models } = await database.query<Active>(ACTIVE);
  let proposed = 0;
  for (const model of models) {
    if (signal.aborted) break;
    const sinceMs = model.since.getTime();
    const before = await scores(database, model, sinceMs, sinceMs + REFERENCE_MS);
    const recentFromMs = Math.max(nowMs - RECENT_MS, sinceMs + REFERENCE_MS);
    const recent = await scores(database, model, recentFromMs, nowMs);
    const known = await outcomes(database, model, nowMs);
    const brier = brierOf(known);
    const inside = await coverage(database, model);
    const scorePsi = psiOf(before, recent);
    const proposal = retrainingOf({ scorePsi, brier, coverage: inside.share });
    const figures = {
      scorePsi,
      scoreRows: recent.length,
      brier: brier?.score ?? null,
      brierOfBaseRate: brier?.ofBaseRate ?? null,
      brierRows: known.length,
      coverage: inside.share,
      coverageRows: inside.n,
    };
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
