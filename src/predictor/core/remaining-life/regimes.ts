// Operating regimes, found in the conditions of the training runs: few tight clusters where the equipment is worked at a
// handful of set points, one regime where the conditions merely scatter. Conditions far from every cluster are a regime
// that training never saw, and are answered as such.
import type { Run } from './run.ts';

export interface Regimes {
  /** Conditions that vary at all, by place. */
  readonly used: readonly number[];
  /** Standard deviation of each used condition over the training rows. */
  readonly scale: readonly number[];
  readonly centres: readonly (readonly number[])[];
  /** Largest distance of a training row from its centre, in standard deviations. */
  readonly reach: number;
}

export const UNSEEN = -1;

const MOST_REGIMES = 12;
/** Clusters are accepted when they leave this share of the variance: far less than cutting an even scatter could. */
const TIGHT = 0.003;
const ROWS_FOR_CLUSTERS = 5000;
const ROUNDS = 20;
/** Beyond this many times the reach of training, conditions are of no known regime. */
const FAR = 3;

export function findRegimes(runs: readonly Run[], conditions: number): Regimes {
  const rows = rowsOf(runs, conditions);
  const spread = Array.from({ length: conditions }, (_, at) => deviationOf(rows, at));
  const used = spread.flatMap((deviation, at) => (deviation > 0 ? [at] : []));
  const scale = used.map((at) => spread[at] as number);
  const points = rows.map((row) => used.map((at, index) => (row[at] as number) / (scale[index] as number)));
  const one = cluster(points, 1);
  let chosen = one;
  for (let count = 2; count <= MOST_REGIMES && one.scatter > 0; count++) {
    const tried = cluster(points, count);
    if (tried.scatter > TIGHT * one.scatter) continue;
    chosen = tried;
    break;
  }
  return { used, scale, centres: chosen.centres, reach: chosen.reach };
}

/** Place of the regime, or UNSEEN. */
export function regimeOf(regimes: Regimes, conditions: Float64Array, offset = 0): number {
  let best = UNSEEN;
  let nearest = Number.POSITIVE_INFINITY;
  for (let centre = 0; centre < regimes.centres.length; centre++) {
    let square = 0;
    for (let index = 0; index < regimes.used.length; index++) {
      const value = (conditions[offset + (regimes.used[index] as number)] as number) / (regimes.scale[index] as number);
      square += (value - (regimes.centres[centre]?.[index] as number)) ** 2;
    }
    if (square < nearest) {
      nearest = square;
      best = centre;
    }
  }
  return Math.sqrt(nearest) <= FAR * Math.max(regimes.reach, 0.01) ? best : UNSEEN;
}

function rowsOf(runs: readonly Run[], conditions: number): Float64Array[] {
  const total = runs.reduce((sum, run) => sum + run.steps, 0);
  const stride = Math.max(1, Math.floor(total / ROWS_FOR_CLUSTERS));
  const rows: Float64Array[] = [];
  let place = 0;
  for (const run of runs) {
    for (let step = 0; step < run.steps; step++, place++) {
      if (place % stride === 0) rows.push(run.conditions.subarray(step * conditions, (step + 1) * conditions));
    }
  }
  return rows;
}

function deviationOf(rows: readonly Float64Array[], at: number): number {
  const values = rows.map((row) => row[at] as number);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return deviation > 1e-9 * Math.abs(mean) ? deviation : 0;
}

const squareBetween = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + (value - (b[index] as number)) ** 2, 0);

/** k-means from the farthest points: no chance in it, and tight clusters are each met once. */
function cluster(points: readonly number[][], count: number): { centres: number[][]; scatter: number; reach: number } {
  let centres = farthestPoints(points, count);
  let nearest: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    nearest = points.map((point) => nearestOf(centres, point));
    centres = centres.map((centre, index) => {
      const mine = points.filter((_, at) => nearest[at] === index);
      return mine.length === 0
        ? centre
        : centre.map((_, axis) => mine.reduce((sum, point) => sum + (point[axis] as number), 0) / mine.length);
    });
  }
  let scatter = 0;
  let reach = 0;
  points.forEach((point, at) => {
    const square = squareBetween(point, centres[nearest[at] as number] as number[]);
    scatter += square;
    reach = Math.max(reach, Math.sqrt(square));
  });
  return { centres, scatter, reach };
}

function farthestPoints(points: readonly number[][], count: number): number[][] {
  const first = points[0] ?? [];
  const centres = [first];
  const away = points.map((point) => squareBetween(point, first));
  while (centres.length < count) {
    const next = points[away.indexOf(Math.max(...away))] ?? first;
    centres.push(next);
    points.forEach((point, at) => (away[at] = Math.min(away[at] as number, squareBetween(point, next))));
  }
  return centres;
}

function nearestOf(centres: readonly number[][], point: readonly number[]): number {
  let best = 0;
  let nearest = Number.POSITIVE_INFINITY;
  centres.forEach((centre, index) => {
    const square = squareBetween(centre, point);
    if (square >= nearest) return;
    nearest = square;
    best = index;
  });
  return best;
}
