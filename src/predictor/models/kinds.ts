// What the registry asks of each kind of model: to be loaded from its stored form, and trained and evaluated where it learns.
import type { ModelFigures, ModelKindName, TrainedOn } from '../../contracts/http/models.ts';
import type { Text } from '../../contracts/text.ts';
import type { EpochMs } from '../../contracts/time.ts';

export interface RunRequest {
  product: string;
  component: string | null;
  toMs: EpochMs;
  seed: number;
  onProgress(share: number, stage: string): void;
  signal: AbortSignal;
}

export type Trained =
  | { ok: true; content: unknown; trainedOn: TrainedOn; figures: ModelFigures }
  /** Too little is known to learn from; says what is missing. */
  | { ok: false; reason: Text };

export interface ModelKind {
  readonly kind: ModelKindName;
  /** The loaded form, kept in memory; throws an Error that names what is wrong with a corrupt one. */
  load(content: unknown): unknown;
  /** Works in short turns, so that intake and screens never stall. Absent: this kind does not learn from data. */
  train?(request: RunRequest): Promise<Trained>;
  /** Figures of a stored model on what became known after its training. */
  evaluate?(content: unknown, request: RunRequest & { fromMs: EpochMs | null }): Promise<Trained>;
}

export type ModelKinds = Readonly<Record<ModelKindName, ModelKind | null>>;
