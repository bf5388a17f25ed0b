// Bulk work (a replayed file, a loaded history) and how far it is, for the progress bar.
import type { Page, PageQuery } from '../contracts/http/page.ts';
import type { Import } from '../contracts/http/system.ts';
import { Problem } from '../contracts/problems.ts';
import { type Clock, isoOf } from '../contracts/time.ts';
import type { Database, Queryable, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import { notFound, withRefusals } from './refusals.ts';

export interface Progress {
  done: number;
  state?: Import['state'];
  report?: Readonly<Record<string, unknown>>;
}

export interface Imports {
  /** Newest first. */
  list(query: PageQuery): Promise<Page<Import>>;
  one(id: number): Promise<Import>;
  create(body: { name: string; total: number }): Promise<Import>;
  /** Progress only grows; an import that has ended takes none. */
  progress(id: number, progress: Progress): Promise<Import>;
}

interface Row {
  id: bigint;
  name: string;
  total: bigint;
  done: bigint;
  state: Import['state'];
  report: Record<string, unknown> | null;
  started_at: Date;
  updated_at: Date;
}

const COLUMNS = 'id, name, total, done, state, report, started_at, updated_at';

const writtenOf = (code: string) => ({ noun: 'import', table: 'import_run', code, columns: {}, references: {} });

const toImport = (row: Row): Import => ({
  id: Number(row.id),
  name: row.name,
  total: Number(row.total),
  done: Number(row.done),
  state: row.state,
  startedAt: row.started_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  report: row.report,
});

async function selectOne(db: Queryable, id: number, lock = ''): Promise<Import> {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM import_run WHERE id = $1 ${lock}`, [id]);
  const row = rows[0];
  if (!row) throw notFound('import', String(id));
  return toImport(row);
}

function refuseImpossible({ id, name, state, done, total }: Import, next: number): void {
  if (state !== 'running') throw new Problem('transition-refused', `import ${id} (${name}) is ${state} already`);
  if (next < done) throw new Problem('refused', `done: import ${id} is at ${done}, it cannot go back to ${next}`);
  if (next > total) throw new Problem('refused', `done: import ${id} has ${total} in total, ${next} is more`);
}

function tell(tx: Transaction, { id, name, done, total, state, updatedAt }: Import): void {
  appendEvent(tx, { type: 'import.progressed', at: updatedAt, payload: { importId: id, name, done, total, state } });
}

export function createImports({ database, clock }: { database: Database; clock: Clock }): Imports {
  return {
    async list(query) {
      const limit = limitOf(query);
      const before = keyOf(query, 'integer')?.[0] ?? null;
      const { rows } = await database.query<Row>(
        `SELECT ${COLUMNS} FROM import_run WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
        [before, limit + 1],
      );
      return pageOf(rows, limit, (row) => [String(row.id)], toImport);
    },
    one: (id) => selectOne(database, id),
    create: ({ name, total }) =>
      withRefusals(writtenOf(name), () =>
        database.transaction(async (tx) => {
          const { rows } = await tx.query<Row>(
            `INSERT INTO import_run (name, total, started_at, updated_at) VALUES ($1, $2, $3, $3) RETURNING ${COLUMNS}`,
            [name, total, isoOf(clock.now())],
          );
          const created = rows.map(toImport)[0];
          if (!created) throw new Error('an INSERT returned no row');
          tell(tx, created);
          return created;
        }),
      ),
    progress: (id, { done, state, report }) =>
      withRefusals(writtenOf(String(id)), () =>
        database.transaction(async (tx) => {
          refuseImpossible(await selectOne(tx, id, 'FOR UPDATE'), done);
          await tx.query(
            `UPDATE import_run SET done = $2, state = coalesce($3, state), report = coalesce($4::jsonb, report),
             updated_at = $5 WHERE id = $1`,
            [id, done, state ?? null, report === undefined ? null : JSON.stringify(report), isoOf(clock.now())],
          );
          const after = await selectOne(tx, id);
          tell(tx, after);
          return after;
        }),
      ),
  };
}
