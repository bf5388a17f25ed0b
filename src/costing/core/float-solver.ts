// Solves `x = constants + P x` in doubles for pools that serve each other: block after block in the order cost flows;
// within a block sweeps (Gauss-Seidel), or one dense factorisation kept for all right sides where they settle slowly.
// Answers are approximate; who asks takes the exact residual and asks again.

export interface Link {
  from: number;
  to: number;
  /** Part of the output of `from` that `to` uses, from 0 to 1. */
  share: number;
}

/** A block this small is factored at once. */
const SMALL_BLOCK = 48;
const SWEEP_LIMIT = 60;
const SWEEP_TOLERANCE = 1e-12;

interface Incoming {
  /** Links into pool i are `start[i]` to `start[i + 1]`. */
  start: Int32Array;
  from: Int32Array;
  share: Float64Array;
}

function incomingOf(size: number, links: readonly Link[]): Incoming {
  const start = new Int32Array(size + 1);
  for (const { to } of links) start[to + 1] = (start[to + 1] as number) + 1;
  for (let i = 0; i < size; i += 1) start[i + 1] = (start[i + 1] as number) + (start[i] as number);
  const at = start.slice();
  const from = new Int32Array(links.length);
  const share = new Float64Array(links.length);
  for (const link of links) {
    const place = at[link.to] as number;
    at[link.to] = place + 1;
    from[place] = link.from;
    share[place] = link.share;
  }
  return { start, from, share };
}

function inflow({ start, from, share }: Incoming, pool: number, x: Float64Array): number {
  let sum = 0;
  for (let k = start[pool] as number; k < (start[pool + 1] as number); k += 1)
    sum += (share[k] as number) * (x[from[k] as number] as number);
  return sum;
}

/** LU of `I - P` within a block. No pivoting: its columns are dominated by their diagonal. */
function factor(block: readonly number[], { start, from, share }: Incoming): Float64Array[] {
  const place = new Map(block.map((pool, row) => [pool, row]));
  const rows = block.map((pool, row) => {
    const line = new Float64Array(block.length);
    line[row] = 1;
    for (let k = start[pool] as number; k < (start[pool + 1] as number); k += 1) {
      const column = place.get(from[k] as number);
      if (column !== undefined) line[column] = (line[column] as number) - (share[k] as number);
    }
    return line;
  });
  for (let pivot = 0; pivot < rows.length; pivot += 1) {
    const source = rows[pivot] as Float64Array;
    for (let below = pivot + 1; below < rows.length; below += 1) {
      const line = rows[below] as Float64Array;
      if (line[pivot] === 0) continue;
      const times = (line[pivot] as number) / (source[pivot] as number);
      line[pivot] = times;
      for (let j = pivot + 1; j < rows.length; j += 1) line[j] = (line[j] as number) - times * (source[j] as number);
    }
  }
  return rows;
}

function solveFactored(rows: readonly Float64Array[], values: Float64Array): void {
  rows.forEach((line, i) => {
    for (let j = 0; j < i; j += 1) values[i] = (values[i] as number) - (line[j] as number) * (values[j] as number);
  });
  for (let i = rows.length - 1; i >= 0; i -= 1) {
    const line = rows[i] as Float64Array;
    for (let j = i + 1; j < rows.length; j += 1)
      values[i] = (values[i] as number) - (line[j] as number) * (values[j] as number);
    values[i] = (values[i] as number) / (line[i] as number);
  }
}

/** True when the sweeps settled within their limit. */
function sweep(
  block: readonly number[],
  incoming: Incoming,
  constants: Float64Array,
  { x, tolerance }: { x: Float64Array; tolerance: number },
): boolean {
  for (let round = 0; round < SWEEP_LIMIT; round += 1) {
    let change = 0;
    let largest = 0;
    for (const pool of block) {
      const value = (constants[pool] as number) + inflow(incoming, pool, x);
      change = Math.max(change, Math.abs(value - (x[pool] as number)));
      largest = Math.max(largest, Math.abs(value));
      x[pool] = value;
    }
    if (change <= tolerance * largest) return true;
  }
  return false;
}

/** `blocks` cover all pools, who serves before who is served. Factorisations are kept between calls. */
export function floatSolver(size: number, links: readonly Link[], blocks: readonly (readonly number[])[]) {
  const incoming = incomingOf(size, links);
  const factored = new Map<readonly number[], Float64Array[]>();
  const slow = new Set<readonly number[]>();

  function solveBlock(block: readonly number[], constants: Float64Array, x: Float64Array, tolerance: number): void {
    if (block.length > SMALL_BLOCK && !slow.has(block)) {
      if (sweep(block, incoming, constants, { x, tolerance })) return;
      slow.add(block);
      for (const pool of block) x[pool] = 0;
    }
    let rows = factored.get(block);
    if (!rows) factored.set(block, (rows = factor(block, incoming)));
    // Members of the block are still zero, so this is what comes from outside.
    const values = Float64Array.from(block, (pool) => (constants[pool] as number) + inflow(incoming, pool, x));
    solveFactored(rows, values);
    block.forEach((pool, row) => {
      x[pool] = values[row] as number;
    });
  }

  return (constants: Float64Array, tolerance = SWEEP_TOLERANCE): Float64Array => {
    const x = new Float64Array(size);
    for (const block of blocks) {
      const [only] = block;
      if (block.length === 1 && only !== undefined) x[only] = (constants[only] as number) + inflow(incoming, only, x);
      else solveBlock(block, constants, x, tolerance);
    }
    return x;
  };
}
