// The journal as it is read: entries with what they came from, newest first, and balances by account.
import type { AccountBalance, JournalEntry, JournalQuery } from '../contracts/http/journal.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page } from '../contracts/http/page.ts';
import { moneyOf } from '../contracts/money.ts';
import type { Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { toAccount } from './chart-of-accounts.ts';
import { sidesOf } from './core/journal/export-lines.ts';

type AccountRow = Parameters<typeof toAccount>[0];

interface EntryRow {
  journal_id: bigint;
  line: number;
  kind: JournalEntry['kind'];
  period: Period;
  posted_on: string;
  account_row: AccountRow;
  role: JournalEntry['role'];
  element: JournalEntry['element'];
  pool: string | null;
  amount_minor: bigint;
  currency: string;
  fact_id: bigint | null;
  run_id: bigint | null;
  reverses: bigint | null;
  export_id: bigint | null;
  recorded_at: Date;
}

const numberOf = (value: bigint | null): number | null => (value === null ? null : Number(value));

const toEntry = (row: EntryRow): JournalEntry => ({
  journal: Number(row.journal_id),
  line: row.line,
  kind: row.kind,
  period: row.period,
  postedOn: row.posted_on,
  account: toAccount(row.account_row),
  role: row.role,
  element: row.element,
  pool: row.pool,
  ...sidesOf(row.amount_minor, row.currency),
  fact: numberOf(row.fact_id),
  run: numberOf(row.run_id),
  reverses: numberOf(row.reverses),
  batch: numberOf(row.export_id),
  recordedAt: row.recorded_at.toISOString(),
});

const CONDITIONS = {
  period: 'j.period =',
  kind: 'j.kind =',
  journal: 'j.id =',
  run: 'j.run_id =',
  batch: 'i.export_id =',
  account: 'e.account =',
  fact: 'e.fact_id =',
} as const satisfies Partial<Record<keyof JournalQuery, string>>;

export async function listEntries(db: Queryable, query: JournalQuery): Promise<Page<JournalEntry>> {
  const limit = limitOf(query);
  const [journal, line] = keyOf(query, 'integer', 'integer') ?? [Number.MAX_SAFE_INTEGER, 0];
  const values: unknown[] = [journal, line, limit + 1];
  const asked = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[])
    .filter((name) => query[name] !== undefined)
    .map((name) => `AND ${CONDITIONS[name]} $${values.push(query[name])}`);
  const { rows } = await db.query<EntryRow>(
    `SELECT e.*, j.kind, j.period, j.run_id, j.reverses, j.recorded_at, i.export_id, to_jsonb(a) AS account_row
     FROM journal j JOIN journal_entry e ON e.journal_id = j.id JOIN account a ON a.code = e.account
     LEFT JOIN journal_export_item i ON i.journal_id = j.id
     WHERE j.id <= $1::bigint AND (j.id < $1::bigint OR e.line > $2::integer) ${asked.join(' ')}
     ORDER BY j.id DESC, e.line LIMIT $3`,
    values,
  );
  return pageOf(rows, limit, (row) => [String(row.journal_id), String(row.line)], toEntry);
}

/** Of one month, or of all: by currency they add up to nothing. */
export async function readBalances(db: Queryable, period: Period | null): Promise<AccountBalance[]> {
  const { rows } = await db.query<{
    account_row: AccountRow;
    currency: string;
    entries: number;
    debit: bigint;
    credit: bigint;
  }>(
    `SELECT to_jsonb(a) AS account_row, s.currency, s.entries, s.debit, s.credit FROM (
       SELECT e.account, e.currency, count(*)::integer AS entries,
              coalesce(sum(e.amount_minor) FILTER (WHERE e.amount_minor > 0), 0)::bigint AS debit,
              coalesce(-sum(e.amount_minor) FILTER (WHERE e.amount_minor < 0), 0)::bigint AS credit
       FROM journal j JOIN journal_entry e ON e.journal_id = j.id
       WHERE $1::text IS NULL OR j.period = $1 GROUP BY 1, 2) s
     JOIN account a ON a.code = s.account ORDER BY a.code, s.currency`,
    [period],
  );
  return rows.map(({ account_row, currency, entries, debit, credit }) => ({
    account: toAccount(account_row),
    entries,
    debit: moneyOf(debit, currency),
    credit: moneyOf(credit, currency),
    balance: moneyOf(debit - credit, currency),
  }));
}
