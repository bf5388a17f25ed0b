// The probability that a fault starts soon, within each of several horizons: one set of boosted trees a horizon and member,
// averaged. A longer horizon is never less probable than a shorter one.
import { type Matrix, rowsAt } from '../boosting/matrix.ts';
import { trainTrees } from '../boosting/train.ts';
import { type BoostedTrees, predictAll } from '../boosting/trees.ts';

/** Neighbouring rows say nearly the same: each member sees every so-manieth, none the same ones. */
const MEMBERS = 3;
const ROWS_A_MEMBER = 15_000;

const OPTIONS = {
  objective: 'logistic',
  rounds: 120,
  learningRate: 0.06,
  maxLeaves: 8,
  minLeafWeight: 3,
  lambda: 5,
  rowShare: 0.5,
  columnShare: 0.3,
  bins: 255,
} as const;

export interface SoonModel {
  /** By horizon, shortest first, then by member. */
  trees: readonly (readonly BoostedTrees[])[];
}

export interface SoonOptions {
  seed: number;
  /** After each set of trees. */
  onTrained?: () => void;
}

export const setsOfTrees = (horizons: number): number => horizons * MEMBERS;

function placesOf(rows: number, member: number): number[] {
  const step = Math.max(1, Math.round(rows / ROWS_A_MEMBER));
  return Array.from(
    { length: Math.ceil((rows - (member % step)) / step) },
    (_, index) => index * step + (member % step),
  );
}

/** `labels`: a column a horizon, shortest first; throws with the reason where one knows only one outcome. */
export function trainSoon(x: Matrix, labels: readonly ArrayLike<number>[], options: SoonOptions): SoonModel {
  const members = Array.from({ length: MEMBERS }, (_, member) => {
    const places = placesOf(x.rows, member);
    return { places, x: rowsAt(x, places), seed: options.seed * MEMBERS + member };
  });
  const trees = labels.map((label) =>
    members.map((member) => {
      const y = Float64Array.from(member.places, (place) => label[place] as number);
      const trained = trainTrees(member.x, y, { ...OPTIONS, seed: member.seed });
      options.onTrained?.();
      return trained;
    }),
  );
  return { trees };
}

/** By horizon, a probability a row. */
export function soonProbabilities({ trees }: SoonModel, x: Matrix): Float64Array[] {
  const shorter = new Float64Array(x.rows);
  return trees.map((members) => {
    const sum = new Float64Array(x.rows);
    for (const member of members) {
      const margins = predictAll(member, x);
      for (let row = 0; row < x.rows; row++) {
        sum[row] = (sum[row] as number) + 1 / (1 + Math.exp(-(margins[row] as number)));
      }
    }
    for (let row = 0; row < x.rows; row++) {
      shorter[row] = Math.max(shorter[row] as number, (sum[row] as number) / members.length);
    }
    return shorter.slice();
  });
}
