// Gathers the lives of a component over a product's devices, from installation or replacement to a confirmed failure, with
// what the gauges said meanwhile, device by device.
import { Problem } from '../../contracts/problems.ts';
import type { Product } from '../../contracts/product.ts';
import { isoOf } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { livesOfComponent, runBetween } from '../core/remaining-life/component-runs.ts';
import type { LifeSet } from '../core/remaining-life/fit.ts';
import type { Run } from '../core/remaining-life/run.ts';
import { FEWEST_RUNS } from '../core/remaining-life/train.ts';
import { devicesOf, historyOf } from '../horizon/device-history.ts';
import type { GatheredSet, GatherRequest } from '../models/kinds.ts';

/** Steps of a typical life: finer ones would say the same thing again. */
const STEPS_A_LIFE = 200;
const SHORTEST_STEP_HOURS = 1 / 6;
/** A life of which fewer steps were heard tells nothing of how it went. */
const FEWEST_STEPS = 20;

interface FailureRow {
  failure_mode: string;
  n: number;
}

/** Throws a Problem that says how many lives are known and how many are needed. */
export async function gatherLifeSet(db: Queryable, request: GatherRequest): Promise<GatheredSet> {
  const { product: code, component, fromMs, toMs, signal } = request;
  const product = (await db.query<{ definition: Product }>('SELECT definition FROM product WHERE code = $1', [code]))
    .rows[0]?.definition;
  if (product === undefined) throw new Problem('not-found', `There is no product ${code}`);
  if (component === null || !product.components.some((one) => one.code === component)) {
    const known = product.components.map((one) => one.code).join(', ');
    throw new Problem('refused', `Remaining life is learned of one component: name one of ${known}`);
  }
  const { rows } = await db.query<FailureRow>(
    `SELECT failure_mode, count(*)::int AS n FROM known_failure WHERE product_code = $1 AND component = $2 AND failed_at <= $3
     GROUP BY failure_mode ORDER BY n DESC, failure_mode`,
    [code, component, new Date(toMs)],
  );
  requireEnough(
    code,
    component,
    rows.reduce((sum, { n }) => sum + n, 0),
  );
  const devices = await devicesOf(db, code);
  const gauges = product.metrics.flatMap(({ code: metric, kind }) => (kind === 'gauge' ? [metric] : []));
  const everyHours = await stepHours(db, code, component);
  const runs: Run[] = [];
  for (const [at, device] of devices.entries()) {
    signal.throwIfAborted();
    const history = await historyOf(db, product, device, { fromMs: null, toMs });
    for (const { sinceMs, failedMs } of livesOfComponent(history, component)) {
      if (failedMs === null || failedMs > toMs || failedMs < (fromMs ?? 0)) continue;
      const run = runBetween(`${device.code}@${isoOf(failedMs)}`, history.readings, gauges, {
        sinceMs,
        toMs: failedMs,
        everyHours,
      });
      if (run.steps >= FEWEST_STEPS) runs.push(run);
    }
    request.onProgress((at + 1) / devices.length);
  }
  requireEnough(code, component, runs.length);
  const set: LifeSet = { product: code, component, failureMode: rows[0]?.failure_mode ?? '', gauges, everyHours, runs };
  const steps = runs.reduce((sum, run) => sum + run.steps, 0);
  return {
    set,
    trainedOn: {
      from: isoOf(fromMs ?? Math.min(toMs, ...devices.flatMap((one) => one.installed_on?.getTime() ?? []))),
      to: isoOf(toMs),
      devices: devices.length,
      rows: steps,
      positives: steps,
      failures: runs.length,
    },
  };
}

function requireEnough(product: string, component: string, lives: number): void {
  if (lives >= FEWEST_RUNS) return;
  throw new Problem(
    'refused',
    `Product ${product}, ${component}: ${lives} lives from installation to a confirmed failure are known with their readings, ` +
      `${FEWEST_RUNS} are needed. Close corrective jobs with a confirmed finding, or bring their history in, and train again`,
  );
}

/** A typical time between failures of a device's component, cut into steps. */
async function stepHours(db: Queryable, product: string, component: string): Promise<number> {
  const { rows } = await db.query<{ hours: number | null }>(
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY hours)::float8 AS hours FROM (
       SELECT extract(epoch FROM f.failed_at - coalesce(
         lag(f.failed_at) OVER (PARTITION BY f.device_id ORDER BY f.failed_at), d.installed_on::timestamptz)) / 3600 AS hours
       FROM known_failure f JOIN device d ON d.id = f.device_id WHERE f.product_code = $1 AND f.component = $2) lives
     WHERE hours > 0`,
    [product, component],
  );
  const typicalHours = rows[0]?.hours ?? STEPS_A_LIFE;
  return Math.max(SHORTEST_STEP_HOURS, Math.round((typicalHours / STEPS_A_LIFE) * 6) / 6);
}
