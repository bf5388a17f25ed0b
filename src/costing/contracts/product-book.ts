// What is known of products whoever's contract their devices are under: finished jobs, lives, what they cost. Read once for all
// contracts that are estimated at a position of the event log and a day.
import type { ProductSurvival } from '../../contracts/http/survival.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { addMonths, type DayNumber } from '../core/contract/days.ts';
import { type CostsRead, costsOfProducts, type Summaries } from './contract-costs.ts';
import { jobsKeptSince, type KnownJob, readPastJobs } from './past-jobs.ts';

/** How long the components of a product live. */
export type Survival = (product: string) => Promise<ProductSurvival>;

export interface ProductBook {
  /** From when on jobs were written down. */
  keptSince(): Promise<EpochMs>;
  /** In the order they were finished; what they cost in the currency. */
  jobsOf(product: string, currency: string): Promise<readonly KnownJob[]>;
  survivalOf: Survival;
  /** Direct and allocated cost by product, of the months a load is worked out from. */
  costsIn(currency: string): Promise<CostsRead>;
}

const LOOK_BACK_MONTHS = 12;

export interface ProductSources {
  database: Queryable;
  summary: Summaries;
  survival: Survival;
  nowMs: EpochMs;
  today: DayNumber;
}

/** What failed is asked for again. */
function once<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key, read) => {
    const found = known.get(key) ?? read();
    known.set(key, found);
    found.catch(() => known.delete(key));
    return found;
  };
}

/** As many entries as there are products and currencies. */
export function createProductBook({ database, summary, survival, nowMs, today }: ProductSources): ProductBook {
  const [kept, jobs] = [once<EpochMs>(), once<KnownJob[]>()];
  const [lives, costs] = [once<ProductSurvival>(), once<CostsRead>()];
  return {
    keptSince: () => kept('', () => jobsKeptSince(database, nowMs)),
    jobsOf: (product, currency) =>
      jobs(JSON.stringify([product, currency]), () => readPastJobs(database, [product], { currency, nowMs })),
    survivalOf: (product) => lives(product, () => survival(product)),
    costsIn: (currency) =>
      costs(currency, () =>
        costsOfProducts(summary, { currency, fromDay: addMonths(today, -LOOK_BACK_MONTHS), toDay: today }),
      ),
  };
}
