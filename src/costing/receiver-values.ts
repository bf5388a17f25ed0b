// Values that a filter of receivers may name, by dimension: master data and closed vocabularies, to choose from and to check
// against.
import type { Dimension } from '../contracts/costs.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { ReceiverValue, ReceiverValuesQuery } from '../contracts/http/allocation.ts';
import type { Page } from '../contracts/http/page.ts';
import type { Queryable } from '../db/database.ts';
import { WORDS } from './core/words.ts';

const named = (table: string): string => `SELECT code, name_en, name_zh FROM ${table}`;
const coded = (column: string, table: string): string =>
  `SELECT DISTINCT ${column} AS code, ${column} AS name_en, ${column} AS name_zh FROM ${table} WHERE ${column} IS NOT NULL`;

const SOURCES: Readonly<Partial<Record<Dimension, string>>> = {
  'product-line': named('product_line'),
  product: named('product'),
  customer: named('customer'),
  region: named('region'),
  station: named('station'),
  engineer: named('engineer'),
  pool: named('cost_pool'),
  'customer-group': coded('group_code', 'customer'),
  device: coded('code', 'device'),
  contract: coded('code', 'contract'),
  'work-order': coded('id::text', 'work_order'),
  component: `SELECT DISTINCT ON (c->>'code') c->>'code' AS code, c->'name'->>'en' AS name_en, c->'name'->>'zh' AS name_zh
    FROM product, jsonb_array_elements(definition->'components') c ORDER BY c->>'code', product.code`,
};

/** Those of the codes that nothing has. */
export async function unknownCodes(db: Queryable, dimension: Dimension, codes: readonly string[]): Promise<string[]> {
  const words = WORDS[dimension];
  if (words) return codes.filter((code) => words[code] === undefined);
  const source = SOURCES[dimension];
  if (source === undefined) return [];
  const { rows } = await db.query<{ code: string }>(
    `SELECT code FROM unnest($1::text[]) AS asked (code) WHERE NOT EXISTS (SELECT FROM (${source}) s WHERE s.code = asked.code)`,
    [codes],
  );
  return rows.map(({ code }) => code);
}

/** A page in order of code; `search` finds in codes and both names. */
export async function listReceiverValues(db: Queryable, query: ReceiverValuesQuery): Promise<Page<ReceiverValue>> {
  const { dimension, search = '' } = query;
  const limit = limitOf(query);
  const [after] = keyOf(query, 'code') ?? [''];
  const words = Object.entries(WORDS[dimension] ?? {});
  const source = SOURCES[dimension];
  const { rows } = await db.query<{ code: string; name_en: string; name_zh: string }>(
    `SELECT code, name_en, name_zh FROM (${source ?? 'SELECT * FROM unnest($4::text[], $5::text[], $6::text[]) AS w (code, name_en, name_zh)'}) s
     WHERE code COLLATE "C" > $1 AND position(lower($2) IN lower(concat_ws(' ', code, name_en, name_zh))) > 0
     ORDER BY code COLLATE "C" LIMIT $3`,
    [
      after,
      search,
      limit + 1,
      ...(source ? [] : [words.map(([code]) => code), words.map(([, { en }]) => en), words.map(([, { zh }]) => zh)]),
    ],
  );
  return pageOf(
    rows,
    limit,
    ({ code }) => [code],
    ({ code, name_en: en, name_zh: zh }) => ({ code, name: { en, zh } }),
  );
}
