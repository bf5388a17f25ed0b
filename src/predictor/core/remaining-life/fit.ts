// Trains the remaining life of a component from its lives in a fleet, measures it on lives it had not seen, and measures a
// stored one on others. Pure: a set goes in, a model's stored form and figures come out.
import type { Matrix } from '../boosting/matrix.ts';
import { intervalAt } from '../conformal/bands.ts';
import { profilesOf } from '../drift/inputs.ts';
import { follow, remainingOf } from './frame.ts';
import { type LifeModel, PROMISED_MISS, remainingLife } from './model.ts';
import type { Run } from './run.ts';
import { lifeFrom, lifeToStored, type LifeContent } from './stored-life.ts';
import { type ToldLife, toldLives } from './told-lives.ts';
import { FOLDS, NEAR_CAP, trainLife } from './train.ts';

/** What is known of a component's lives; plain data, so that a process of its own can take it. */
export interface LifeSet {
  product: string;
  component: string;
  failureMode: string;
  gauges: string[];
  everyHours: number;
  /** Runs to failure. */
  runs: Run[];
}

/** On steps of lives that the trees had not seen, with up to little more than the longest life that is told apart. */
export interface LifeFigures {
  rows: number;
  runs: number;
  /** Mean absolute error. */
  errorHours: number | null;
  coverage: number | null;
}

export interface MeasuredLife {
  figures: LifeFigures;
  capHours: number;
  lives: ToldLife[];
}

/** Beyond this share of a typical life, no more is told than "more than". */
const CAP_SHARE = 0.6;

/** Throws when too few lives are known. */
export function fitLifeModel(
  set: LifeSet,
  { seed, onProgress }: { seed: number; onProgress?: (share: number) => void },
): MeasuredLife & { content: LifeContent } {
  const { runs, ...rest } = set;
  const lives = runs.map((run) => run.usage[run.steps - 1] ?? 0).sort((a, b) => a - b);
  const cap = CAP_SHARE * (lives[lives.length >> 1] ?? 0);
  const { model, outOfFold } = trainLife(runs, {
    shape: { conditions: 0, sensors: set.gauges.length },
    cap,
    seed,
    onProgress: (done, steps) => onProgress?.(done / steps),
  });
  const answer = (run: Run, step: number) => {
    const p50 = outOfFold[runs.indexOf(run)]?.[step] as number;
    const { low, high } = intervalAt(model.bands, p50, PROMISED_MISS);
    return { p10: low, p50, p90: high };
  };
  const content = lifeToStored({ ...rest, life: model }, inputsOf(set, model));
  return { content, figures: figuresOf(runs, cap, answer), capHours: cap, lives: toldLives(runs, answer) };
}

/** Steps of runs as rows of gauges. */
export function gaugeRows(gauges: readonly string[], runs: readonly Run[]): Matrix {
  const values = Float32Array.from(runs.flatMap(({ sensors }) => [...sensors]));
  return { columns: gauges, rows: values.length / gauges.length, values };
}

/** A fifth of the lives stands for what is later held against all of them. */
function inputsOf({ gauges, runs }: LifeSet, { frame }: LifeModel) {
  const { used } = frame.scale;
  const use = gauges.map((_, sensor) => (used.includes(sensor) ? 1 / used.length : 0));
  const x = gaugeRows(gauges, runs);
  const stretches = Int32Array.from(runs.flatMap((run, at) => Array.from({ length: run.steps }, () => at % FOLDS)));
  return profilesOf(x, { weights: new Float64Array(x.rows).fill(1), stretches, use });
}

/** How a stored model does on lives it was not trained on. */
export function evaluateLifeModel(content: unknown, { runs }: LifeSet): MeasuredLife {
  const { life } = lifeFrom(content);
  const answers = new Map(
    runs.map((run) => {
      const steps: ReturnType<typeof remainingLife>[] = [];
      follow(life.frame, run, (track) => steps.push(remainingLife(life, track)));
      return [run, steps] as const;
    }),
  );
  const answer = (run: Run, step: number) => answers.get(run)?.[step] ?? null;
  return { figures: figuresOf(runs, life.cap, answer), capHours: life.cap, lives: toldLives(runs, answer) };
}

function figuresOf(
  runs: readonly Run[],
  cap: number,
  answer: (run: Run, step: number) => { p10: number; p50: number; p90: number } | null,
): LifeFigures {
  let [rows, error, held] = [0, 0, 0];
  for (const run of runs) {
    remainingOf(run).forEach((left, step) => {
      const said = left > NEAR_CAP * cap ? null : answer(run, step);
      if (said === null) return;
      const truth = Math.min(cap, left);
      rows += 1;
      error += Math.abs(said.p50 - truth);
      held += truth >= said.p10 && truth <= said.p90 ? 1 : 0;
    });
  }
  const isMeasured = rows > 0;
  return {
    rows,
    runs: runs.length,
    errorHours: isMeasured ? error / rows : null,
    coverage: isMeasured ? held / rows : null,
  };
}
