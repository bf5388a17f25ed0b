// The n-th smallest of many numbers without sorting them all (Hoare's selection).

/** Counted from 0, among the first `length`; these are put in another order. */
export function nthSmallest(values: Float64Array, n: number, length = values.length): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const first = values[low] as number;
    const middle = values[(low + high) >>> 1] as number;
    const last = values[high] as number;
    const pivot = Math.max(Math.min(first, middle), Math.min(Math.max(first, middle), last));
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] as number) < pivot) left += 1;
      while ((values[right] as number) > pivot) right -= 1;
      if (left > right) break;
      const swapped = values[left] as number;
      values[left] = values[right] as number;
      values[right] = swapped;
      left += 1;
      right -= 1;
    }
    if (n <= right) high = right;
    else if (n >= left) low = left;
    else break;
  }
  return values[n] as number;
}
