// The explanation of one alert, from what is stored of it, the device as it stands and its past.
import type { Explanation } from '../../contracts/http/explanations.ts';
import type { Product } from '../../contracts/product.ts';
import { DAY_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { AlertRow } from '../alert-rows.ts';
import { quietOf } from '../core/explanation/counter-evidence.ts';
import { ownNormalOf } from '../core/explanation/own-normal.ts';
import { statementsOf } from '../core/explanation/statements.ts';
import type { DataQuality } from '../ports.ts';
import { loadState } from '../state-store.ts';
import { calibrationFor, repairsBefore } from './past.ts';

/** The quality of older data is no longer looked up in full. */
const LONGEST_WINDOW_DAYS = 60;

export interface Explaining {
  db: Queryable;
  row: AlertRow;
  product: Product | undefined;
  quality: DataQuality | null;
}

export async function explain({ db, row, product, quality }: Explaining): Promise<Explanation> {
  return {
    speaks: speaksOf(row, product),
    statements: statementsOf(row.contributors),
    counter: await counterOf(db, row, product),
    quality: quality === null ? null : await qualityOf(quality, row),
    calibration: await calibrationFor(db, row),
  };
}

function speaksOf(row: AlertRow, product: Product | undefined): Explanation['speaks'] {
  const code = row.metric ?? row.contributors[0]?.metric;
  const metric = product?.metrics.find((one) => one.code === code);
  if (metric === undefined) return null;
  const own = ownNormalOf(metric, row.contributors);
  if (own !== null) {
    return { metric: metric.code, expected: own.expected, low: own.min, high: own.max, basis: 'own' };
  }
  const { normalMin: low = null, normalMax: high = null } = metric;
  return low === null && high === null ? null : { metric: metric.code, expected: null, low, high, basis: 'catalogue' };
}

/** How the device stands says nothing about an episode that is over. */
async function counterOf(db: Queryable, row: AlertRow, product: Product | undefined): Promise<Explanation['counter']> {
  const repairs = await repairsBefore(db, row);
  const isOver = row.cleared_at !== null || row.state === 'resolved' || row.state === 'closed';
  if (isOver || product === undefined) return repairs;
  const { state } = await loadState(db, row.device_id);
  const { component, failure_mode: failureMode } = row;
  const spoke = row.contributors.map(({ metric }) => metric);
  const quiet = quietOf({ product, state, component, failureMode, spoke });
  return [...quiet.map((one) => ({ ...one, workOrderId: null, alertId: null })), ...repairs];
}

async function qualityOf(quality: DataQuality, row: AlertRow): Promise<Explanation['quality']> {
  const toMs = row.window_to.getTime();
  // A step reaches back to before it: a day shows what led to it.
  const fromMs = Math.max(Math.min(row.window_from.getTime(), toMs - DAY_MS), toMs - LONGEST_WINDOW_DAYS * DAY_MS);
  const { completeness, events } = await quality(row.device, fromMs, toMs);
  const spoke = new Set(row.contributors.map(({ metric }) => metric));
  return {
    from: new Date(fromMs).toISOString(),
    to: row.window_to.toISOString(),
    completeness,
    events: events
      .map(({ kind, metric, openedAt, closedAt }) => ({
        kind,
        metric,
        openedAt,
        closedAt,
        isRelevant: metric === null || spoke.has(metric.code),
      }))
      .sort((a, b) => Number(b.isRelevant) - Number(a.isRelevant)),
  };
}
