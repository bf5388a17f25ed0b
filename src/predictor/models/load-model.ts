// Loads a stored version of a model, checked against its hash and by its kind.
import type { ModelKindName, ModelMode } from '../../contracts/http/models.ts';
import type { Queryable } from '../../db/database.ts';
import { hashOf } from './canonical.ts';
import type { ModelKinds } from './kinds.ts';

export interface LoadedModel {
  id: number;
  kind: ModelKindName;
  product: string | null;
  component: string | null;
  version: string;
  mode: ModelMode;
  /** As its kind loads it. */
  content: unknown;
}

export interface ModelRow {
  id: number;
  kind: ModelKindName;
  product_code: string | null;
  component: string | null;
  version: number;
  mode: ModelMode;
}

/** The model, or why it cannot be used. */
export async function loadModel(db: Queryable, kinds: ModelKinds, row: ModelRow): Promise<LoadedModel | string> {
  const text = 'SELECT content, content_hash AS hash FROM model WHERE id = $1';
  const stored = (await db.query<{ content: string; hash: string }>(text, [row.id])).rows[0];
  const kind = kinds[row.kind];
  if (stored === undefined || kind === null) return `this program knows no models of kind ${row.kind}`;
  const actual = hashOf(stored.content);
  if (actual !== stored.hash) return `its content has the hash ${actual.slice(0, 12)}, not ${stored.hash.slice(0, 12)}`;
  try {
    const content = kind.load(JSON.parse(stored.content));
    const { id, product_code: product, component, mode } = row;
    return { id, kind: row.kind, product, component, version: String(row.version), mode, content };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
