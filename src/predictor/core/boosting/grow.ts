// Grows one tree, best leaf first: histograms per leaf and column, of two children only the smaller is counted and the
// other is the difference from their parent. Rows of a leaf lie side by side in one array.
import type { BinnedColumn } from './bins.ts';
import { bestSplitOf, type NodeSums, type Split, type SplitLimits } from './split.ts';

export interface GrowLimits extends SplitLimits {
  maxLeaves: number;
}

/** One tree on bin codes; node 0 is the root, the children of a node follow each other. */
export interface GrownTree {
  /** -1 at a leaf. */
  column: number[];
  bin: number[];
  left: number[];
  missingLeft: number[];
  sums: NodeSums[];
  /** Leaves with their rows: `rows.subarray(begin, end)`. */
  leaves: { node: number; begin: number; end: number }[];
}

interface Leaf {
  node: number;
  begin: number;
  end: number;
  histogram: Float64Array;
  split: Split | null;
}

/** Holds the buffers of a training run; `grow` may be called as often as there are rounds. */
export class Grower {
  readonly #columns: readonly BinnedColumn[];
  readonly #limits: GrowLimits;
  readonly #offsets: Int32Array;
  readonly #size: number;
  readonly #spare: Float64Array[] = [];
  readonly #moved: Int32Array;
  readonly #gradient: Float64Array;
  readonly #curvature: Float64Array;

  constructor(columns: readonly BinnedColumn[], rows: number, limits: GrowLimits) {
    this.#columns = columns;
    this.#limits = limits;
    this.#offsets = new Int32Array(columns.length);
    let size = 0;
    columns.forEach(({ cuts }, column) => {
      this.#offsets[column] = size;
      size += 2 * (cuts.length + 2);
    });
    this.#size = size;
    this.#moved = new Int32Array(rows);
    this.#gradient = new Float64Array(rows);
    this.#curvature = new Float64Array(rows);
  }

  /** `rows` is reordered. Only the columns of `use` are asked. */
  grow(rows: Int32Array, gradient: Float64Array, curvature: Float64Array, use: Int32Array): GrownTree {
    const tree: GrownTree = { column: [-1], bin: [0], left: [-1], missingLeft: [0], sums: [], leaves: [] };
    tree.sums.push(sumsOf(rows, gradient, curvature));
    const root: Leaf = { node: 0, begin: 0, end: rows.length, histogram: this.#take(), split: null };
    this.#count(root, rows, gradient, curvature, use);
    root.split = this.#bestSplit(root, tree.sums[0] as NodeSums, use);
    const leaves = [root];
    while (leaves.length < this.#limits.maxLeaves) {
      const at = mostGain(leaves);
      const leaf = leaves[at];
      if (leaf?.split == null) break;
      const isLast = leaves.length + 1 >= this.#limits.maxLeaves;
      leaves.splice(at, 1, ...this.#divide(leaf, leaf.split, tree, rows));
      if (!isLast) this.#prepare(leaf, leaves.slice(at, at + 2), tree, rows, gradient, curvature, use);
    }
    // The last two leaves still share their parent's histogram.
    this.#spare.push(...new Set(leaves.map((leaf) => leaf.histogram)));
    tree.leaves = leaves.map(({ node, begin, end }) => ({ node, begin, end }));
    return tree;
  }

  #take(): Float64Array {
    return this.#spare.pop() ?? new Float64Array(this.#size);
  }

  #divide(leaf: Leaf, split: Split, tree: GrownTree, rows: Int32Array): [Leaf, Leaf] {
    const middle = this.#partition(leaf, split, rows);
    const node = tree.column.length;
    tree.column[leaf.node] = split.column;
    tree.bin[leaf.node] = split.bin;
    tree.left[leaf.node] = node;
    tree.missingLeft[leaf.node] = split.isMissingLeft ? 1 : 0;
    for (const sums of [split.left, split.right]) {
      tree.column.push(-1);
      tree.bin.push(0);
      tree.left.push(-1);
      tree.missingLeft.push(0);
      tree.sums.push(sums);
    }
    return [
      { node, begin: leaf.begin, end: middle, histogram: leaf.histogram, split: null },
      { node: node + 1, begin: middle, end: leaf.end, histogram: leaf.histogram, split: null },
    ];
  }

