// Versions of budgets: written as drafts, put in force by a second person, never changed.
import { wrongCostMonth } from '../../contracts/cost-dates.ts';
import type { Budget, BudgetDetail, BudgetImport, BudgetTable, NewBudget } from '../../contracts/http/budgets.ts';
import { BUDGET_LINES_LIMIT } from '../../contracts/http/budgets.ts';
import { minorOf, moneyOf } from '../../contracts/money.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Period } from '../../contracts/time.ts';
import type { Database, Queryable } from '../../db/database.ts';
import { appendEvent } from '../../db/event-log.ts';
import { partOf } from '../core/budget/part.ts';
import { type BudgetAmount, type BudgetRows, readBudgetTable } from '../core/budget/table.ts';
import { parseFilter } from '../core/cost-query.ts';
import { unknownParts } from './part-codes.ts';

interface Row {
  id: number;
  code: string;
  version: number;
  currency: string;
  first: Period;
  last: Period;
  total: string;
  lines: number;
  note: string | null;
  author: string;
  created_at: Date;
  actor: string | null;
  activated_at: Date | null;
  in_force: boolean;
}

const SELECT = `
  SELECT v.id, v.code, v.version, v.currency, v.note, v.author, v.created_at, a.actor, a.at AS activated_at, l.*,
    a.at IS NOT NULL AND v.id = (SELECT o.version_id FROM budget_activation o JOIN budget_version w ON w.id = o.version_id
      WHERE w.code = v.code ORDER BY o.at DESC, w.version DESC LIMIT 1) AS in_force
  FROM budget_version v LEFT JOIN budget_activation a ON a.version_id = v.id
  CROSS JOIN LATERAL (SELECT min(period) AS first, max(period) AS last, sum(amount_minor)::text AS total, count(*)::integer AS lines
    FROM budget_line WHERE version_id = v.id) l`;
const VERSIONS_LIMIT = 500;
/** Wrong lines of a budget that a refusal names. */
const WRONG_SHOWN = 20;

const toBudget = (row: Row): Budget => ({
  code: row.code,
  version: row.version,
  currency: row.currency,
  from: row.first,
  to: row.last,
  total: moneyOf(BigInt(row.total), row.currency),
  lines: row.lines,
  note: row.note,
  author: row.author,
  createdAt: row.created_at.toISOString(),
  activatedBy: row.actor,
  activatedAt: row.activated_at?.toISOString() ?? null,
  isInForce: row.in_force,
});

export async function listBudgets(db: Queryable): Promise<Budget[]> {
  const { rows } = await db.query<Row>(`${SELECT} ORDER BY v.created_at DESC, v.id DESC LIMIT ${VERSIONS_LIMIT}`);
  return rows.map(toBudget);
}

async function readRow(db: Queryable, code: string, version: number): Promise<Row> {
  const { rows } = await db.query<Row>(`${SELECT} WHERE v.code = $1 AND v.version = $2`, [code, version]);
  if (!rows[0]) throw new Problem('not-found', `There is no version ${version} of budget ${code}`);
  return rows[0];
}

export interface StoredLine {
  part: string;
  period: Period;
  amount_minor: bigint;
}

async function readLines(db: Queryable, id: number): Promise<StoredLine[]> {
  const { rows } = await db.query<StoredLine>(
    'SELECT part, period, amount_minor FROM budget_line WHERE version_id = $1 ORDER BY part, period',
    [id],
  );
  return rows;
}

export async function readBudget(db: Queryable, code: string, version: number): Promise<BudgetDetail> {
  const row = await readRow(db, code, version);
  const rows = (await readLines(db, row.id)).map(({ part, period, amount_minor }) => ({
    part: parseFilter(part) as Record<string, string>,
    period,
    amount: moneyOf(amount_minor, row.currency),
  }));
  return { ...toBudget(row), rows };
}

export interface BudgetInForce {
  budget: Budget;
  lines: StoredLine[];
}

/** Of a code, or the one put in force last of all. */
export async function budgetInForce(db: Queryable, code: string | undefined): Promise<BudgetInForce | null> {
  const { rows } = await db.query<Row>(
    `${SELECT} WHERE a.at IS NOT NULL AND ($1::text IS NULL OR v.code = $1) ORDER BY a.at DESC, v.version DESC LIMIT 1`,
    [code ?? null],
  );
  const row = rows[0];
  return row ? { budget: toBudget(row), lines: await readLines(db, row.id) } : null;
}

export interface Written {
  actor: string;
  at: string;
}

interface Draft {
  code: string;
  currency: string;
  note: string | null;
  lines: readonly BudgetAmount[];
}

