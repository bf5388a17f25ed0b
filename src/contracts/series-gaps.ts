// Where a series has a gap: the one law by which the API tells it and the dashboard draws it. Pure.

/** A step is a gap when it is so many times longer than a step should be. */
const GAP_STEPS = 2.5;
/** So many steps on either side say what is usual there; fewer than two say nothing. */
const NEAR_STEPS = 3;
const FEWEST_STEPS = 2;

/**
 * Indices of the points that a gap lies before. A gap is much longer than the device is expected to be silent (or than a
 * bucket is wide) and than the steps usual before it and after it: a history that was kept coarser is no gap.
 */
export function gapsIn(at: readonly number[], expectedStepMs: number): Set<number> {
  const steps = at.slice(1).map((time, index) => time - (at[index] ?? time));
  const gaps = new Set<number>();
  for (const [index, step] of steps.entries()) {
    if (step <= GAP_STEPS * expectedStepMs) continue;
    const usualMs = Math.max(
      usualStep(steps.slice(Math.max(0, index - NEAR_STEPS), index)),
      usualStep(steps.slice(index + 1, index + 1 + NEAR_STEPS)),
    );
    if (step > GAP_STEPS * usualMs) gaps.add(index + 1);
  }
  return gaps;
}

/** The lower median, so that one long step among few is not taken for the usual one. */
function usualStep(steps: readonly number[]): number {
  if (steps.length < FEWEST_STEPS) return 0;
  return [...steps].sort((a, b) => a - b)[Math.floor((steps.length - 1) / 2)] ?? 0;
}