  /** Moves rows that go left to the front, both sides in their old order; returns where the right side begins. */
  #partition({ begin, end }: Leaf, split: Split, rows: Int32Array): number {
    const { codes, cuts } = this.#columns[split.column] as BinnedColumn;
    const missing = cuts.length + 1;
    const moved = this.#moved;
    let left = begin;
    let right = 0;
    for (let index = begin; index < end; index++) {
      const row = rows[index] as number;
      const code = codes[row] as number;
      const goesLeft = code === missing ? split.isMissingLeft : code <= split.bin;
      if (goesLeft) rows[left++] = row;
      else moved[right++] = row;
    }
    rows.set(moved.subarray(0, right), left);
    return left;
  }

  /** Histograms and best splits of two new leaves; the parent's histogram becomes the larger child's. */
  #prepare(
    parent: Leaf,
    children: Leaf[],
    tree: GrownTree,
    rows: Int32Array,
    gradient: Float64Array,
    curvature: Float64Array,
    use: Int32Array,
  ): void {
    const [left, right] = children as [Leaf, Leaf];
    const isLeftSmaller = left.end - left.begin <= right.end - right.begin;
    const smaller = isLeftSmaller ? left : right;
    const larger = isLeftSmaller ? right : left;
    smaller.histogram = this.#take();
    const canDivide = (leaf: Leaf): boolean =>
      (tree.sums[leaf.node] as NodeSums).curvature >= 2 * this.#limits.minLeafWeight;
    if (!canDivide(smaller) && !canDivide(larger)) return;
    this.#count(smaller, rows, gradient, curvature, use);
    if (canDivide(smaller)) smaller.split = this.#bestSplit(smaller, tree.sums[smaller.node] as NodeSums, use);
    if (!canDivide(larger)) return;
    for (const column of use) {
      const from = this.#offsets[column] as number;
      const to = from + 2 * ((this.#columns[column] as BinnedColumn).cuts.length + 2);
      subtract(parent.histogram, smaller.histogram, from, to);
    }
    larger.split = this.#bestSplit(larger, tree.sums[larger.node] as NodeSums, use);
  }

  #count(leaf: Leaf, rows: Int32Array, gradient: Float64Array, curvature: Float64Array, use: Int32Array): void {
    const { begin, end, histogram } = leaf;
    const count = end - begin;
    for (let index = 0; index < count; index++) {
      const row = rows[begin + index] as number;
      this.#gradient[index] = gradient[row] as number;
      this.#curvature[index] = curvature[row] as number;
    }
    const mine = rows.subarray(begin, end);
    for (const column of use) {
      const { codes, cuts } = this.#columns[column] as BinnedColumn;
      const from = this.#offsets[column] as number;
      const slots = histogram.subarray(from, from + 2 * (cuts.length + 2));
      addColumn(slots, codes, mine, this.#gradient, this.#curvature);
    }
  }

  #bestSplit(leaf: Leaf, sums: NodeSums, use: Int32Array): Split | null {
    let best: Split | null = null;
    for (const column of use) {
      const bins = (this.#columns[column] as BinnedColumn).cuts.length + 1;
      const at = this.#offsets[column] as number;
      best = bestSplitOf(leaf.histogram, at, bins, column, sums, this.#limits, best);
    }
    return best;
  }
}

/** The inner loop of training: a few nanoseconds for each row and column. */
function addColumn(
  slots: Float64Array,
  codes: Uint8Array,
  rows: Int32Array,
  gradient: Float64Array,
  curvature: Float64Array,
): void {
  slots.fill(0);
  for (let index = 0; index < rows.length; index++) {
    const slot = 2 * (codes[rows[index] as number] as number);
    slots[slot] = (slots[slot] as number) + (gradient[index] as number);
    slots[slot + 1] = (slots[slot + 1] as number) + (curvature[index] as number);
  }
}

function subtract(from: Float64Array, what: Float64Array, begin: number, end: number): void {
  for (let at = begin; at < end; at++) from[at] = (from[at] as number) - (what[at] as number);
}

function sumsOf(rows: Int32Array, gradient: Float64Array, curvature: Float64Array): NodeSums {
  const sums = { gradient: 0, curvature: 0 };
  for (const row of rows) {
    sums.gradient += gradient[row] as number;
    sums.curvature += curvature[row] as number;
  }
  return sums;
}

function mostGain(leaves: readonly Leaf[]): number {
  let best = -1;
  let gain = 0;
  leaves.forEach(({ split }, index) => {
    if (split === null || split.gain <= gain) return;
    best = index;
    gain = split.gain;
  });
  return best;
}
