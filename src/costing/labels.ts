// Names, in both languages, for the codes in a pivot: closed vocabularies from the word lists, master data from its
// tables, everything else (devices, jobs, periods, contracts) shows its code.
import type { Dimension } from '../contracts/costs.ts';
import type { Text } from '../contracts/text.ts';
import type { Queryable } from '../db/database.ts';
import { NOT_ASSIGNED, WORDS } from './core/words.ts';

const NAME_QUERIES: Readonly<Partial<Record<Dimension, string>>> = {
  'product-line': 'SELECT code, name_en, name_zh FROM product_line WHERE code = ANY ($1)',
  product: 'SELECT code, name_en, name_zh FROM product WHERE code = ANY ($1)',
  customer: 'SELECT code, name_en, name_zh FROM customer WHERE code = ANY ($1)',
  region: 'SELECT code, name_en, name_zh FROM region WHERE code = ANY ($1)',
  station: 'SELECT code, name_en, name_zh FROM station WHERE code = ANY ($1)',
  engineer: 'SELECT code, name_en, name_zh FROM engineer WHERE code = ANY ($1)',
  pool: 'SELECT code, name_en, name_zh FROM cost_pool WHERE code = ANY ($1)',
  component: `SELECT DISTINCT ON (c->>'code') c->>'code' AS code, c->'name'->>'en' AS name_en, c->'name'->>'zh' AS name_zh
    FROM product, jsonb_array_elements(definition->'components') c WHERE c->>'code' = ANY ($1) ORDER BY c->>'code', product.code`,
};

async function namesOf(db: Queryable, dimension: Dimension, codes: readonly string[]): Promise<Map<string, Text>> {
  const query = NAME_QUERIES[dimension];
  if (query === undefined || codes.length === 0) return new Map();
  const { rows } = await db.query<{ code: string; name_en: string; name_zh: string }>(query, [codes]);
  return new Map(rows.map((row) => [row.code, { en: row.name_en, zh: row.name_zh }]));
}

export type Labeller = (dimension: Dimension, code: string | null) => Text;

/** Reads the names of all codes at once; the labeller then answers from memory. */
export async function labellerFor(
  db: Queryable,
  dimensions: readonly Dimension[],
  keys: readonly Record<string, string | null>[],
): Promise<Labeller> {
  const named = dimensions.map(async (dimension) => {
    const codes = [...new Set(keys.map((key) => key[dimension]).filter((code) => code != null))];
    return [dimension, await namesOf(db, dimension, codes)] as const;
  });
  const names = new Map(await Promise.all(named));
  return (dimension, code) => {
    if (code === null) return NOT_ASSIGNED;
    return WORDS[dimension]?.[code] ?? names.get(dimension)?.get(code) ?? { en: code, zh: code };
  };
}

/** Smaller values that stand together. */
export const othersName = (n: number): Text => ({ en: `Others (${n})`, zh: `其他（${n} 项）` });
