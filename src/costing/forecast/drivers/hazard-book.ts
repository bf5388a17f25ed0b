// What was believed at a time of how long components live, asked once for each product and half-year: what later lives told changes
// no earlier belief.
import { Counter, type Registry } from 'prom-client';
import type { ProductSurvival } from '../../../contracts/http/survival.ts';
import { boundsOf, type Clock, type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import { hazardsOf } from '../../contracts/service-model.ts';
import type { Hazard } from '../../core/contract/simulation.ts';
import type { MonthNumber } from '../../core/forecast/drivers/driver-model.ts';
import { periodOfMonth } from '../month-series.ts';
import { lifeKey } from './installed-base.ts';

/** How long the components of a product live, as it was known at a time. */
export type SurvivalAt = (product: string, atMs: EpochMs) => Promise<ProductSurvival>;

/** Products times half-years that are remembered. */
export const HAZARDS_LIMIT = 4_000;
/** Jobs are written down late at times: beliefs are asked for anew after this long. */
const FRESH_MS = 6 * HOUR_MS;
/** Months one belief serves. */
const BELIEF_MONTHS = 6;

export interface HazardBook {
  /** By `product component`, for every month from `first` to `last`. */
  read(
    products: readonly string[],
    first: MonthNumber,
    last: MonthNumber,
  ): Promise<(month: MonthNumber) => ReadonlyMap<string, Hazard>>;
}

export interface HazardBookOptions {
  survivalAt: SurvivalAt;
  clock: Clock;
  metrics?: Registry | undefined;
}

interface Known {
  hazards: Promise<ReadonlyMap<string, Hazard | null>>;
  readAtMs: EpochMs;
}

const beliefMonth = (month: MonthNumber): MonthNumber => Math.floor(month / BELIEF_MONTHS) * BELIEF_MONTHS;

function evictions(metrics: Registry | undefined): () => void {
  if (metrics === undefined) return () => {};
  const counter = new Counter({
    name: 'stethos_costing_hazards_evictions_total',
    help: 'Beliefs of how long components live let go from memory to make room for others',
    registers: [metrics],
  });
  return () => counter.inc();
}

export function createHazardBook({ survivalAt, clock, metrics }: HazardBookOptions): HazardBook {
  const known = new Map<string, Known>();
  const onEvicted = evictions(metrics);

  function believed(product: string, month: MonthNumber): Known['hazards'] {
    const key = `${product} ${month}`;
    const before = known.get(key);
    if (before !== undefined && clock.now() - before.readAtMs < FRESH_MS) return before.hazards;
    const hazards = survivalAt(product, boundsOf(periodOfMonth(month)).fromMs).then(hazardsOf);
    known.delete(key);
    known.set(key, { hazards, readAtMs: clock.now() });
    // What failed is asked for again.
    hazards.catch(() => known.delete(key));
    for (const oldest of known.keys()) {
      if (known.size <= HAZARDS_LIMIT) break;
      known.delete(oldest);
      onEvicted();
    }
    return hazards;
  }

  return {
    async read(products, first, last) {
      const beliefs = new Map<MonthNumber, Map<string, Hazard>>();
      for (let month = beliefMonth(first); month <= last; month += BELIEF_MONTHS) {
        const all = new Map<string, Hazard>();
        for (const product of products) {
          for (const [component, hazard] of await believed(product, month)) {
            if (hazard !== null) all.set(lifeKey(product, component), hazard);
          }
        }
        beliefs.set(month, all);
      }
      return (month) => beliefs.get(beliefMonth(month)) ?? new Map<string, Hazard>();
    },
  };
}
