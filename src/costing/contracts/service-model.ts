// The model a contract's service is simulated by: hazards of the components of its devices, and the past jobs each may cost like.
import type { ComponentSurvival, ProductSurvival } from '../../contracts/http/survival.ts';
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { WorkKind } from '../core/contract/coverage.ts';
import { WORK_KINDS } from '../core/contract/coverage.ts';
import type { Group, Hazard, Upkeep } from '../core/contract/simulation.ts';
import { type CoveredUnit, type ProductFleet, readFleets, readUnits } from './covered-units.ts';
import { type KnownJob, readPastJobs } from './past-jobs.ts';

/** How long the components of a product live. */
export type Survival = (product: string) => Promise<ProductSurvival>;

export interface KnownService {
  groups: Group[];
  upkeep: Upkeep[];
  units: number;
  jobs: number;
  ownJobs: number;
  failures: number;
  products: string[];
  /** `product component` of which nothing is known. */
  unknown: string[];
}

/** Upkeep goes on at the pace of this span. */
const PACE_DAYS = 365;
const HOURS_PER_YEAR = 8766;
/** Jobs of a component from which they alone are drawn from; fewer are drawn with those of the whole product. */
const FEWEST_JOBS = 5;
/** Failures from which the shape of a life is believed. */
const FEWEST_FAILURES = 3;
/** Half-width of a 90 % interval in standard deviations. */
const Z90 = 1.645;

function hazardOf({ cohorts, watched }: ComponentSurvival, prior: { failures: number; years: number }): Hazard | null {
  const whole = cohorts.find(({ kind }) => kind === 'product');
  if (whole?.fit && whole.failures >= FEWEST_FAILURES) {
    const { value, low, high } = whole.fit.scaleHours;
    const scaleLogSd = low > 0 && high > low ? Math.log(high / low) / (2 * Z90) : 0;
    return { kind: 'weibull', shape: whole.fit.shape.value, scaleHours: value, scaleLogSd };
  }
  const failures = whole?.failures ?? 0;
  if (prior.years <= 0) return null;
  // One failure's worth of what the product's components do on average, so that a short watch says little by itself.
  const meanRate = Math.max(prior.failures, 0.5) / prior.years;
  return { kind: 'rate', failures: failures + 1, hours: (watched.years + 1 / meanRate) * HOURS_PER_YEAR };
}

const failuresOf = ({ cohorts }: ComponentSurvival): number =>
  cohorts.find(({ kind }) => kind === 'product')?.failures ?? 0;

/** By component; null where nothing was watched. */
export function hazardsOf({ components }: ProductSurvival): Map<string, Hazard | null> {
  const prior = {
    failures: components.reduce((sum, one) => sum + failuresOf(one), 0),
    years: components.reduce((sum, one) => sum + one.watched.years, 0),
  };
  return new Map(components.map((one) => [one.component, hazardOf(one, prior)]));
}

/** The component's own jobs, else those of the product, else of all its products. */
function jobsFor(failed: readonly KnownJob[], product: string, component: string): readonly KnownJob[] {
  const own = failed.filter((job) => job.product === product);
  const alike = own.filter((job) => job.component === component);
  if (alike.length >= FEWEST_JOBS) return alike;
  return own.length > 0 ? own : failed;
}

function groupsOf(units: readonly CoveredUnit[], survivals: readonly ProductSurvival[], failed: readonly KnownJob[]) {
  const groups: Group[] = [];
  const unknown: string[] = [];
  for (const survival of survivals) {
    const hazards = hazardsOf(survival);
    for (const { component, watched } of survival.components) {
      const alike = units.filter((unit) => unit.product === survival.product && unit.component === component);
      if (alike.length === 0) continue;
      const hazard = hazards.get(component) ?? null;
      if (hazard === null) unknown.push(`${survival.product} ${component}`);
      else {
        const ages = alike.map(({ ageHours }) => ageHours ?? watched.typicalAgeHours ?? 0);
        const jobs = jobsFor(failed, survival.product, component);
        groups.push({ hazard, agesHours: Float64Array.from(ages), jobs });
      }
    }
  }
  return { groups, unknown };
}

/** Upkeep, needless visits and failures nobody put to a component go on as often as in the last year. */
function upkeepOf(jobs: readonly KnownJob[], fleets: ReadonlyMap<string, ProductFleet>, sinceMs: EpochMs): Upkeep[] {
  return [...fleets].flatMap(([product, { deviceHours, covered }]) =>
    WORK_KINDS.map((kind: WorkKind): Upkeep => {
      const alike = jobs.filter(
        (job) => job.product === product && job.kind === kind && !job.isFailure && job.completedAtMs >= sinceMs,
      );
      return { count: alike.length, deviceHours, devices: covered, jobs: alike };
    }).filter(({ count }) => count > 0),
  );
}

export async function readService(
  { db, survival, nowMs }: { db: Queryable; survival: Survival; nowMs: EpochMs },
  { code, currency }: { code: string; currency: string },
): Promise<KnownService> {
  const sinceMs = nowMs - PACE_DAYS * DAY_MS;
  const units = await readUnits(db, code, nowMs);
  const fleets = await readFleets(db, code, { sinceMs, nowMs });
  const products = [...fleets.keys()];
  const jobs = await readPastJobs(db, products, { currency, nowMs });
  const survivals: ProductSurvival[] = [];
  for (const product of products) survivals.push(await survival(product));
  const failed = jobs.filter(({ isFailure }) => isFailure);
  const known = survivals.flatMap(({ components }) => components);
  return {
    ...groupsOf(units, survivals, failed),
    upkeep: upkeepOf(jobs, fleets, sinceMs),
    units: units.length,
    jobs: jobs.length,
    ownJobs: jobs.filter(({ contract }) => contract === code).length,
    failures: known.reduce((sum, component) => sum + failuresOf(component), 0),
    products,
  };
}
