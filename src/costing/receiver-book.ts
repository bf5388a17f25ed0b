// What is known of receivers, kept by their number: their dimensions and their place in the order that breaks ties. They never
// change, so what was read once is good for ever; the book starts anew when it is full.
import type { ReceiverFilter } from '../contracts/http/allocation.ts';
import type { Dimension } from '../contracts/costs.ts';
import type { Queryable } from '../db/database.ts';
import type { ReceiverFacts } from './core/cycle-network.ts';
import { COLUMN_OF, FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';

/** Most receivers kept; about 200 bytes each. */
export const RECEIVER_BOOK_LIMIT = 300_000;

type ReceiverRow = Record<string, string | number | bigint | null> & { id: number };

export interface ReceiverBook extends ReceiverFacts {
  /** Reads the ones it does not know yet. */
  learn(db: Queryable, ids: readonly Int32Array[]): Promise<void>;
  valueOf(receiverId: number, dimension: Dimension): string | null;
}

const KIND_ORDER = ['contract', 'device', 'work-order'];

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
function byKey(a: ReceiverRow, b: ReceiverRow): number {
  const kinds = KIND_ORDER.indexOf(String(a.kind)) - KIND_ORDER.indexOf(String(b.kind));
  if (kinds !== 0) return kinds;
  const jobs = Number(a.work_order_id ?? 0) - Number(b.work_order_id ?? 0);
  return jobs || compare(String(a.code), String(b.code)) || compare(String(a.key), String(b.key));
}

export function createReceiverBook(limit = RECEIVER_BOOK_LIMIT): ReceiverBook {
  const known = new Map<number, ReceiverRow>();
  let ranks: Map<number, number> | null = null;

  function rankOf(id: number): number {
    ranks ??= new Map([...known.values()].sort(byKey).map((row, rank) => [row.id, rank]));
    const rank = ranks.get(id);
    if (rank === undefined) throw new RangeError(`receiver ${id} was not read`);
    return rank;
  }
  const valueOf = (id: number, dimension: Dimension): string | null => {
    const row = known.get(id);
    if (!row) throw new RangeError(`receiver ${id} was not read`);
    if (dimension === 'work-order') return row.work_order_id === null ? null : String(row.work_order_id);
    return (row[COLUMN_OF[dimension]] as string | null | undefined) ?? null;
  };

  return {
    rankOf,
    valueOf,
    matches: (id, filter: ReceiverFilter) =>
      Object.entries(filter).every(([dimension, codes]) => {
        const value = valueOf(id, dimension as Dimension);
        return value !== null && codes?.includes(value) === true;
      }),
    async learn(db, lists) {
      const asked = new Set(lists.flatMap((ids) => [...ids]));
      if (known.size + asked.size > limit) known.clear();
      const missing = [...asked].filter((id) => !known.has(id));
      if (missing.length === 0) return;
      ranks = null;
      const { rows } = await db.prepared<ReceiverRow>(
        'cost-receivers',
        `SELECT id, key, kind, code, work_order_id, ${FACT_DIMENSION_COLUMNS.join(', ')} FROM cost_receiver WHERE id = ANY ($1)`,
        [missing],
      );
      for (const row of rows) known.set(row.id, row);
    },
  };
}
