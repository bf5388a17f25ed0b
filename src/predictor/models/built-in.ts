// The detector that comes with the program, as an entry of the registry: it needs no training, and it is in force from the first
// start. Its version changes with the program's.
import type { Database } from '../../db/database.ts';
import { MODEL, SETTINGS } from '../core/settings.ts';
import { canonicalJson, hashOf } from './canonical.ts';
import type { ModelKind } from './kinds.ts';

const AUTHOR = 'stethos';
const APPROVER = 'release';

export const signDrift: ModelKind = {
  kind: MODEL.name,
  load(content) {
    if (canonicalJson(content) !== canonicalJson(SETTINGS)) {
      throw new Error('the settings of this version are not those the program judges with');
    }
    return content;
  },
};

/** Puts this program's detector in force; the mode people gave the one before stays. */
export async function ensureBuiltIn(database: Database): Promise<void> {
  const content = canonicalJson(SETTINGS);
  await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: number }>(
      `INSERT INTO model (kind, version, mode, content, content_hash, code_version, author, approver)
       VALUES ($1, $2, coalesce((SELECT mode FROM model WHERE kind = $1 AND state = 'active'), 'auto'), $3, $4, $5, $6, $7)
       ON CONFLICT (kind, product_code, component, version) DO NOTHING RETURNING id`,
      [MODEL.name, Number(MODEL.version), content, hashOf(content), MODEL.version, AUTHOR, APPROVER],
    );
    const id = rows[0]?.id;
    if (id === undefined) return;
    await tx.query(`UPDATE model SET state = 'retired' WHERE kind = $1 AND state = 'active'`, [MODEL.name]);
    await tx.query(`UPDATE model SET state = 'active' WHERE id = $1`, [id]);
    await tx.query(
      `INSERT INTO model_change (model_id, at, actor, change, mode, note)
       SELECT id, created_at, $2, 'activated', mode, 'comes with the program' FROM model WHERE id = $1`,
      [id, APPROVER],
    );
  });
}
