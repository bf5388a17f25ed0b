// A long series with fewer points and the same look: of each stretch its lowest and its highest value stay, in their order,
// so that no peak is lost.

/** Two points a stretch; the series itself where it is short enough. */
export function thinned(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  stretches: number,
): { xs: number[]; ys: number[] } {
  if (ys.length <= 2 * stretches) return { xs: Array.from(xs), ys: Array.from(ys) };
  const kept: number[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * ys.length) / stretches);
    const to = Math.floor(((stretch + 1) * ys.length) / stretches);
    let [lowest, highest] = [from, from];
    for (let at = from + 1; at < to; at++) {
      if ((ys[at] as number) < (ys[lowest] as number)) lowest = at;
      if ((ys[at] as number) > (ys[highest] as number)) highest = at;
    }
    kept.push(Math.min(lowest, highest));
    if (lowest !== highest) kept.push(Math.max(lowest, highest));
  }
  return { xs: kept.map((at) => xs[at] as number), ys: kept.map((at) => ys[at] as number) };
}
