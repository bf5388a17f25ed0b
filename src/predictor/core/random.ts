// Repeatable chance for training: a small generator (sfc32) whose whole run follows from one seed, the same everywhere.

/** Numbers in [0, 1). Seeds that differ in one bit give unrelated runs: the first numbers are thrown away. */
export function seededRandom(seed: number): () => number {
  let a = seed | 0;
  let b = (seed / 2 ** 32) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let skipped = 0; skipped < 12; skipped++) next();
  return next;
}

/** `count` of the numbers 0 .. `total` - 1, each equally likely, ascending. */
export function sampleOf(total: number, count: number, random: () => number): Int32Array {
  const all = Int32Array.from({ length: total }, (_, index) => index);
  for (let index = 0; index < count; index++) {
    const other = index + Math.floor(random() * (total - index));
    const kept = all[index] as number;
    all[index] = all[other] as number;
    all[other] = kept;
  }
  return all.subarray(0, count).sort();
}
