// Exact contributions of the columns to one answer: path-dependent TreeSHAP (Lundberg, Erion, Lee 2018, algorithm 2).
// What a tree would say without knowing a column is weighted by the training rows that went either way.
import { childOf, type BoostedTrees } from './trees.ts';

export interface Contributions {
  /** The mean margin over the training rows, as the trees' covers tell it. */
  base: number;
  /** One for each column of the model; with `base` they sum to the margin of the row. */
  byColumn: Float64Array;
}

export function contributionsOf(model: BoostedTrees, row: Float32Array): Contributions {
  const byColumn = new Float64Array(model.columns.length);
  const paths = new Paths(deepestOf(model));
  let base = model.base;
  model.roots.forEach((root, tree) => {
    const end = model.roots[tree + 1] ?? model.column.length;
    const cover = model.cover[root] as number;
    for (let node = root; node < end; node++) {
      if ((model.column[node] as number) < 0)
        base += ((model.value[node] as number) * (model.cover[node] as number)) / cover;
    }
    descend({ model, row, byColumn, paths }, root, 0, 0, 1, 1, -1);
  });
  return { base, byColumn };
}

function deepestOf(model: BoostedTrees): number {
  const depth = new Int32Array(model.column.length);
  let deepest = 0;
  model.column.forEach((column, node) => {
    if (column < 0) return;
    const left = model.left[node] as number;
    depth[left] = (depth[node] as number) + 1;
    depth[left + 1] = depth[left] as number;
    deepest = Math.max(deepest, depth[left] as number);
  });
  return deepest;
}

/** The unique columns on the way to a node, with the share of rows that flow on without (`zero`) and with (`one`) them. */
class Paths {
  readonly column: Int32Array;
  readonly zero: Float64Array;
  readonly one: Float64Array;
  /** Weight of all subsets of the path of each size. */
  readonly weight: Float64Array;

  constructor(depth: number) {
    // Each level keeps a copy of its own: 1 + 2 + ... + (depth + 2) entries.
    const size = ((depth + 2) * (depth + 3)) / 2;
    this.column = new Int32Array(size);
    this.zero = new Float64Array(size);
    this.one = new Float64Array(size);
    this.weight = new Float64Array(size);
  }

  copy(from: number, to: number, length: number): void {
    const { column, zero, one, weight } = this;
    // A path is a handful of entries: one loop is quicker than four copies.
    for (let index = 0; index < length; index++) {
      column[to + index] = column[from + index] as number;
      zero[to + index] = zero[from + index] as number;
      one[to + index] = one[from + index] as number;
      weight[to + index] = weight[from + index] as number;
    }
  }

  /** Place of a column in a path, -1 where it is not on it. */
  placeOf(column: number, at: number, length: number): number {
    for (let index = 0; index < length; index++) if (this.column[at + index] === column) return index;
    return -1;
  }

  /** Appends a column to the path of `length` entries at `at`. */
  extend(at: number, length: number, zero: number, one: number, column: number): void {
    this.column[at + length] = column;
    this.zero[at + length] = zero;
    this.one[at + length] = one;
    const { weight } = this;
    weight[at + length] = length === 0 ? 1 : 0;
    for (let index = length - 1; index >= 0; index--) {
      const own = weight[at + index] as number;
      weight[at + index + 1] = (weight[at + index + 1] as number) + (one * own * (index + 1)) / (length + 1);
      weight[at + index] = (zero * own * (length - index)) / (length + 1);
    }
  }

  /** Takes entry `which` out of the path whose last entry is `last`. */
  unwind(at: number, last: number, which: number): void {
    const zero = this.zero[at + which] as number;
    const one = this.one[at + which] as number;
    const { weight } = this;
    let next = weight[at + last] as number;
    for (let index = last - 1; index >= 0; index--) {
      const own = weight[at + index] as number;
      if (one === 0) {
        weight[at + index] = (own * (last + 1)) / (zero * (last - index));
        continue;
      }
      weight[at + index] = (next * (last + 1)) / ((index + 1) * one);
      next = own - ((weight[at + index] as number) * zero * (last - index)) / (last + 1);
    }
    for (const part of [this.column, this.zero, this.one]) {
      part.copyWithin(at + which, at + which + 1, at + last + 1);
    }
  }

  /** Sum of the weights as they would be without entry `which`. */
  sumWithout(at: number, last: number, which: number): number {
    const zero = this.zero[at + which] as number;
    const one = this.one[at + which] as number;
    let next = this.weight[at + last] as number;
    let sum = 0;
    for (let index = last - 1; index >= 0; index--) {
      const own = this.weight[at + index] as number;
      if (one === 0) {
        sum += own / ((zero * (last - index)) / (last + 1));
        continue;
      }
      const taken = (next * (last + 1)) / ((index + 1) * one);
      sum += taken;
      next = own - (taken * zero * (last - index)) / (last + 1);
    }
    return sum;
  }
}

interface Walk {
  model: BoostedTrees;
  row: Float32Array;
  byColumn: Float64Array;
  paths: Paths;
}

/** `at` is where the parent's path begins, `length` how many entries it has; the rest describes the way into `node`. */
function descend(
  walk: Walk,
  node: number,
  parentAt: number,
  length: number,
  zero: number,
  one: number,
  entered: number,
): void {
  const { model, paths } = walk;
  const at = parentAt + length;
  paths.copy(parentAt, at, length);
  paths.extend(at, length, zero, one, entered);
  const column = model.column[node] as number;
  if (column < 0) {
    creditLeaf(walk, model.value[node] as number, at, length);
    return;
  }
  let last = length;
  let zeroBefore = 1;
  let oneBefore = 1;
  const seen = paths.placeOf(column, at, last + 1);
  if (seen >= 0) {
    zeroBefore = paths.zero[at + seen] as number;
    oneBefore = paths.one[at + seen] as number;
    paths.unwind(at, last, seen);
    last -= 1;
  }
  const hot = childOf(model, node, walk.row[column] as number);
  const left = model.left[node] as number;
  const cold = hot === left ? left + 1 : left;
  const cover = model.cover[node] as number;
  descend(walk, hot, at, last + 1, ((model.cover[hot] as number) / cover) * zeroBefore, oneBefore, column);
  descend(walk, cold, at, last + 1, ((model.cover[cold] as number) / cover) * zeroBefore, 0, column);
}

function creditLeaf({ paths, byColumn }: Walk, value: number, at: number, last: number): void {
  for (let index = 1; index <= last; index++) {
    const weight = paths.sumWithout(at, last, index);
    const column = paths.column[at + index] as number;
    const difference = (paths.one[at + index] as number) - (paths.zero[at + index] as number);
    byColumn[column] = (byColumn[column] as number) + weight * difference * value;
  }
}
