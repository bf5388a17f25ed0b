// Writes a new version of a model and what happens to it, each with its entry in the history and its event.
import type { ModelChange, ModelFigures, ModelKindName, ModelMode, TrainedOn } from '../../contracts/http/models.ts';
import { Problem } from '../../contracts/problems.ts';
import { type EpochMs, isoOf } from '../../contracts/time.ts';
import type { Transaction } from '../../db/database.ts';
import { appendEvent } from '../../db/event-log.ts';
import { canonicalJson, hashOf } from './canonical.ts';

/** Announces, after commit, that models changed in this process. */
export const MODELS_CHANGED = 'models';

export interface NewModel {
  kind: ModelKindName;
  product: string | null;
  component: string | null;
  content: unknown;
  trainedOn: TrainedOn | null;
  figures: ModelFigures | null;
  codeVersion: string;
  author: string;
  change: 'trained' | 'imported';
  note: string | null;
  atMs: EpochMs;
}

/** Kept as a draft: it judges nothing until somebody puts it in shadow or in force. Returns its id. */
export async function insertModel(tx: Transaction, model: NewModel): Promise<number> {
  const content = canonicalJson(model.content);
  const { rows } = await tx.query<{ id: number }>(
    `INSERT INTO model (kind, product_code, component, version, content, content_hash, training, figures, code_version, author)
     SELECT $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7, $8, $9 FROM model
     WHERE kind = $1 AND product_code IS NOT DISTINCT FROM $2 AND component IS NOT DISTINCT FROM $3 RETURNING id`,
    [
      model.kind,
      model.product,
      model.component,
      content,
      hashOf(content),
      JSON.stringify(model.trainedOn ?? {}),
      JSON.stringify(model.figures ?? {}),
      model.codeVersion,
      model.author,
    ],
  );
  const id = (rows[0] as { id: number }).id;
  await tellModel(tx, {
    id,
    change: model.change,
    actor: model.author,
    mode: null,
    note: model.note,
    atMs: model.atMs,
  });
  return id;
}

export interface ModelTold extends Pick<ModelChange, 'change' | 'actor' | 'mode' | 'note'> {
  id: number;
  atMs: EpochMs;
}

export async function tellModel(tx: Transaction, { id, change, actor, mode, note, atMs }: ModelTold): Promise<void> {
  const { rows } = await tx.query<{ kind: string; product: string | null }>(
    `WITH told AS (INSERT INTO model_change (model_id, at, actor, change, mode, note) VALUES ($1, $2, $3, $4, $5, $6))
     SELECT kind, product_code AS product FROM model WHERE id = $1`,
    [id, new Date(atMs), actor, change, mode, note],
  );
  const model = rows[0] as { kind: string; product: string | null };
  appendEvent(tx, { type: 'model.changed', at: isoOf(atMs), payload: { modelId: id, ...model, change, actor } });
  tx.notify(MODELS_CHANGED);
}

export interface ModelRow {
  id: number;
  kind: ModelKindName;
  product_code: string | null;
  component: string | null;
  version: number;
  state: 'draft' | 'shadow' | 'active' | 'retired';
  mode: ModelMode;
  author: string;
  content: string;
  content_hash: string;
}

export async function lockModel(tx: Transaction, id: number): Promise<ModelRow> {
  const { rows } = await tx.query<ModelRow>(
    `SELECT id, kind, product_code, component, version, state, mode, author, content, content_hash FROM model WHERE id = $1
     FOR UPDATE`,
    [id],
  );
  if (rows[0] === undefined) throw new Problem('not-found', `There is no model ${id}`);
  return rows[0];
}
