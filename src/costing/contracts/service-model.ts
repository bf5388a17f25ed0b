// The model a contract's service is simulated by: hazards of the components of its devices, and the past jobs each may cost like.
import type { ComponentSurvival, ProductSurvival } from '../../contracts/http/survival.ts';
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { Group, Hazard, Upkeep } from '../core/contract/simulation.ts';
import { type CoveredUnit, type ProductFleet, readFleets, readUnits } from './covered-units.ts';
import type { KnownJob } from './past-jobs.ts';
import type { ProductBook } from './product-book.ts';

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

/** Upkeep and replacements go on at the pace of this span, or of the part of it that jobs were kept in. */
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

/** What is known of how such devices were served. */
export interface ServiceHistory {
  /** Components under the contract. */
  units: readonly CoveredUnit[];
  fleets: ReadonlyMap<string, ProductFleet>;
  survivals: readonly ProductSurvival[];
  jobs: readonly KnownJob[];
  /** Paces are of this time on. */
  sinceMs: EpochMs;
}

/** Those of the component, else of the product, else of all products; what failed first of all, else what was replaced ahead of it. */
function jobsFor(ends: readonly KnownJob[], product: string, component: string): readonly KnownJob[] {
  const failed = ends.filter(({ ended }) => ended === 'failure');
  const own = failed.filter((job) => job.product === product);
  const alike = own.filter((job) => job.component === component);
  if (alike.length >= FEWEST_JOBS) return alike;
  if (own.length > 0) return own;
  if (failed.length > 0) return failed;
  const replaced = ends.filter((job) => job.product === product);
  return replaced.length > 0 ? replaced : ends;
}

/** Each component by its life, and the jobs these lives stand for: what ended one is not drawn again as upkeep. */
function groupsOf({ units, fleets, survivals, jobs, sinceMs }: ServiceHistory) {
  const ends = jobs.filter(({ ended }) => ended !== null);
  const groups: Group[] = [];
  const unknown: string[] = [];
  const placed = new Set<KnownJob>();
  for (const survival of survivals) {
    const { product } = survival;
    const hazards = hazardsOf(survival);
    for (const { component, watched } of survival.components) {
      const alike = units.filter((unit) => unit.product === product && unit.component === component);
      if (alike.length === 0) continue;
      const hazard = hazards.get(component) ?? null;
      if (hazard === null) unknown.push(`${product} ${component}`);
      const own = ends.filter((job) => job.product === product && job.component === component);
      const replaced = own.filter(({ ended, completedAtMs }) => ended === 'replacement' && completedAtMs >= sinceMs);
      for (const job of own) if (job.ended === 'replacement' || hazard !== null) placed.add(job);
      groups.push({
        hazard,
        agesHours: Float64Array.from(alike, ({ ageHours }) => ageHours ?? watched.typicalAgeHours ?? 0),
        jobs: jobsFor(ends, product, component),
        replaced: { hours: fleets.get(product)?.deviceHours ?? 0, jobs: replaced },
      });
    }
  }
  return { groups, unknown, placed };
}

/** Upkeep, needless visits and failures of no known life go on as often as they did. */
function upkeepOf({ jobs, fleets, sinceMs }: ServiceHistory, placed: ReadonlySet<KnownJob>): Upkeep[] {
  return [...fleets].flatMap(([product, { deviceHours, covered }]) => {
    const own = jobs.filter((job) => job.product === product && job.completedAtMs >= sinceMs && !placed.has(job));
    return own.length === 0 ? [] : [{ hours: deviceHours, devices: covered, jobs: own }];
  });
}

/** Every job of the look-back is drawn from in one place: as the failure or the replacement that ended a life, or as upkeep. */
export function drawnFrom(history: ServiceHistory): { groups: Group[]; upkeep: Upkeep[]; unknown: string[] } {
  const { groups, unknown, placed } = groupsOf(history);
  return { groups, unknown, upkeep: upkeepOf(history, placed) };
}

export async function readService(
  { db, products: book, nowMs }: { db: Queryable; products: ProductBook; nowMs: EpochMs },
  { code, currency }: { code: string; currency: string },
): Promise<KnownService> {
  const sinceMs = Math.max(nowMs - PACE_DAYS * DAY_MS, await book.keptSince());
  const units = await readUnits(db, code, nowMs);
  const fleets = await readFleets(db, code, { sinceMs, nowMs });
  const products = [...fleets.keys()];
  const jobs: KnownJob[] = [];
  const survivals: ProductSurvival[] = [];
  for (const product of products) {
    jobs.push(...(await book.jobsOf(product, currency)));
    survivals.push(await book.survivalOf(product));
  }
  const known = survivals.flatMap(({ components }) => components);
  return {
    ...drawnFrom({ units, fleets, survivals, jobs, sinceMs }),
    units: units.length,
    jobs: jobs.length,
    ownJobs: jobs.filter(({ contract }) => contract === code).length,
    failures: known.reduce((sum, component) => sum + failuresOf(component), 0),
    products,
  };
}
