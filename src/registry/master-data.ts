// What every kind of master data shares: pages by code, one by code, create, edit, within a person's scope. Each
// resource says in its own file how it is selected and stored; rows are never deleted.
import type { Scope } from '../contracts/access.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { type Clock, type EpochMs, isoOf } from '../contracts/time.ts';
import type { Database, Queryable, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { addScope, createConditions, type ScopeColumns } from './conditions.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import { notFound, withRefusals } from './refusals.ts';

export interface Resource<View extends { code: string }, Row> {
  /** What messages call it; also its table's name. */
  noun: string;
  /** SELECT ... FROM ... with the resource's own table as `t`. */
  select: string;
  scope: ScopeColumns;
  /** Column -> what its code is a code of. */
  references: Readonly<Record<string, string>>;
  toView(row: Row): View;
  toColumns(view: View): Readonly<Record<string, unknown>>;
  /** In the transaction of an edit, before it is written: refuses what may not change, keeps what is known until now. */
  beforeEdit?(tx: Transaction, edit: { before: View; after: View; atMs: EpochMs }): Promise<void>;
}

export interface MasterData<View extends { code: string }> {
  list(query: PageQuery, scope: Scope): Promise<Page<View>>;
  one(code: string, scope: Scope): Promise<View>;
  create(view: View): Promise<View>;
  /** Fields that are left out stay; the code never changes. */
  patch(code: string, changes: { [K in keyof View]?: View[K] | undefined }): Promise<View>;
}

/** What the stores of master data work with. */
export interface MasterDataOptions {
  database: Database;
  clock: Clock;
  /** Called after the commit of an edit; the edit waits for it. */
  onChanged: (noun: string, code: string) => Promise<void>;
}

const assignments = (columns: readonly string[], first: number): string =>
  columns.map((column, index) => `${column} = $${index + first}`).join(', ');

export async function insertRow(
  db: Queryable,
  table: string,
  columns: Readonly<Record<string, unknown>>,
): Promise<void> {
  const names = Object.keys(columns);
  const places = names.map((_, index) => `$${index + 1}`);
  await db.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`, Object.values(columns));
}

/** Returns false when there is no such row. */
export async function updateRow(
  db: Queryable,
  table: string,
  code: string,
  columns: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const text = `UPDATE ${table} SET ${assignments(Object.keys(columns), 2)} WHERE code = $1`;
  const { rowCount } = await db.query(text, [code, ...Object.values(columns)]);
  return rowCount === 1;
}

async function selectOne<View extends { code: string }, Row>(
  db: Queryable,
  resource: Resource<View, Row>,
  code: string,
  scope: Scope,
  lock = '',
): Promise<View> {
  const where = createConditions();
  where.add(`t.code = ${where.bind(code)}`);
  addScope(where, scope, resource.scope);
  const { rows } = await db.query<Row>(`${resource.select} WHERE ${where.sql()} ${lock}`, where.values);
  const row = rows[0];
  if (row === undefined) throw notFound(resource.noun, code);
  return resource.toView(row);
}

const EVERYWHERE: Scope = { regions: null, customers: null };

export function masterData<View extends { code: string }, Row>(
  resource: Resource<View, Row>,
  { database, clock, onChanged }: MasterDataOptions,
): MasterData<View> {
  const { noun, references } = resource;

  const writtenOf = (view: View) => ({
    noun,
    table: noun,
    code: view.code,
    columns: resource.toColumns(view),
    references,
  });

  return {
    async list(query, scope) {
      const limit = limitOf(query);
      const where = createConditions();
      const after = keyOf(query, 'code');
      if (after) where.add(`t.code > ${where.bind(after[0])}`);
      addScope(where, scope, resource.scope);
      const text = `${resource.select} WHERE ${where.sql()} ORDER BY t.code LIMIT ${where.bind(limit + 1)}`;
      const { rows } = await database.query<Row>(text, where.values);
      return pageOf(
        rows.map((row) => resource.toView(row)),
        limit,
        (view) => [view.code],
        (view) => view,
      );
    },

    one: (code, scope) => selectOne(database, resource, code, scope),

    async create(view) {
      const written = writtenOf(view);
      await withRefusals(written, () => insertRow(database, noun, { code: view.code, ...written.columns }));
      return selectOne(database, resource, view.code, EVERYWHERE);
    },

    async patch(code, changes) {
      const view = await database.transaction(async (tx) => {
        const before = await selectOne(tx, resource, code, EVERYWHERE, 'FOR UPDATE OF t');
        const after = { ...before, ...changes, code };
        const written = writtenOf(after);
        const atMs = clock.now();
        await resource.beforeEdit?.(tx, { before, after, atMs });
        await withRefusals(written, () => updateRow(tx, noun, code, written.columns));
        appendEvent(tx, { type: 'registry.changed', at: isoOf(atMs), payload: { resource: noun, code } });
        return selectOne(tx, resource, code, EVERYWHERE);
      });
      await onChanged(noun, code);
      return view;
    },
  };
}
