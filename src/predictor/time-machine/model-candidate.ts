// A version of a model as what is judged anew: the instance as it would be with that version in force, and the instance as it is.
import type { ModelKindName } from '../../contracts/http/models.ts';
import type { Product } from '../../contracts/product.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Queryable } from '../../db/database.ts';
import type { HorizonModel } from '../core/horizon/model.ts';
import type { ComponentLifeModel } from '../core/remaining-life/stored-life.ts';
import type { Target } from '../core/time-machine/compare.ts';
import { targetsOfProduct } from '../core/time-machine/targets.ts';
import type { TriggerMode } from '../core/trigger/decide.ts';
import { KINDS } from '../models/known-kinds.ts';
import { type LoadedModel, loadModel, type ModelRow } from '../models/load-model.ts';
import type { ModelBook } from '../models/model-book.ts';
import type { Learned } from './model-result.ts';

export interface ModelCandidate {
  model: LoadedModel;
  learned: Learned | null;
  mode: TriggerMode;
  /** Trained models that would be in force with it. */
  with: readonly LoadedModel[];
  /** Trained models in force; `null`: it is one of them, or it is all there is. */
  inForce: readonly LoadedModel[] | null;
}

interface Row extends ModelRow {
  state: string;
  training: { from?: string | null; to?: string | null };
}

/** Throws a Problem that says why it cannot be judged. */
export async function readModelVersion(
  db: Queryable,
  id: number,
): Promise<{ model: LoadedModel; learned: Learned | null; isActive: boolean }> {
  const { rows } = await db.query<Row>(
    'SELECT id, kind, product_code, component, version, mode, state, training FROM model WHERE id = $1',
    [id],
  );
  const row = rows[0];
  if (row === undefined) throw new Problem('not-found', `There is no model ${id}`);
  const model = await loadModel(db, KINDS, row);
  if (typeof model === 'string') {
    throw new Problem('refused', `${row.kind} version ${row.version} cannot be judged anew: ${model}`);
  }
  const { from = null, to = null } = row.training;
  const msOf = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso));
  const learned = row.kind === 'sign-drift' ? null : { fromMs: msOf(from), toMs: msOf(to) };
  return { model, learned, isActive: row.state === 'active' };
}

const isSamePlace = (a: LoadedModel, b: LoadedModel): boolean =>
  a.kind === b.kind && a.component === b.component && (a.product === b.product || b.product === null);

export async function readModelCandidate(
  db: Queryable,
  book: Pick<ModelBook, 'active'>,
  { modelId, mode, products }: { modelId: number; mode: TriggerMode; products: readonly Product[] },
): Promise<ModelCandidate> {
  const { model, learned } = await readModelVersion(db, modelId);
  const now = inForceFor(book, products);
  const isDetector = model.kind === 'sign-drift';
  const without = isDetector ? [] : now.filter((one) => !isSamePlace(model, one));
  const isInForce = now.some(({ id }) => id === model.id) || (isDetector && now.length === 0);
  return {
    model,
    learned,
    mode,
    with: isDetector ? [] : [...without, model],
    inForce: isInForce ? null : now,
  };
}

function inForceFor(book: Pick<ModelBook, 'active'>, products: readonly Product[]): LoadedModel[] {
  const found = products.flatMap(({ code, components }) => [
    book.active('horizon', code),
    ...components.map((component) => book.active('remaining-life', code, component.code)),
  ]);
  return [...new Map(found.flatMap((one) => (one === null ? [] : [[one.id, one] as const]))).values()];
}

/** The models that speak of a product, found as the book of the registry finds them. */
export const bookOf = (models: readonly LoadedModel[]): Pick<ModelBook, 'active' | 'shadow'> => ({
  active: (kind: ModelKindName, product: string, component: string | null = null) =>
    models.find((one) => one.kind === kind && one.component === component && one.product === product) ??
    models.find((one) => one.kind === kind && one.component === component && one.product === null) ??
    null,
  shadow: () => null,
});

/** The failure modes it speaks of: alerts about others are the same whatever version is in force. */
export function targetsOfModel({ kind, content }: LoadedModel, product: Product): Target[] {
  const all = targetsOfProduct(product);
  if (kind === 'sign-drift') return all;
  const spoken =
    kind === 'horizon'
      ? (content as HorizonModel).components
      : [content as Pick<ComponentLifeModel, 'component' | 'failureMode'>];
  return all.filter((target) =>
    spoken.some((one) => one.component === target.component && one.failureMode === target.failureMode),
  );
}
