// What the fitting process is asked and answers; everything in it can be copied between processes.
import type { ModelFigures, ModelKindName, PlottedModel } from '../../contracts/http/models.ts';

export interface FitTask {
  task: 'fit' | 'evaluate';
  kind: ModelKindName;
  /** As the kind gathered it. */
  set: unknown;
  seed: number;
  /** The stored model to evaluate. */
  content?: unknown;
}

export type FitWord =
  | { word: 'progress'; share: number }
  | { word: 'fitted'; content: unknown; figures: ModelFigures; plots: PlottedModel }
  | { word: 'evaluated'; figures: ModelFigures; plots: PlottedModel }
  | { word: 'failed'; reason: string };
