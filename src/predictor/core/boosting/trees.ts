// A trained set of trees, all of them in a few flat arrays, and its answer for a row: no objects and no allocation on
// the way. The answer is the raw margin: log-odds for a logistic model, the value itself otherwise.
import type { Matrix } from './matrix.ts';
import type { Objective } from './objective.ts';

export interface BoostedTrees {
  readonly format: 1;
  readonly columns: readonly string[];
  readonly objective: Objective;
  readonly base: number;
  /** First node of each tree; a tree's nodes follow one another, children after their parent. */
  readonly roots: Int32Array;
  /** Column asked at a node, -1 at a leaf. */
  readonly column: Int32Array;
  /** Rows up to and with the threshold go to `left`, others to the node after it. */
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  /** 1 where rows without a value go left. */
  readonly missingLeft: Uint8Array;
  /** What a leaf adds to the margin, learning rate included; 0 at inner nodes. */
  readonly value: Float64Array;
  /** Weight of the training rows that came through a node. */
  readonly cover: Float64Array;
}

/** The child that a value leads to. */
export function childOf(model: BoostedTrees, node: number, value: number): number {
  const left = model.left[node] as number;
  const threshold = model.threshold[node] as number;
  if (value <= threshold) return left;
  if (value > threshold) return left + 1;
  return model.missingLeft[node] === 1 ? left : left + 1;
}

function leafOf(model: BoostedTrees, root: number, row: Float32Array, offset: number): number {
  let node = root;
  for (let column = model.column[node] as number; column >= 0; column = model.column[node] as number) {
    node = childOf(model, node, row[offset + column] as number);
  }
  return node;
}

/** Margin of the row that starts at `offset`. */
export function predictRow(model: BoostedTrees, row: Float32Array, offset = 0): number {
  let margin = model.base;
  const { roots, value } = model;
  for (let tree = 0; tree < roots.length; tree++) {
    margin += value[leafOf(model, roots[tree] as number, row, offset)] as number;
  }
  return margin;
}

/** Adds what one tree says to the margin of every row. */
export function addTree(model: BoostedTrees, tree: number, x: Matrix, margins: Float64Array): void {
  const root = model.roots[tree] as number;
  const width = x.columns.length;
  for (let row = 0; row < x.rows; row++) {
    const leaf = leafOf(model, root, x.values, row * width);
    margins[row] = (margins[row] as number) + (model.value[leaf] as number);
  }
}

export function predictAll(model: BoostedTrees, x: Matrix): Float64Array {
  const width = x.columns.length;
  if (width !== model.columns.length) {
    throw new Error(`The model asks ${model.columns.length} columns, the matrix has ${width}.`);
  }
  const margins = new Float64Array(x.rows);
  for (let row = 0; row < x.rows; row++) margins[row] = predictRow(model, x.values, row * width);
  return margins;
}
