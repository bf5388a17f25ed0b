// Holds pivots against the facts: month by month and element by element, what the columns in memory answer is the sum of the facts.
import type { Period } from '../contracts/time.ts';
import { EVERYTHING } from '../contracts/access.ts';
import type { Database } from '../db/database.ts';
import { totalOf } from './core/origins.ts';
import { AS_POSTED } from './core/value-mapping.ts';
import { readCells } from './cube/cells.ts';
import { createCostCube } from './cube/cost-cube.ts';

/** There are few elements and currencies. */
const ROWS_LIMIT = 10_000;

type Sums = Map<string, bigint>;
const add = (sums: Sums, key: string, amount: bigint): void => void sums.set(key, (sums.get(key) ?? 0n) + amount);

/** The first break as a text. */
export async function cubeBreak(database: Database): Promise<string | null> {
  const facts = await database.query<{ period: Period; element: string; currency: string; amount: bigint }>(
    'SELECT period, element, currency, sum(amount_minor)::bigint AS amount FROM cost_fact GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
  );
  for (const period of new Set(facts.rows.map((row) => row.period))) {
    const wanted: Sums = new Map();
    for (const row of facts.rows) if (row.period === period) add(wanted, `${row.element} ${row.currency}`, row.amount);
    const question = { by: ['element' as const], filters: {}, scope: EVERYTHING, mappings: AS_POSTED };
    const first = facts.rows.find((row) => row.period === period)?.currency ?? '';
    // One month in memory at a time.
    const cells = await createCostCube({ database }).ask({ from: period, to: period }, (view) =>
      readCells(view, question, first, ROWS_LIMIT),
    );
    const told: Sums = new Map();
    for (const { currency, rows } of cells) {
      for (const { keys, amounts } of rows) add(told, `${keys['element']} ${currency}`, totalOf(amounts));
    }
    for (const key of new Set([...wanted.keys(), ...told.keys()])) {
      const [sum, answer] = [wanted.get(key) ?? 0n, told.get(key) ?? 0n];
      if (sum !== answer) return `${period} ${key}: facts ${sum}, pivot ${answer}`;
    }
  }
  return null;
}
