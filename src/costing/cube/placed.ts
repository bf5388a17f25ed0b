// Allocated amounts in columns: a pool's result is two arrays, who and how much, and the receivers' dimensions stand once
// for all pools.
import type { Queryable } from '../../db/database.ts';
import { FACT_DIMENSION_COLUMNS } from '../dimension-columns.ts';
import { numbersOf } from '../packed-arrays.ts';
import { createLines, type Dictionaries, LINE_COLUMNS, type Lines } from './lines.ts';

/** What one pool gave in one element and currency. */
export interface Placed {
  /** Changes when anything of it does. */
  version: string;
  pool: string;
  element: string;
  currency: string;
  /** Lines of `Receivers`. */
  receivers: Int32Array;
  amounts: Float64Array;
  magnitude: bigint;
}

/** Every receiver met so far, a line each, without amounts. They never change, so none is read twice. */
export interface Receivers {
  readonly lines: Lines;
  /** Reads those not known yet. */
  learn(db: Queryable, ids: Iterable<number>): Promise<void>;
  lineOf(id: number): number;
  /** Gives what a result has of its pool's its codes: a pool that placed all it had stands in no other line. */
  name(result: Pick<Placed, 'pool' | 'element' | 'currency'>): void;
}

interface ReceiverRow extends Partial<Record<(typeof LINE_COLUMNS)[number], string | null>> {
  id: number;
}

export function createReceivers(dictionaries: Dictionaries): Receivers {
  const lines = createLines();
  const lineById = new Map<number, number>();
  return {
    lines,
    lineOf(id) {
      const line = lineById.get(id);
      if (line === undefined) throw new RangeError(`cost receiver ${id} was not read`);
      return line;
    },
    name({ pool, element, currency }) {
      dictionaries.pool.codeOf(pool);
      dictionaries.element.codeOf(element);
      dictionaries.currency.codeOf(currency);
    },
    async learn(db, ids) {
      const missing = [...new Set(ids)].filter((id) => !lineById.has(id));
      if (missing.length === 0) return;
      const { rows } = await db.query<ReceiverRow>(
        `SELECT id, ${FACT_DIMENSION_COLUMNS.join(', ')}, work_order_id::text FROM cost_receiver WHERE id = ANY ($1)`,
        [missing],
      );
      for (const row of rows) {
        // A caller beside this one may have asked for the same.
        if (lineById.has(row.id)) continue;
        lineById.set(row.id, lines.length);
        lines.add(
          LINE_COLUMNS.map((column) => dictionaries[column].codeOf(row[column] ?? '')),
          0n,
        );
      }
    },
  };
}

interface ResultRow {
  version: string;
  pool: string;
  element: string;
  currency: string;
  ids: string;
  amounts: string;
}

const RESULTS = `FROM allocation_result a JOIN allocation_run r ON r.id = a.run_id WHERE r.period = $1 AND r.superseded_at IS NULL`;
const VERSION = `concat_ws(' ', a.run_id, a.pool, a.element, a.currency, encode(a.hash, 'hex'))`;

/** The results in force in a period; those that are `known` in their present version are taken over as they are. */
export async function readPlaced(
  db: Queryable,
  period: string,
  known: ReadonlyMap<string, Placed>,
  receivers: Receivers,
): Promise<Map<string, Placed>> {
  const { rows: present } = await db.query<{ version: string }>(`SELECT ${VERSION} AS version ${RESULTS}`, [period]);
  const changed = present.filter(({ version }) => !known.has(version)).map(({ version }) => version);
  const fresh = new Map<string, Placed>();
  if (changed.length > 0) {
    const { rows } = await db.query<ResultRow>(
      `SELECT ${VERSION} AS version, a.pool, a.element, a.currency, a.receiver_ids::text AS ids, a.amounts_minor::text AS amounts
       ${RESULTS} AND ${VERSION} = ANY ($2)`,
      [period, changed],
    );
    const results = rows.map((row) => ({ row, ids: numbersOf(row.ids), amounts: numbersOf(row.amounts) }));
    await receivers.learn(
      db,
      results.flatMap(({ ids }) => [...ids]),
    );
    for (const { row } of results) receivers.name(row);
    for (const { row, ids, amounts } of results) fresh.set(row.version, placedOf(row, ids, amounts, receivers));
  }
  return new Map(
    present.flatMap(({ version }) => {
      const placed = fresh.get(version) ?? known.get(version);
      return placed ? [[version, placed] as const] : [];
    }),
  );
}

/** Receivers that got nothing carry no line. */
function placedOf(row: ResultRow, ids: Float64Array, amounts: Float64Array, receivers: Receivers): Placed {
  const { version, pool, element, currency } = row;
  const isCarried = (_: number, index: number): boolean => amounts[index] !== 0;
  const carried = amounts.filter(isCarried);
  return {
    version,
    pool,
    element,
    currency,
    receivers: Int32Array.from(ids.filter(isCarried), (id) => receivers.lineOf(id)),
    amounts: carried,
    magnitude: carried.reduce((sum, amount) => sum + BigInt(Math.abs(amount)), 0n),
  };
}
