// A set of trees as plain JSON and back. What is read is checked node by node: a damaged or foreign file is refused with
// the place where it is wrong, and never asked.
import type { Objective } from './objective.ts';
import type { BoostedTrees } from './trees.ts';

export interface StoredTrees {
  format: 1;
  columns: string[];
  objective: Objective;
  base: number;
  roots: number[];
  column: number[];
  threshold: number[];
  left: number[];
  missingLeft: number[];
  value: number[];
  cover: number[];
}

const PER_NODE = ['column', 'threshold', 'left', 'missingLeft', 'value', 'cover'] as const;

export function toStored(model: BoostedTrees): StoredTrees {
  return {
    format: 1,
    columns: [...model.columns],
    objective: model.objective,
    base: model.base,
    roots: [...model.roots],
    column: [...model.column],
    threshold: [...model.threshold],
    left: [...model.left],
    missingLeft: [...model.missingLeft],
    value: [...model.value],
    cover: [...model.cover],
  };
}

/** Throws an error that names what is wrong. */
export function fromStored(json: unknown): BoostedTrees {
  const stored = checkedShape(json);
  checkNodes(stored);
  return {
    format: 1,
    columns: stored.columns,
    objective: stored.objective,
    base: stored.base,
    roots: Int32Array.from(stored.roots),
    column: Int32Array.from(stored.column),
    threshold: Float64Array.from(stored.threshold),
    left: Int32Array.from(stored.left),
    missingLeft: Uint8Array.from(stored.missingLeft),
    value: Float64Array.from(stored.value),
    cover: Float64Array.from(stored.cover),
  };
}

function refuse(reason: string): never {
  throw new Error(`The stored trees cannot be used: ${reason}.`);
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'number' && Number.isFinite(entry));

function isObjective(value: unknown): value is Objective {
  if (value === 'squared' || value === 'logistic') return true;
  const quantile = (value as { quantile?: unknown } | null)?.quantile;
  return typeof quantile === 'number' && quantile > 0 && quantile < 1;
}

function checkedShape(json: unknown): StoredTrees {
  if (typeof json !== 'object' || json === null) refuse('it is not an object');
  const stored = json as Record<string, unknown>;
  if (stored.format !== 1) refuse(`format ${String(stored.format)} is not 1`);
  const { columns } = stored;
  if (!Array.isArray(columns) || columns.length === 0 || !columns.every((name) => typeof name === 'string')) {
    refuse('columns must be a list of names');
  }
  if (!isObjective(stored.objective)) refuse('the objective is unknown');
  if (typeof stored.base !== 'number' || !Number.isFinite(stored.base)) refuse('base is not a number');
  for (const name of ['roots', ...PER_NODE] as const) if (!isNumbers(stored[name])) refuse(`${name} must be numbers`);
  const all = json as StoredTrees;
  for (const name of PER_NODE) {
    if (all[name].length !== all.column.length) refuse(`${name} has another length than column`);
  }
  return all;
}

/** Every tree must be whole: children after their parent and inside the tree, each reached exactly once. */
function checkNodes({ columns, roots, column, left, missingLeft, cover }: StoredTrees): void {
  roots.forEach((root, tree) => {
    const end = roots[tree + 1] ?? column.length;
    if (!Number.isInteger(root) || root >= end || (tree === 0 && root !== 0)) refuse(`tree ${tree} has no nodes`);
    const parents = new Uint8Array(end - root);
    for (let node = root; node < end; node++) {
      const asked = column[node] as number;
      if (!Number.isInteger(asked) || asked < -1 || asked >= columns.length) refuse(`node ${node} asks no column`);
      if ((cover[node] as number) < 0) refuse(`node ${node} has a negative cover`);
      if (asked < 0) continue;
      const child = left[node] as number;
      if (!Number.isInteger(child) || child <= node || child + 1 >= end) refuse(`node ${node} has no children`);
      if (missingLeft[node] !== 0 && missingLeft[node] !== 1) refuse(`node ${node} sends missing values nowhere`);
      if (!((cover[node] as number) > 0)) refuse(`node ${node} has no cover`);
      for (const at of [child - root, child + 1 - root]) parents[at] = (parents[at] as number) + 1;
    }
    if (parents.some((count, index) => count !== (index === 0 ? 0 : 1))) refuse(`tree ${tree} is not a tree`);
  });
  if (roots.length === 0 && column.length > 0) refuse('there are nodes without a tree');
}
