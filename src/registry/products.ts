// The product catalogue. A definition is kept whole; the product line's name belongs to the line, and the product that
// is written last sets it.
import type { Scope } from '../contracts/access.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { Problem } from '../contracts/problems.ts';
import type { Product } from '../contracts/product.ts';
import { isoOf } from '../contracts/time.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { type MasterDataOptions, insertRow, updateRow } from './master-data.ts';
import { nameColumns } from './names.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import { keepPlacements } from './placements.ts';
import { partsOf, productFaults } from './product-check.ts';
import { notFound, withRefusals } from './refusals.ts';
import { expectRevision } from './revisions.ts';

export type ProductView = Product & { revision: number };
export type ProductPatch = { [K in Exclude<keyof Product, 'code'>]?: Product[K] | undefined };

/** Products are the same for everybody: the scope is taken so that all lists are called alike. */
export interface Products {
  list(query: PageQuery, scope: Scope): Promise<Page<ProductView>>;
  one(code: string, scope: Scope): Promise<ProductView>;
  create(product: Product): Promise<ProductView>;
  patch(code: string, changes: ProductPatch, expectedRevision?: number): Promise<ProductView>;
}

export interface ProductRow {
  code: string;
  definition: Product;
  revision: number;
  line_en: string;
  line_zh: string;
}

export const PRODUCT_SELECT = `SELECT t.code, t.definition, t.revision, l.name_en AS line_en, l.name_zh AS line_zh
  FROM product t JOIN product_line l ON l.code = t.line_code`;

export const toProduct = ({ definition, line_en, line_zh }: ProductRow): Product => ({
  ...definition,
  lineName: { en: line_en, zh: line_zh },
});

const toView = (row: ProductRow): ProductView => ({ ...toProduct(row), revision: row.revision });

async function selectOne(db: Queryable, code: string, lock = ''): Promise<ProductView> {
  const { rows } = await db.query<ProductRow>(`${PRODUCT_SELECT} WHERE t.code = $1 ${lock}`, [code]);
  const row = rows[0];
  if (row === undefined) throw notFound('product', code);
  return toView(row);
}

async function refuseUnsound(db: Queryable, product: Product): Promise<void> {
  const faults = productFaults(product);
  const parts = partsOf(product);
  const { rows } = await db.query<{ code: string }>('SELECT code FROM part WHERE code = ANY ($1)', [parts]);
  const known = new Set(rows.map(({ code }) => code));
  for (const part of parts) if (!known.has(part)) faults.push(`part ${part} does not exist; create it first`);
  if (faults.length > 0) throw new Problem('refused', `product ${product.code}: ${faults.join('; ')}`, { faults });
}

async function saveLine(tx: Transaction, { line, lineName }: Product): Promise<void> {
  await tx.query(
    `INSERT INTO product_line (code, name_en, name_zh) VALUES ($1, $2, $3)
     ON CONFLICT (code) DO UPDATE SET name_en = excluded.name_en, name_zh = excluded.name_zh`,
    [line, lineName.en, lineName.zh],
  );
}

const columnsOf = (product: Product): Record<string, unknown> => ({
  ...nameColumns(product),
  line_code: product.line,
  kind: product.kind,
  definition: JSON.stringify(product),
});

const writtenOf = ({ code }: Product) => ({ noun: 'product', table: 'product', code, columns: {}, references: {} });

export function createProducts({ database, clock, onChanged }: MasterDataOptions): Products {
  return {
    async list(query) {
      const limit = limitOf(query);
      const after = keyOf(query, 'code')?.[0] ?? '';
      const { rows } = await database.query<ProductRow>(
        `${PRODUCT_SELECT} WHERE t.code > $1 ORDER BY t.code LIMIT $2`,
        [after, limit + 1],
      );
      return pageOf(rows, limit, (row) => [row.code], toView);
    },

    one: (code) => selectOne(database, code),

    create: (product) =>
      withRefusals(writtenOf(product), () =>
        database.transaction(async (tx) => {
          await refuseUnsound(tx, product);
          await saveLine(tx, product);
          await insertRow(tx, 'product', { code: product.code, ...columnsOf(product) });
          return selectOne(tx, product.code);
        }),
      ),

    async patch(code, changes, expectedRevision) {
      const view = await database.transaction(async (tx) => {
        const { revision, ...before } = await selectOne(tx, code, 'FOR UPDATE OF t');
        expectRevision('product', code, revision, expectedRevision);
        const product = { ...before, ...changes, code } as Product;
        await refuseUnsound(tx, product);
        const atMs = clock.now();
        if (product.line !== before.line) await keepPlacements(tx, 'product', code, atMs);
        await withRefusals(writtenOf(product), async () => {
          await saveLine(tx, product);
          await updateRow(tx, 'product', code, { ...columnsOf(product), revision: revision + 1 });
        });
        appendEvent(tx, { type: 'registry.changed', at: isoOf(atMs), payload: { resource: 'product', code } });
        return selectOne(tx, code);
      });
      await onChanged('product', code);
      return view;
    },
  };
}
