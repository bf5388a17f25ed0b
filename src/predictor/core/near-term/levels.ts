// The levels of a sensor between which "how long has it been below" is measured: found in the training part, between the
// values the sensor takes, so that they follow any scale.

const MOST_LEVELS = 20;

/** Ascending, at most twenty; none for a sensor that never changes. */
export function levelsOf(values: ArrayLike<number>): Float64Array {
  const distinct = [...new Set(Array.from(values).filter((value) => !Number.isNaN(value)))].sort((a, b) => a - b);
  const gaps = distinct.length - 1;
  const count = Math.min(MOST_LEVELS, gaps);
  return Float64Array.from({ length: Math.max(0, count) }, (_, index) => {
    const at = Math.floor(((index + 0.5) * gaps) / count);
    return ((distinct[at] as number) + (distinct[at + 1] as number)) / 2;
  });
}
