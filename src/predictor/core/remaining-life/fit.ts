// Trains the remaining life of a component from its lives in a fleet, measures it on lives it had not seen, and measures a
// stored one on others. Pure: a set goes in, a model's stored form and figures come out.
import { intervalAt } from '../conformal/bands.ts';
import { follow, remainingOf } from './frame.ts';
import { PROMISED_MISS, remainingLife } from './model.ts';
import type { Run } from './run.ts';
import { lifeFrom, lifeToStored, type LifeContent } from './stored-life.ts';
import { NEAR_CAP, trainLife } from './train.ts';

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

/** Beyond this share of a typical life, no more is told than "more than". */
const CAP_SHARE = 0.6;

/** Throws when too few lives are known. */
export function fitLifeModel(
  set: LifeSet,
  { seed, onProgress }: { seed: number; onProgress?: (share: number) => void },
): { content: LifeContent; figures: LifeFigures } {
  const { runs, ...rest } = set;
  const lives = runs.map((run) => run.usage[run.steps - 1] ?? 0).sort((a, b) => a - b);
  const cap = CAP_SHARE * (lives[lives.length >> 1] ?? 0);
  const { model, outOfFold } = trainLife(runs, {
    shape: { conditions: 0, sensors: set.gauges.length },
    cap,
    seed,
    onProgress: (done, steps) => onProgress?.(done / steps),
  });
  const figures = figuresOf(runs, cap, (run, step) => {
    const p50 = outOfFold[runs.indexOf(run)]?.[step] as number;
    const { low, high } = intervalAt(model.bands, p50, PROMISED_MISS);
    return { p10: low, p50, p90: high };
  });
  return { content: lifeToStored({ ...rest, life: model }), figures };
}

/** How a stored model does on lives it was not trained on. */
export function evaluateLifeModel(content: unknown, { runs }: LifeSet): LifeFigures {
  const { life } = lifeFrom(content);
  const answers = new Map(
    runs.map((run) => {
      const steps: ReturnType<typeof remainingLife>[] = [];
      follow(life.frame, run, (track) => steps.push(remainingLife(life, track)));
      return [run, steps] as const;
    }),
  );
  return figuresOf(runs, life.cap, (run, step) => answers.get(run)?.[step] ?? null);
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
