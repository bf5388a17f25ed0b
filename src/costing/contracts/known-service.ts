// Everything an estimate of one contract starts from: the model of its service, and how much shared cost goes with direct cost.
import type { Basis } from '../../contracts/http/contract-margins.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { DayNumber } from '../core/contract/days.ts';
import type { LoadPpm } from '../core/contract/provision.ts';
import { type Cost, sumCosts } from './contract-costs.ts';
import type { ContractRow } from './contract-rows.ts';
import type { ProductBook } from './product-book.ts';
import { type KnownService, readService } from './service-model.ts';

export interface EstimateSources {
  database: Queryable;
  products: ProductBook;
  nowMs: EpochMs;
  today: DayNumber;
  /** The first day cost is known of. */
  knownFrom: DayNumber;
}

export interface KnownContract {
  service: KnownService;
  loadPpm: LoadPpm;
  basis: (draws: number) => Basis;
}

/** Jobs from which a contract's own share of shared cost is believed. */
const FEWEST_OWN_JOBS = 10;
const PPM = 1_000_000;

const shareOf = ({ directMinor, allocatedMinor }: Cost): number =>
  directMinor > 0n ? Math.max(0, Number(allocatedMinor) / Number(directMinor)) : 0;

/** `null`: it has no devices, or nobody ever finished a job on any like them. */
export async function readKnown(
  { database, products, nowMs }: EstimateSources,
  contract: ContractRow,
  own: Cost,
): Promise<KnownContract | null> {
  const service = await readService({ db: database, products, nowMs }, contract);
  if (service.jobs === 0 || service.units === 0) return null;
  const isOwn = service.ownJobs >= FEWEST_OWN_JOBS && own.directMinor > 0n;
  const costs = isOwn ? null : await products.costsIn(contract.currency);
  const cohort = sumCosts(service.products.flatMap((product) => costs?.of.get(product) ?? []));
  const share = shareOf(isOwn ? own : cohort);
  return {
    service,
    loadPpm: Math.round(share * PPM),
    basis: (draws) => ({
      draws,
      jobs: service.jobs,
      ownJobs: service.ownJobs,
      failures: service.failures,
      borrowedFrom: service.ownJobs === 0 ? service.products : [],
      load: { share, of: isOwn ? 'contract' : 'products' },
      unknown: service.unknown,
    }),
  };
}
