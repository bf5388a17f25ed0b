// What was known of failure modes at each moment of the time that is judged anew: how findings had turned out by then, what lives had
// ended by then, and the costs of acting (as they are estimated today: nobody kept what they were).
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { Evidence } from '../core/advice.ts';
import type { ModePlan } from '../core/plan.ts';
import type { ActionCosts, Outcomes } from '../core/prognosis.ts';
import { ageingOf, FEWEST_FAILURES } from '../core/survival/ageing.ts';
import type { WeibullFit } from '../core/survival/fit.ts';
import { keyOfTarget } from '../core/time-machine/compare.ts';
import { fitsOf } from '../survival/survival-fits.ts';
import type { Judged } from './facts.ts';

export interface PastEvidence {
  at(device: Judged, mode: ModePlan, atMs: EpochMs): Promise<Evidence>;
}

interface Outcome {
  atMs: EpochMs;
  confirmed: boolean;
}

const OUTCOMES = `
  SELECT w.product, a.component, a.failure_mode AS mode, w.completed_at AS at, w.finding_confirmed AS confirmed
  FROM work_order w JOIN alert a ON a.id = w.alert_id
  WHERE w.product = ANY ($1::text[]) AND w.completed_at < $2 AND w.finding_confirmed IS NOT NULL AND w.state <> 'cancelled'
    AND a.component IS NOT NULL AND a.failure_mode IS NOT NULL ORDER BY w.completed_at`;

const INSTALLED = `
  SELECT d.id AS device, NULL AS component, d.installed_on::timestamptz AS at FROM device d
  WHERE d.id = ANY ($1::int[]) AND d.installed_on IS NOT NULL
  UNION ALL SELECT w.device_id, w.component, w.completed_at FROM work_order w
  WHERE w.device_id = ANY ($1::int[]) AND w.finding_confirmed AND w.completed_at < $2 AND w.component IS NOT NULL
  UNION ALL SELECT s.device_id, s.component, s.at FROM component_swap s
  WHERE s.device_id = ANY ($1::int[]) AND s.decision = 'confirmed' AND s.at < $2 ORDER BY 3`;

/** Lives end by the month: what had ended is looked at anew this often. */
const FITS_EVERY_MS = 30 * DAY_MS;

export async function readPastEvidence(
  db: Queryable,
  devices: readonly Judged[],
  toMs: EpochMs,
  costsOf: (device: string) => ReadonlyMap<string, ActionCosts> | undefined,
): Promise<PastEvidence> {
  const products = [...new Set(devices.map(({ product }) => product.code))];
  const outcomes = await outcomesOf(db, products, toMs);
  const installed = await installationsOf(db, devices, toMs);
  const fits = new Map<string, ReadonlyMap<string, WeibullFit>>();

  async function fitAt(product: string, component: string, atMs: EpochMs): Promise<WeibullFit | undefined> {
    const knownMs = Math.floor(atMs / FITS_EVERY_MS) * FITS_EVERY_MS;
    const key = `${product} ${knownMs}`;
    const known = fits.get(key) ?? (await fitsOf(db, product, knownMs));
    fits.set(key, known);
    return known.get(component);
  }

  async function ageingAt({ id, product }: Judged, component: string, horizonHours: number, atMs: EpochMs) {
    const fit = await fitAt(product.code, component, atMs);
    if (fit === undefined || fit.failures < FEWEST_FAILURES) return null;
    const since = installed.get(id)?.findLast((one) => one.atMs <= atMs && [null, component].includes(one.component));
    return since === undefined ? null : ageingOf(fit, { ageMs: atMs - since.atMs, horizonHours });
  }

  return {
    async at(device, { component, mode }, atMs) {
      const known = outcomes.get(`${device.product.code} ${component.code} ${mode.code}`) ?? [];
      return {
        outcomes: countUntil(known, atMs),
        costs: costsOf(device.code)?.get(keyOfTarget({ component: component.code, failureMode: mode.code })) ?? null,
        ageing: await ageingAt(device, component.code, mode.horizonHours, atMs),
      };
    },
  };
}

function countUntil(outcomes: readonly Outcome[], atMs: EpochMs): Outcomes {
  const known = outcomes.filter((one) => one.atMs <= atMs);
  const confirmed = known.filter((one) => one.confirmed).length;
  return { confirmed, refuted: known.length - confirmed };
}

async function outcomesOf(db: Queryable, products: readonly string[], toMs: EpochMs): Promise<Map<string, Outcome[]>> {
  const { rows } = await db.query<{ product: string; component: string; mode: string; at: Date; confirmed: boolean }>(
    OUTCOMES,
    [products, new Date(toMs)],
  );
  const outcomes = new Map<string, Outcome[]>();
  for (const { product, component, mode, at, confirmed } of rows) {
    const key = `${product} ${component} ${mode}`;
    const known = outcomes.get(key) ?? [];
    outcomes.set(key, known);
    known.push({ atMs: at.getTime(), confirmed });
  }
  return outcomes;
}

interface Installation {
  /** `null`: the device with all its components. */
  component: string | null;
  atMs: EpochMs;
}

async function installationsOf(
  db: Queryable,
  devices: readonly Judged[],
  toMs: EpochMs,
): Promise<Map<number, Installation[]>> {
  const { rows } = await db.query<{ device: number; component: string | null; at: Date }>(INSTALLED, [
    devices.map(({ id }) => id),
    new Date(toMs),
  ]);
  const installed = new Map<number, Installation[]>();
  for (const { device, component, at } of rows) {
    const known = installed.get(device) ?? [];
    installed.set(device, known);
    known.push({ component, atMs: at.getTime() });
  }
  return installed;
}
