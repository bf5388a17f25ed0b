// Allocated amounts in columns: a pool's result is two arrays, who and how much, worked out when it changed, and the receivers'
// dimensions stand once for all pools.
import type { Queryable } from '../../db/database.ts';
import { readEnds } from '../allocation-ends.ts';
import { placeLeft, type PoolEnds } from '../core/allocation.ts';
import { createScratch, type Scratch } from '../core/largest-remainder.ts';
import { FACT_DIMENSION_COLUMNS } from '../dimension-columns.ts';
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
  run_id: bigint;
  pool: string;
  element: string;
  currency: string;
  shared: bigint;
  ends: string;
}

/** Those that receivers carry something of; what one of them carries follows from what its version says. */
const RESULTS = `SELECT concat_ws(' ', run_id, pool, element, currency, shared, ends) AS version, * FROM (
    SELECT a.run_id, a.pool, a.element, a.currency, a.placed_minor + a.unused_minor AS shared, encode(a.ends, 'hex') AS ends
    FROM allocation_result a JOIN allocation_run r ON r.id = a.run_id
    WHERE r.period = $1 AND r.superseded_at IS NULL AND a.ends IS NOT NULL AND a.placed_minor <> 0) result`;

/** The results in force in a period; those that are `known` in their present version are taken over as they are. */
export async function readPlaced(
  db: Queryable,
  period: string,
  known: ReadonlyMap<string, Placed>,
  receivers: Receivers,
): Promise<Map<string, Placed>> {
  const { rows: present } = await db.query<ResultRow>(RESULTS, [period]);
  const changed = present.filter(({ version }) => !known.has(version));
  const runId = Number(changed[0]?.run_id);
  const endsByHash = await readEnds(db, runId, [...new Set(changed.map(({ ends }) => ends))]);
  for (const { receiverIds } of endsByHash.values()) await receivers.learn(db, receiverIds);
  const scratch = createScratch();
  const fresh = new Map<string, Placed>();
  for (const row of changed) {
    receivers.name(row);
    const ends = endsByHash.get(row.ends);
    if (ends === undefined) throw new Error(`who carries what pool ${row.pool} placed was not stored`);
    fresh.set(row.version, placedOf(row, ends, receivers, scratch));
  }
  return new Map(
    present.flatMap(({ version }) => {
      const placed = fresh.get(version) ?? known.get(version);
      return placed ? [[version, placed] as const] : [];
    }),
  );
}

/** Receivers that got nothing carry no line. */
function placedOf(row: ResultRow, ends: PoolEnds, receivers: Receivers, scratch: Scratch): Placed {
  const { version, pool, element, currency } = row;
  const { receiverIds, amountsMinor } = placeLeft(Number(row.shared), ends, scratch);
  const isCarried = (_: number, index: number): boolean => amountsMinor[index] !== 0;
  const amounts = amountsMinor.filter(isCarried);
  return {
    version,
    pool,
    element,
    currency,
    receivers: receiverIds.filter(isCarried).map((id) => receivers.lineOf(id)),
    amounts,
    magnitude: amounts.reduce((sum, amount) => sum + BigInt(Math.abs(amount)), 0n),
  };
}