async function writeVersion(
  database: Database,
  { code, currency, note, lines }: Draft,
  { actor, at }: Written,
): Promise<Budget> {
  const version = await database.transaction(async (tx) => {
    // One writer at a time: two must not take the same number.
    await tx.query('LOCK TABLE budget_version IN SHARE ROW EXCLUSIVE MODE');
    const { rows } = await tx.query<{ id: number; version: number }>(
      `INSERT INTO budget_version (code, version, currency, note, author, created_at)
       SELECT $1, 1 + coalesce(max(version), 0), $2, $3, $4, $5 FROM budget_version WHERE code = $1 RETURNING id, version`,
      [code, currency, note, actor, at],
    );
    const { id, version: number } = rows[0] as { id: number; version: number };
    await tx.query(
      `INSERT INTO budget_line (version_id, part, period, amount_minor)
       SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[])`,
      [id, lines.map(({ part }) => part), lines.map(({ period }) => period), lines.map(({ minor }) => minor)],
    );
    appendEvent(tx, { type: 'registry.changed', at, payload: { resource: 'budget', code } });
    return number;
  });
  return toBudget(await readRow(database, code, version));
}

function toLines(budget: NewBudget): { currency: string; lines: BudgetAmount[] } {
  const currency = budget.lines[0]?.amount.currency ?? '';
  const seen = new Set<string>();
  const lines = budget.lines.map(({ filter, period, amount }, i) => {
    const where = `lines[${i}]`;
    if (amount.currency !== currency) throw new Problem('refused', `${where}: a budget has one currency, ${currency}`);
    const minor = minorOf(amount);
    if (minor === null || minor < 0n)
      throw new Problem('refused', `${where}: ${amount.amount} is not a budget in ${currency}`);
    const wrongMonth = wrongCostMonth(period);
    if (wrongMonth) throw new Problem('refused', `${where}: ${wrongMonth.en}`);
    const part = partOf(filter);
    if (seen.has(`${part} ${period}`))
      throw new Problem('refused', `${where}: ${period} of the same part is there twice`);
    seen.add(`${part} ${period}`);
    return { part, period, minor };
  });
  return { currency, lines };
}

export async function createBudget(database: Database, budget: NewBudget, written: Written): Promise<Budget> {
  const { currency, lines } = toLines(budget);
  const unknown = await unknownParts(
    database,
    lines.map(({ part }) => part),
  );
  const wrong = lines.flatMap(({ part }, i) => (unknown.has(part) ? [`lines[${i}]: ${unknown.get(part)?.en}`] : []));
  if (wrong.length > 0) throw new Problem('refused', wrong.slice(0, WRONG_SHOWN).join('; '));
  return writeVersion(database, { code: budget.code, note: budget.note ?? null, currency, lines }, written);
}

async function readTable(db: Queryable, { text, currency }: BudgetTable): Promise<BudgetRows> {
  const { lines, refused } = readBudgetTable(text, currency);
  const unknown = await unknownParts(
    db,
    lines.map(({ part }) => part),
  );
  const texts = text.split(/\r?\n/);
  const reasons = new Map(
    lines.flatMap(({ row, part }) => {
      const reason = unknown.get(part);
      return reason ? [[row, reason] as const] : [];
    }),
  );
  const ofNothing = [...reasons].map(([row, reason]) => ({ row, text: texts[row - 1] ?? '', reason }));
  return { lines, refused: [...refused, ...ofNothing].sort((a, b) => a.row - b.row) };
}

/** All rows or none. */
export async function importBudget(database: Database, table: BudgetTable, written: Written): Promise<BudgetImport> {
  const { lines, refused } = await readTable(database, table);
  if (refused.length > 0) return { budget: null, refused };
  if (lines.length === 0) throw new Problem('refused', 'The table has no amounts; paste a head and at least one row');
  if (lines.length > BUDGET_LINES_LIMIT) {
    throw new Problem(
      'refused',
      `${lines.length} amounts; a budget holds ${BUDGET_LINES_LIMIT}: take fewer dimensions`,
    );
  }
  const { code, currency, note = null } = table;
  return { budget: await writeVersion(database, { code, currency, note, lines }, written), refused };
}

export interface BudgetActivation extends Written {
  code: string;
  version: number;
  note: string | null;
}

export async function activateBudget(
  database: Database,
  { code, version, actor, note, at }: BudgetActivation,
): Promise<Budget> {
  await database.transaction(async (tx) => {
    await tx.query('LOCK TABLE budget_activation IN SHARE ROW EXCLUSIVE MODE');
    const row = await readRow(tx, code, version);
    if (row.actor !== null)
      throw new Problem('refused', `Version ${version} of ${code} was put in force already; write the next one`);
    if (row.author === actor)
      throw new Problem('refused', 'You wrote this version; a second person has to put it in force');
    await tx.query('INSERT INTO budget_activation (version_id, actor, at, note) VALUES ($1, $2, $3, $4)', [
      row.id,
      actor,
      at,
      note,
    ]);
    appendEvent(tx, { type: 'registry.changed', at, payload: { resource: 'budget', code } });
  });
  return toBudget(await readRow(database, code, version));
}
