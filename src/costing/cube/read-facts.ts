// Direct facts and shared cost read from the database into columns: a whole period, or some facts by their numbers.
import type { Period } from '../../contracts/time.ts';
import type { Queryable, Transaction } from '../../db/database.ts';
import type { Uncarried } from '../core/origins.ts';
import { createLines, type Dictionaries, LINE_COLUMNS, type Lines } from './lines.ts';

/** Facts fetched at once. */
const PAGE = 20_000;
/** Between the values of a line; no code holds it. */
const SEPARATOR = '\u001f';

/** A line as one text: a row of the driver's for each column would be most of the time. */
const LINE = `concat_ws(E'\\x1f', amount_minor, ${LINE_COLUMNS.map((column) => `coalesce(${column}::text, '')`).join(', ')}) AS line`;

interface LineRow {
  line: string;
}

function addRow(lines: Lines, { line }: LineRow, dictionaries: Dictionaries): void {
  const [amount = '0', ...values] = line.split(SEPARATOR);
  const codes = LINE_COLUMNS.map((column, index) => dictionaries[column].codeOf(values[index] ?? ''));
  lines.add(codes, BigInt(amount));
}

/** Of a period, those with a number above one; a cursor takes no parameters: the period is one, not any text. */
export async function readDirectFacts(
  tx: Transaction,
  { period, after }: { period: Period; after: bigint },
  dictionaries: Dictionaries,
  lines: Lines,
): Promise<void> {
  await tx.query(
    `DECLARE direct_fact NO SCROLL CURSOR FOR SELECT ${LINE} FROM cost_fact
     WHERE period = '${period}' AND id > ${after} AND pool IS NULL`,
  );
  for (;;) {
    const { rows } = await tx.query<LineRow>(`FETCH ${PAGE} FROM direct_fact`);
    for (const row of rows) addRow(lines, row, dictionaries);
    if (rows.length < PAGE) break;
  }
  await tx.query('CLOSE direct_fact');
}

export interface PostedLine {
  period: string;
  isShared: boolean;
  addTo(lines: Lines): void;
}

/** The facts with these numbers, whatever period they are of. */
export async function readPosted(
  db: Queryable,
  ids: readonly number[],
  dictionaries: Dictionaries,
): Promise<PostedLine[]> {
  const posted: PostedLine[] = [];
  for (let from = 0; from < ids.length; from += PAGE) {
    const { rows } = await db.query<LineRow & { period: string; is_shared: boolean }>(
      `SELECT ${LINE}, period, pool IS NOT NULL AS is_shared FROM cost_fact WHERE id = ANY ($1)`,
      [ids.slice(from, from + PAGE)],
    );
    for (const row of rows) {
      posted.push({ period: row.period, isShared: row.is_shared, addTo: (lines) => addRow(lines, row, dictionaries) });
    }
  }
  return posted;
}

interface UncarriedRow {
  origin: Uncarried;
  pool: string;
  element: string;
  currency: string;
  amount: bigint;
}

/** What no receiver carries: left by the run in force or posted since it, and apart from that capacity nobody used. */
export async function readUncarried(
  db: Queryable,
  period: string,
  dictionaries: Dictionaries,
): Promise<Record<Uncarried, Lines>> {
  const { rows } = await db.query<UncarriedRow>(
    `WITH result AS (
       SELECT a.pool, a.element, a.currency, a.own_minor, a.unallocated_minor, a.unused_minor
       FROM allocation_result a JOIN allocation_run r ON r.id = a.run_id
       WHERE r.period = $1 AND r.superseded_at IS NULL)
     SELECT 'unallocated' AS origin, pool, element, currency, unallocated_minor AS amount FROM result WHERE unallocated_minor <> 0
     UNION ALL
     SELECT 'unused', pool, element, currency, unused_minor FROM result WHERE unused_minor <> 0
     UNION ALL
     SELECT 'unallocated', pool, element, currency, coalesce(t.amount_minor, 0) - coalesce(result.own_minor, 0) AS amount
     FROM (SELECT pool, element, currency, amount_minor FROM pool_total WHERE period = $1) t
     FULL JOIN result USING (pool, element, currency)
     WHERE coalesce(t.amount_minor, 0) <> coalesce(result.own_minor, 0)`,
    [period],
  );
  const uncarried = { unallocated: createLines(), unused: createLines() };
  for (const { origin, amount, ...row } of rows) {
    const values: Partial<Record<string, string>> = row;
    uncarried[origin].add(
      LINE_COLUMNS.map((column) => dictionaries[column].codeOf(values[column] ?? '')),
      amount,
    );
  }
  return uncarried;
}
