// The chance that a component fails by its age alone, for judging a finding: the fit of its product, from when it was installed.
import type { Clock } from '../../contracts/time.ts';
import { HOUR_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { Ageing } from '../core/probability.ts';
import { ageingOf, FEWEST_FAILURES } from '../core/survival/ageing.ts';
import type { WeibullFit } from '../core/survival/fit.ts';
import { fitsOf } from './survival-fits.ts';

export interface AgeingQuestion {
  device: number;
  product: string;
  component: string;
  horizonHours: number;
}

/** `null` where too few lives of such components have ended, or nobody knows when this one was installed. */
export type AgeingReads = (question: AgeingQuestion) => Promise<Ageing | null>;

/** Fits are made anew after this long; lives end by the month, not by the minute. */
const FRESH_MS = HOUR_MS;
const PRODUCTS_LIMIT = 200;

interface Known {
  fits: ReadonlyMap<string, WeibullFit>;
  atMs: number;
}

const INSTALLED = `
  SELECT greatest(d.installed_on::timestamptz, (
    SELECT max(w.completed_at) FROM work_order w WHERE w.device_id = d.id AND w.component = $2 AND w.finding_confirmed), (
    SELECT max(s.at) FROM component_swap s WHERE s.device_id = d.id AND s.component = $2 AND s.decision = 'confirmed')) AS at
  FROM device d WHERE d.id = $1`;

export function createAgeingReads(db: Queryable, clock: Clock): AgeingReads {
  const products = new Map<string, Known>();

  async function fitsFor(product: string): Promise<Known['fits']> {
    const known = products.get(product);
    if (known !== undefined && clock.now() - known.atMs < FRESH_MS) return known.fits;
    const fits = await fitsOf(db, product, clock.now());
    products.delete(product);
    products.set(product, { fits, atMs: clock.now() });
    for (const oldest of products.keys()) {
      if (products.size <= PRODUCTS_LIMIT) break;
      products.delete(oldest);
    }
    return fits;
  }

  return async ({ device, product, component, horizonHours }) => {
    const fit = (await fitsFor(product)).get(component);
    if (fit === undefined || fit.failures < FEWEST_FAILURES) return null;
    const { rows } = await db.prepared<{ at: Date | null }>('ageing-installed', INSTALLED, [device, component]);
    const at = rows[0]?.at ?? null;
    if (at === null) return null;
    return ageingOf(fit, { ageMs: clock.now() - at.getTime(), horizonHours });
  };
}
