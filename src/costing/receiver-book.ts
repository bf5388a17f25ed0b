// What is known of receivers, kept by their number: their dimensions and their place in the order that breaks ties. They never
// change, so what was read once is good for ever; the book starts anew when it is full.
import type { ReceiverFilter } from '../contracts/http/allocation.ts';
import type { Dimension } from '../contracts/costs.ts';
import type { Queryable } from '../db/database.ts';
import type { ReceiverFacts } from './core/cycle-network.ts';
import { COLUMN_OF, FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';

/** Most receivers kept; about 200 bytes each. */
export const RECEIVER_BOOK_LIMIT = 300_000;

/** What a filter said of a receiver, kept by its number. */
const [UNASKED, YES, NO] = [0, 1, 2];

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

/** `onFull` is told when the book is begun anew. */
export function createReceiverBook(onFull = (): void => {}, limit = RECEIVER_BOOK_LIMIT): ReceiverBook {
  const known = new Map<number, ReceiverRow>();
  /** Lists whose receivers are all known, and what filters said of each receiver: both for as long as the book is not begun anew. */
  let learned = new WeakSet<Int32Array>();
  let verdicts = new WeakMap<ReceiverFilter, Uint8Array>();
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
  async function read(db: Queryable, ids: readonly number[]): Promise<void> {
    ranks = null;
    const { rows } = await db.prepared<ReceiverRow>(
      'cost-receivers',
      `SELECT id, key, kind, code, work_order_id, ${FACT_DIMENSION_COLUMNS.join(', ')} FROM cost_receiver WHERE id = ANY ($1)`,
      [ids],
    );
    for (const row of rows) known.set(row.id, row);
  }
  const passes = (id: number, filter: ReceiverFilter): boolean =>
    Object.entries(filter).every(([dimension, codes]) => {
      const value = valueOf(id, dimension as Dimension);
      return value !== null && codes?.includes(value) === true;
    });

  return {
    rankOf,
    valueOf,
    matches(id, filter) {
      let said = verdicts.get(filter);
      if (said === undefined || said.length <= id) {
        const longer = new Uint8Array(Math.max(2 * (said?.length ?? 0), id + 1, 1024));
        if (said) longer.set(said);
        said = longer;
        verdicts.set(filter, said);
      }
      if (said[id] === UNASKED) said[id] = passes(id, filter) ? YES : NO;
      return said[id] === YES;
    },
    async learn(db, lists) {
      if (lists.every((ids) => learned.has(ids))) return;
      const asked = new Set<number>();
      for (const ids of lists) for (const id of ids) asked.add(id);
      let missing = [...asked].filter((id) => !known.has(id));
      if (known.size > 0 && known.size + missing.length > limit) {
        known.clear();
        learned = new WeakSet();
        verdicts = new WeakMap();
        missing = [...asked];
        onFull();
      }
      if (missing.length > 0) await read(db, missing);
      for (const ids of lists) learned.add(ids);
    },
  };
}
