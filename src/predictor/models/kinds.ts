// What the registry asks of each kind of model: to be loaded from its stored form, and its training set where it learns. The
// fitting itself is pure and runs in a process of its own (`fits.ts`).
import type { ModelKindName, TrainedOn } from '../../contracts/http/models.ts';
import type { Text } from '../../contracts/text.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { Matrix } from '../core/boosting/matrix.ts';

export interface GatherRequest {
  product: string;
  component: string | null;
  /** Only what became known after this; null: from the beginning. */
  fromMs: EpochMs | null;
  toMs: EpochMs;
  onProgress(share: number): void;
  signal: AbortSignal;
}

export interface GatheredSet {
  /** What the kind's fit takes; can be copied to its process. */
  set: unknown;
  trainedOn: Omit<TrainedOn, 'seed'>;
}

export interface RecentRequest {
  /** As `load` gave it. */
  model: unknown;
  product: string;
  toMs: EpochMs;
  signal: AbortSignal;
}

/** What a model's inputs are of late. */
export interface RecentInputs {
  rows: Matrix;
  /** In words a person uses, by the column's name. */
  nameOf: (column: string) => Text;
}

export interface ModelKind {
  readonly kind: ModelKindName;
  /** The loaded form, kept in memory; throws an Error that names what is wrong with a corrupt one. */
  load(content: unknown): unknown;
  /**
   * Reads a training set in pages. Throws a Problem `refused` that says what is missing when too little is known to learn from.
   * Absent: this kind does not learn from data.
   */
  gather?(db: Queryable, request: GatherRequest): Promise<GatheredSet>;
  /** Absent: nobody watches its inputs. */
  recent?(db: Queryable, request: RecentRequest): Promise<RecentInputs>;
}

export type ModelKinds = Readonly<Record<ModelKindName, ModelKind | null>>;
