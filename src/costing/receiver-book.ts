// What is known of receivers, kept in columns by their number: their place in the order that breaks ties, and those of their
// dimensions that somebody asked for. They never change, so what was read once is good for ever; the book starts anew when full.
import type { ReceiverFilter } from '../contracts/http/allocation.ts';
import type { Dimension } from '../contracts/costs.ts';
import type { Queryable } from '../db/database.ts';
import type { Passing, ReceiverFacts } from './core/cycle-network.ts';
import { FACT_DIMENSIONS } from './dimension-columns.ts';
import { integersAsBytes, numbersOf } from './packed-arrays.ts';

/** Most receivers kept; about 200 bytes each. */
export const RECEIVER_BOOK_LIMIT = 300_000;

export interface ReceiverBook extends ReceiverFacts {
  /** Reads the place of the ones it does not know yet. */
  learnOrder(db: Queryable, lists: readonly Int32Array[]): Promise<void>;
  /** Reads these dimensions of the ones it does not know them of. */
  learn(db: Queryable, lists: readonly Int32Array[], dimensions: readonly Dimension[]): Promise<void>;
  /** What those of each value carry; every sum is one that a double holds, because all of it together is. */
  sumsBy(dimension: Dimension, receiverIds: Int32Array, amountsMinor: Float64Array): Map<string | null, number>;
}

/** What makes the order: kind, job, code of what is no job, key; of the key as much as a double holds. */
interface Place {
  kind: number;
  job: number;
  code: string;
  key: number;
}
const compare = (a: Place, b: Place): number =>
  a.kind - b.kind || a.job - b.job || (a.code < b.code ? -1 : a.code > b.code ? 1 : a.key - b.key);

const READ_ORDER = `SELECT kind, array_agg(id)::text AS ids, array_agg(coalesce(work_order_id, 0))::text AS jobs,
    array_agg(('x' || left(replace(key::text, '-', ''), 13))::bit(52)::bigint)::text AS keys,
    CASE kind WHEN 'work-order' THEN NULL ELSE array_agg(code) END AS codes
  FROM cost_receiver WHERE id = ANY ($1::integer[]) GROUP BY kind`;
const KIND_ORDER = ['contract', 'device', 'work-order'];

/** One thing that is known of receivers, by their number, and the lists of which all is known. */
interface Part<T> {
  known: Map<number, T>;
  learned: WeakSet<Int32Array>;
}
/** A dimension: values as numbers. */
interface DimensionPart extends Part<number> {
  values: (string | null)[];
}

/** Receivers have no value in dimensions of lines. */
const RECEIVER_COLUMNS: Partial<Record<Dimension, string>> = {
  ...FACT_DIMENSIONS,
  'work-order': 'work_order_id::text',
};

async function readPlaces(db: Queryable, ids: Int32Array, places: Map<number, Place>): Promise<void> {
  const { rows } = await db.prepared<{ kind: string; ids: string; jobs: string; keys: string; codes: string[] | null }>(
    'receiver-order',
    READ_ORDER,
    [integersAsBytes(ids)],
  );
  for (const row of rows) {
    const kind = KIND_ORDER.indexOf(row.kind);
    const [jobs, keys] = [numbersOf(row.jobs), numbersOf(row.keys)];
    numbersOf(row.ids).forEach((id, index) => {
      places.set(id, { kind, job: jobs[index] as number, code: row.codes?.[index] ?? '', key: keys[index] as number });
    });
  }
}

async function readDimension(db: Queryable, ids: Int32Array, dimension: Dimension, into: DimensionPart): Promise<void> {
  const { rows } = await db.prepared<{ value: string | null; ids: string }>(
    `receiver-${dimension}`,
    `SELECT ${RECEIVER_COLUMNS[dimension] ?? 'NULL::text'} AS value, array_agg(id)::text AS ids FROM cost_receiver
     WHERE id = ANY ($1::integer[]) GROUP BY 1`,
    [integersAsBytes(ids)],
  );
  const known = new Map(into.values.map((value, code) => [value, code]));
  for (const { value, ids: theirs } of rows) {
    const code = known.get(value) ?? into.values.push(value) - 1;
    for (const id of numbersOf(theirs)) into.known.set(id, code);
  }
}

