// Batches for a general ledger. A batch takes whole journals that no other has, in one transaction; its file is told from what can
// never change, so that it can be fetched again, whole, after any interruption.
import type { ExportList, JournalExport } from '../contracts/http/journal.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { PageQuery } from '../contracts/http/page.ts';
import { Problem } from '../contracts/problems.ts';
import type { Period } from '../contracts/time.ts';
import type { Database, Queryable } from '../db/database.ts';
import { EXPORT_FORMAT, type ExportRow } from './core/journal/export-lines.ts';

/** Entries of a batch, unless one journal alone has more: about 15 MB of CSV. */
export const EXPORT_ENTRIES_LIMIT = 100_000;
/** Entries read at once for a file. */
const PAGE = 5_000;

interface ExportRecord {
  id: bigint;
  claimed_by: string;
  claimed_at: Date;
  period: Period | null;
  journals: number;
  entries: number;
}
const toExport = (row: ExportRecord): JournalExport => ({
  id: Number(row.id),
  claimedBy: row.claimed_by,
  claimedAt: row.claimed_at.toISOString(),
  period: row.period,
  journals: row.journals,
  entries: row.entries,
});

const WAITING = `journal j WHERE NOT EXISTS (SELECT FROM journal_export_item i WHERE i.journal_id = j.id)`;

export async function listExports(db: Queryable, query: PageQuery): Promise<ExportList> {
  const limit = limitOf(query);
  const { rows } = await db.query<ExportRecord>(
    'SELECT * FROM journal_export WHERE id < $1 ORDER BY id DESC LIMIT $2',
    [keyOf(query, 'integer')?.[0] ?? Number.MAX_SAFE_INTEGER, limit + 1],
  );
  const waiting = await db.query<{ n: number }>(`SELECT count(*)::integer AS n FROM ${WAITING}`);
  return { ...pageOf(rows, limit, (row) => [String(row.id)], toExport), waiting: waiting.rows[0]?.n ?? 0 };
}

export interface Claim {
  period: Period | null;
  actor: string;
  at: string;
  limit?: number;
  /** Told when more is waiting than a batch takes. */
  onFull?: () => void;
}

/** Takes what waits, oldest first. A journal whose transaction is still under way is taken by a later batch. */
export async function claimExport(database: Database, claim: Claim): Promise<JournalExport> {
  const { period, actor, at, limit = EXPORT_ENTRIES_LIMIT, onFull } = claim;
  return database.transaction(async (tx) => {
    await tx.query('LOCK TABLE journal_export IN SHARE ROW EXCLUSIVE MODE');
    const { rows } = await tx.query<{ id: bigint; entries: number; upto: bigint }>(
      `SELECT id, entries, sum(entries) OVER (ORDER BY id) AS upto FROM (
         SELECT j.id, (SELECT max(line) FROM journal_entry e WHERE e.journal_id = j.id) AS entries
         FROM ${WAITING} AND ($1::text IS NULL OR j.period = $1) ORDER BY j.id LIMIT $2) waiting ORDER BY id`,
      [period, limit + 1],
    );
    const taken = rows.filter(({ upto }, index) => index === 0 || Number(upto) <= limit);
    if (taken.length === 0) throw new Problem('refused', 'Nothing waits: every entry is in a batch already');
    if (taken.length < rows.length) onFull?.();
    const entries = taken.reduce((sum, row) => sum + row.entries, 0);
    const made = await tx.query<ExportRecord>(
      'INSERT INTO journal_export (claimed_by, claimed_at, period, journals, entries) VALUES ($1, $2, $3, $4, $5) RETURNING *',
      [actor, at, period, taken.length, entries],
    );
    const batch = made.rows[0] as ExportRecord;
    await tx.query('INSERT INTO journal_export_item (journal_id, export_id) SELECT unnest($1::bigint[]), $2::bigint', [
      taken.map(({ id }) => id),
      batch.id,
    ]);
    return toExport(batch);
  });
}

const ROWS = `
  SELECT e.journal_id::text AS journal, e.line, j.kind, j.period, e.posted_on AS "postedOn", e.account, e.element, e.pool,
         e.amount_minor AS "amountMinor", e.currency, e.fact_id::text AS fact, f.occurred_on AS "occurredOn",
         f.source_type || ' ' || f.source_id AS source, f.work_order_id::text AS "workOrder", j.run_id::text AS run,
         j.reverses::text AS reverses
  FROM journal_export_item i JOIN journal j ON j.id = i.journal_id JOIN journal_entry e ON e.journal_id = j.id
  LEFT JOIN cost_fact f ON f.id = e.fact_id
  WHERE i.export_id = $1 AND i.journal_id >= $2::bigint AND (e.journal_id, e.line) > ($2::bigint, $3::integer)
  ORDER BY e.journal_id, e.line LIMIT ${PAGE}`;

/** The file of a batch, a page at a time. */
async function* linesOf(db: Queryable, batch: number, format: 'csv' | 'json'): AsyncGenerator<string> {
  const { head, line, tail } = EXPORT_FORMAT[format];
  yield head;
  let index = 0;
  let after: Pick<ExportRow, 'journal' | 'line'> = { journal: '0', line: 0 };
  for (;;) {
    const { rows } = await db.query<Omit<ExportRow, 'batch'>>(ROWS, [batch, after.journal, after.line]);
    yield rows.map((row) => line({ ...row, batch }, index++)).join('');
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) break;
    after = last;
  }
  yield tail;
}

export async function exportFile(
  db: Queryable,
  batch: number,
  format: 'csv' | 'json',
): Promise<{ name: string; contentType: string; lines: AsyncGenerator<string> }> {
  const { rows } = await db.query('SELECT FROM journal_export WHERE id = $1', [batch]);
  if (rows.length === 0) throw new Problem('not-found', `There is no batch ${batch}`);
  const { contentType } = EXPORT_FORMAT[format];
  return { name: `journal-${batch}.${format}`, contentType, lines: linesOf(db, batch, format) };
}
