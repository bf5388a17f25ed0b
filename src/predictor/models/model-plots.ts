// Keeps what the plots of a model are drawn from, once of its training and once of its newest evaluation, and reads the newer.
import type { ModelPlots, PlottedModel } from '../../contracts/http/models.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Queryable, Transaction } from '../../db/database.ts';

export interface KeptPlots {
  modelId: number;
  origin: ModelPlots['origin'];
  plots: PlottedModel;
  atMs: EpochMs;
}

export async function keepPlots(tx: Transaction, { modelId, origin, plots, atMs }: KeptPlots): Promise<void> {
  await tx.query(
    `INSERT INTO model_plots (model_id, origin, at, plots) VALUES ($1, $2, $3, $4)
     ON CONFLICT (model_id, origin) DO UPDATE SET at = excluded.at, plots = excluded.plots`,
    [modelId, origin, new Date(atMs), JSON.stringify(plots)],
  );
}

/** `null` where none were kept: the detector that comes with the program, or a model from elsewhere that was not evaluated here. */
export async function plotsOf(db: Queryable, modelId: number): Promise<ModelPlots | null> {
  const { rows } = await db.query<{ origin: ModelPlots['origin']; at: Date; plots: PlottedModel }>(
    'SELECT origin, at, plots FROM model_plots WHERE model_id = $1 ORDER BY at DESC, origin LIMIT 1',
    [modelId],
  );
  const row = rows[0];
  return row === undefined ? null : { ...row.plots, origin: row.origin, at: row.at.toISOString() };
}