function unknownOf(lists: readonly Int32Array[], known: { has(id: number): boolean }): Int32Array {
  const unknown = new Set<number>();
  for (const ids of lists) for (const id of ids) if (!known.has(id)) unknown.add(id);
  return Int32Array.from(unknown).sort();
}

/** `onFull` is told when the book is begun anew. */
export function createReceiverBook(onFull = (): void => {}, limit = RECEIVER_BOOK_LIMIT): ReceiverBook {
  const order: Part<Place> = { known: new Map(), learned: new WeakSet() };
  const dimensions = new Map<Dimension, DimensionPart>();
  let passed = new WeakMap<Int32Array, Map<string, Passing>>();

  async function learnPart<T>(
    part: Part<T>,
    lists: readonly Int32Array[],
    read: (unknown: Int32Array) => Promise<void>,
  ): Promise<void> {
    const fresh = lists.filter((ids) => !part.learned.has(ids));
    if (fresh.length === 0) return;
    let unknown = unknownOf(fresh, part.known);
    if (part.known.size > 0 && part.known.size + unknown.length > limit) {
      part.known.clear();
      part.learned = new WeakSet();
      passed = new WeakMap();
      unknown = unknownOf(lists, part.known);
      onFull();
    }
    if (unknown.length > 0) await read(unknown);
    for (const ids of lists) part.learned.add(ids);
  }
  const placeOf = (id: number): Place => {
    const place = order.known.get(id);
    if (place === undefined) throw new RangeError(`the place of receiver ${id} was not read`);
    return place;
  };
  const codeOf = (part: DimensionPart | undefined, id: number, dimension: Dimension): number => {
    const code = part?.known.get(id);
    if (code === undefined) throw new RangeError(`${dimension} of receiver ${id} was not read`);
    return code;
  };

  function pass(ids: Int32Array, filter: ReceiverFilter): Passing {
    const tests = Object.entries(filter).map(([name, wanted]) => {
      const dimension = name as Dimension;
      const part = dimensions.get(dimension);
      const isWanted = (part?.values ?? []).map((value) => value !== null && wanted?.includes(value) === true);
      return (id: number): boolean => isWanted[codeOf(part, id, dimension)] === true;
    });
    const indexes = Int32Array.from(ids.keys()).filter((index) => tests.every((test) => test(ids[index] as number)));
    return { indexes, receiverIds: Int32Array.from(indexes, (index) => ids[index] as number) };
  }

  return {
    compare: (a, b) => compare(placeOf(a), placeOf(b)),
    passing(ids, filter) {
      const known = passed.get(ids) ?? new Map<string, Passing>();
      const key = JSON.stringify(filter);
      const passing = known.get(key) ?? pass(ids, filter);
      known.set(key, passing);
      passed.set(ids, known);
      return passing;
    },
    sumsBy(dimension, receiverIds, amountsMinor) {
      const part = dimensions.get(dimension);
      const sums = new Float64Array(part?.values.length ?? 0);
      for (let i = 0; i < receiverIds.length; i += 1) {
        const code = codeOf(part, receiverIds[i] as number, dimension);
        sums[code] = (sums[code] as number) + (amountsMinor[i] as number);
      }
      return new Map((part?.values ?? []).map((value, code) => [value, sums[code] as number]));
    },
    learnOrder: (db, lists) => learnPart(order, lists, (unknown) => readPlaces(db, unknown, order.known)),
    async learn(db, lists, asked) {
      for (const dimension of asked) {
        const part = dimensions.get(dimension) ?? { known: new Map(), learned: new WeakSet(), values: [] };
        dimensions.set(dimension, part);
        await learnPart(part, lists, (unknown) => readDimension(db, unknown, dimension, part));
      }
    },
  };
}
