// All that the rates' screen shows, read together: rates, exchange rates, merges, postings by hand, and the names they mention.
import type { Pool } from '../../../../contracts/http/allocation.ts';
import type { NotConverted, Summary } from '../../../../contracts/http/costs.ts';
import type { DimensionMapping } from '../../../../contracts/http/dimension-mappings.ts';
import type { ExchangeRate } from '../../../../contracts/http/exchange-rates.ts';
import type { ManualPosting } from '../../../../contracts/http/manual-postings.ts';
import type { Page } from '../../../../contracts/http/page.ts';
import type { Rate } from '../../../../contracts/http/rates.ts';
import type { Engineer } from '../../../../contracts/http/registry.ts';
import { useApp } from '../../../app-context.ts';
import { type Resource, useResource } from '../../../state/use-resource.ts';

/** Postings by hand that are shown, newest first. */
const POSTINGS = 100;

export interface RateBook {
  rates: readonly Rate[];
  exchange: readonly ExchangeRate[];
  merges: readonly DimensionMapping[];
  postings: readonly ManualPosting[];
  notConverted: readonly NotConverted[];
  engineers: readonly Engineer[];
  pools: readonly Pool[];
}

/** `key` changes when it is to be read again. */
export function useRateBook(period: string, key: string): Resource<RateBook> {
  const { api } = useApp();
  return useResource(
    `rates ${period} ${key}`,
    async (signal): Promise<RateBook> => {
      const list = async <T>(path: string, query?: Record<string, number>): Promise<T[]> =>
        (await api.get<Page<T>>(path, query, signal)).items;
      const [rates, exchange, merges, postings, engineers, pools, summary] = await Promise.all([
        list<Rate>('/rates'),
        list<ExchangeRate>('/rates/exchange'),
        list<DimensionMapping>('/costs/dimension-mappings'),
        list<ManualPosting>('/costs/postings', { limit: POSTINGS }),
        list<Engineer>('/engineers', { limit: 500 }),
        list<Pool>('/allocation/pools'),
        api.get<Summary>('/costs/summary', { by: '', period }, signal),
      ]);
      return { rates, exchange, merges, postings, engineers, pools, notConverted: summary.notConverted };
    },
    true,
  );
}
