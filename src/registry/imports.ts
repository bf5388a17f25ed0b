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
  create(body: NewRun): Promise<Import>;
  /** Of one that somebody else does. Progress only grows; an import that has ended takes none. */
  progress(id: number, progress: Progress): Promise<Import>;
  /** Of one the service does itself. A step that names no `done` leaves it where it is by then. */
  advance(id: number, step: Partial<Progress> & { total?: number }): Promise<Import>;
}

export interface NewRun {
  name: string;
  total: number;
  /** A file waits for its mapping; what is announced runs at once. */
  kind?: Import['kind'];
  startedBy?: string;
}

interface Row {
  id: bigint;
  name: string;
  total: bigint;
  done: bigint;
  state: Import['state'];
  kind: Import['kind'];
  started_by: string | null;
  report: Record<string, unknown> | null;
  started_at: Date;
  updated_at: Date;
}

const COLUMNS = 'id, name, kind, started_by, total, done, state, report, started_at, updated_at';

const writtenOf = (code: string) => ({ noun: 'import', table: 'import_run', code, columns: {}, references: {} });

const toImport = (row: Row): Import => ({
  id: Number(row.id),
  name: row.name,
  kind: row.kind,
  startedBy: row.started_by,
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

/** Where an import may go from where it is. */
const NEXT: Readonly<Record<Import['state'], readonly Import['state'][]>> = {
  uploaded: ['uploaded', 'running', 'failed', 'cancelled'],
  running: ['running', 'finished', 'failed', 'cancelled'],
  finished: [],
  failed: [],
  cancelled: [],
};

interface Step {
  done: number;
  total: number;
  state: Import['state'];
}

function refuseImpossible({ id, name, state, done }: Import, next: Step): void {
  if (!NEXT[state].includes(next.state))
    throw new Problem('transition-refused', `import ${id} (${name}) is ${state} already`);
  if (next.done < done)
    throw new Problem('refused', `done: import ${id} is at ${done}, it cannot go back to ${next.done}`);
  if (next.done > next.total)
    throw new Problem('refused', `done: import ${id} has ${next.total} in total, ${next.done} is more`);
}

function tell(tx: Transaction, { id, name, done, total, state, updatedAt }: Import): void {
  appendEvent(tx, { type: 'import.progressed', at: updatedAt, payload: { importId: id, name, done, total, state } });
}

export function createImports({ database, clock }: { database: Database; clock: Clock }): Imports {
  const move = (id: number, kind: Import['kind'], step: Partial<Progress> & { total?: number }) =>
    withRefusals(writtenOf(String(id)), () =>
      database.transaction(async (tx) => {
        const before = await selectOne(tx, id, 'FOR UPDATE');
        if (before.kind !== kind) throw new Problem('refused', `import ${id} tells by itself how far it is`);
        const { done = before.done, total = before.total, state = before.state, report } = step;
        refuseImpossible(before, { done, total, state });
        await tx.query(
          `UPDATE import_run SET done = $2, state = $3, report = coalesce($4::jsonb, report), updated_at = $5, total = $6
           WHERE id = $1`,
          [id, done, state, report === undefined ? null : JSON.stringify(report), isoOf(clock.now()), total],
        );
        const after = await selectOne(tx, id);
        tell(tx, after);
        return after;
      }),
    );

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
    create: ({ name, total, kind = 'announced', startedBy }) =>
      withRefusals(writtenOf(name), () =>
        database.transaction(async (tx) => {
          const { rows } = await tx.query<Row>(
            `INSERT INTO import_run (name, total, kind, started_by, state, started_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING ${COLUMNS}`,
            [name, total, kind, startedBy ?? null, kind === 'file' ? 'uploaded' : 'running', isoOf(clock.now())],
          );
          const created = rows.map(toImport)[0];
          if (!created) throw new Error('an INSERT returned no row');
          tell(tx, created);
          return created;
        }),
      ),
    progress: (id, progress) => move(id, 'announced', progress),
    advance: (id, step) => move(id, 'file', step),
  };
}
