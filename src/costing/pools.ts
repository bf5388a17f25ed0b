// Cost pools: where shared cost is collected until a cycle shares it out.
import type { Pool } from '../contracts/http/allocation.ts';
import { Problem } from '../contracts/problems.ts';
import type { Queryable } from '../db/database.ts';

export async function createPool(db: Queryable, pool: Pool): Promise<Pool> {
  const { rowCount } = await db.query(
    'INSERT INTO cost_pool (code, name_en, name_zh) VALUES ($1, $2, $3) ON CONFLICT (code) DO NOTHING',
    [pool.code, pool.name.en, pool.name.zh],
  );
  if (rowCount === 0) throw new Problem('already-exists', `There is a cost pool ${pool.code} already`);
  return pool;
}

export async function listPools(db: Queryable): Promise<Pool[]> {
  const { rows } = await db.query<{ code: string; name_en: string; name_zh: string }>(
    'SELECT code, name_en, name_zh FROM cost_pool ORDER BY code',
  );
  return rows.map((row) => ({ code: row.code, name: { en: row.name_en, zh: row.name_zh } }));
}
