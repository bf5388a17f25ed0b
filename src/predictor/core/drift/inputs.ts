// What the inputs of a model looked like when it was trained, and how far those of late are from that: the population stability
// index of each column, over bins that are kept with the model. A column that wanders anyhow may wander as far as it did then.
import type { Matrix } from '../boosting/matrix.ts';
import { FEWEST_SCORES, PSI_LIMIT } from './watch.ts';

/** One column as training saw it. */
export interface InputProfile {
  name: string;
  /** Inner edges of the bins, ascending. */
  edges: number[];
  /** Of the bins, then of rows without a value; they sum to 1. */
  shares: number[];
  /** Part of the model's questions that go to it. */
  use: number;
  /** The most that a stretch of the training set was away from the whole of it. */
  usual: number;
}

export interface InputDrift {
  name: string;
  psi: number;
  limit: number;
  use: number;
}

/** Columns that are watched, the most asked first: the others hardly move an answer. */
const INPUTS_LIMIT = 40;
const BINS = 10;
/** An empty bin is not impossible, only not seen: half a row. */
const LEAST_ROWS = 0.5;

export interface ProfiledRows {
  /** What each row stands for. */
  weights: ArrayLike<number>;
  /** The stretch each row belongs to, 0 and up: as long as what is later held against the whole. */
  stretches: ArrayLike<number>;
  /** By column. */
  use: ArrayLike<number>;
}

export function profilesOf(x: Matrix, { weights, stretches, use }: ProfiledRows): InputProfile[] {
  if (x.rows < FEWEST_SCORES) return [];
  return x.columns
    .map((name, column) => ({ name, column, use: use[column] as number }))
    .filter((one) => one.use > 0)
    .sort((a, b) => b.use - a.use || a.column - b.column)
    .slice(0, INPUTS_LIMIT)
    .map(({ name, column, use: part }) => {
      const values = valuesOf(x, column);
      const edges = weightedEdges(values, weights);
      const whole = countsIn(values, edges, weights);
      const usual = [...stretchesOf(stretches)].reduce((most, rows) => {
        if (rows.length < FEWEST_SCORES) return most;
        const own = countsIn(
          Float64Array.from(rows, (row) => values[row] as number),
          edges,
          rows.map((row) => weights[row] as number),
        );
        return Math.max(most, stability(sharesIn(whole), sharesIn(own)));
      }, 0);
      return { name, edges, shares: sharesIn(whole), use: part, usual };
    });
}

/** How far rows of late are from what training saw; nothing where there are too few. The farthest over its limit comes first. */
export function driftOfInputs(profiles: readonly InputProfile[], x: Matrix): InputDrift[] {
  if (x.rows < FEWEST_SCORES) return [];
  return profiles
    .flatMap(({ name, edges, shares, use, usual }) => {
      const column = x.columns.indexOf(name);
      if (column < 0) return [];
      const psi = stability(shares, sharesIn(countsIn(valuesOf(x, column), edges)));
      return [{ name, psi, limit: Math.max(PSI_LIMIT, usual), use }];
    })
    .sort((a, b) => b.psi / b.limit - a.psi / a.limit);
}

const valuesOf = ({ columns, rows, values }: Matrix, column: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => values[row * columns.length + column] as number);

function stretchesOf(stretches: ArrayLike<number>): Iterable<number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < stretches.length; row++) {
    const known = rows.get(stretches[row] as number);
    if (known === undefined) rows.set(stretches[row] as number, [row]);
    else known.push(row);
  }
  return rows.values();
}

/** Inner edges of bins that hold about equal weights of the values that are there. */
function weightedEdges(values: Float64Array, weights: ArrayLike<number>): number[] {
  const order = [...values.keys()]
    .filter((row) => !Number.isNaN(values[row]))
    .sort((a, b) => (values[a] as number) - (values[b] as number));
  const total = order.reduce((sum, row) => sum + (weights[row] as number), 0);
  const edges = new Set<number>();
  let below = 0;
  for (const row of order) {
    if (below >= ((edges.size + 1) * total) / BINS && edges.size < BINS - 1) edges.add(values[row] as number);
    below += weights[row] as number;
  }
  return [...edges];
}

/** Weight in each bin, then without a value. */
function countsIn(values: Float64Array, edges: readonly number[], weights?: ArrayLike<number>): number[] {
  const counts = Array.from({ length: edges.length + 2 }, () => 0);
  values.forEach((value, row) => {
    const above = edges.findIndex((edge) => value < edge);
    const bin = Number.isNaN(value) ? edges.length + 1 : above < 0 ? edges.length : above;
    counts[bin] = (counts[bin] as number) + (weights === undefined ? 1 : (weights[row] as number));
  });
  return counts;
}

function sharesIn(counts: readonly number[]): number[] {
  const filled = counts.map((count) => Math.max(count, LEAST_ROWS));
  const total = filled.reduce((sum, count) => sum + count, 0);
  return filled.map((count) => count / total);
}

/** sum (q - p) ln (q / p); 0 = the same. */
const stability = (before: readonly number[], after: readonly number[]): number =>
  before.reduce((sum, p, bin) => sum + ((after[bin] as number) - p) * Math.log((after[bin] as number) / p), 0);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const areFinite = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((one) => Number.isFinite(one));

/** Profiles as a stored model has them; none in one that was made before they were kept. Throws with what is wrong. */
export function profilesFrom(content: unknown): InputProfile[] {
  const stored = isObject(content) ? (content.inputs ?? []) : [];
  if (!Array.isArray(stored)) throw new Error('The model is damaged: its inputs are no list.');
  return stored.map((one: unknown) => {
    if (!isObject(one) || typeof one.name !== 'string' || !areFinite(one.edges) || !areFinite(one.shares)) {
      throw new Error('The model is damaged: an input has no name, edges or shares.');
    }
    const { name, edges, shares, use, usual } = one;
    if (shares.length !== edges.length + 2 || shares.some((share) => share <= 0) || !areFinite([use, usual])) {
      throw new Error(`The model is damaged: the input ${name} is not whole.`);
    }
    return { name, edges, shares, use: use as number, usual: usual as number };
  });
}
