// The slope of a metric over a window, in bounded memory: readings are gathered into steps of equal length, and a straight
// line is laid through the steps' means by least squares. A single odd reading moves a step, not the line.
import { DAY_MS, type EpochMs, HOUR_MS } from '../../../contracts/time.ts';

export const STEPS = 24;
/** A line needs this many steps, and the first and the last mean half a window apart. */
const FEWEST_STEPS = 3;

/** Fields of a step in the flat list: its number, readings, sum of ms since its beginning, sum of values. */
const WIDTH = 4;

export const PER_MS = { hour: HOUR_MS, day: DAY_MS } as const;

/** Takes a reading into the window's steps, oldest first; steps that have left the window are dropped. */
export function takeStep(steps: number[], windowMs: number, atMs: EpochMs, value: number): void {
  const stepMs = windowMs / STEPS;
  const step = Math.floor(atMs / stepMs);
  const last = steps.length - WIDTH;
  if (last >= 0 && steps[last] === step) {
    steps[last + 1] = (steps[last + 1] as number) + 1;
    steps[last + 2] = (steps[last + 2] as number) + (atMs - step * stepMs);
    steps[last + 3] = (steps[last + 3] as number) + value;
  } else {
    steps.push(step, 1, atMs - step * stepMs, value);
  }
  let gone = 0;
  while ((steps[gone] as number) <= step - STEPS) gone += WIDTH;
  if (gone > 0) steps.splice(0, gone);
}

/** Mean time of the step at a place of the list, since the beginning of the first. */
const timeOf = (steps: readonly number[], at: number, stepMs: number): number =>
  ((steps[at] as number) - (steps[0] as number)) * stepMs + (steps[at + 2] as number) / (steps[at + 1] as number);

/** Change in `perMs`, `null` while too little of the window is known. */
export function slopeOf(steps: readonly number[], windowMs: number, perMs: number): number | null {
  const n = steps.length / WIDTH;
  if (n < FEWEST_STEPS) return null;
  const stepMs = windowMs / STEPS;
  if (timeOf(steps, steps.length - WIDTH, stepMs) - timeOf(steps, 0, stepMs) < windowMs / 2) return null;
  let t = 0;
  let v = 0;
  for (let at = 0; at < steps.length; at += WIDTH) {
    t += timeOf(steps, at, stepMs) / n;
    v += (steps[at + 3] as number) / (steps[at + 1] as number) / n;
  }
  let tt = 0;
  let tv = 0;
  for (let at = 0; at < steps.length; at += WIDTH) {
    const fromMean = timeOf(steps, at, stepMs) - t;
    tt += fromMean * fromMean;
    tv += fromMean * ((steps[at + 3] as number) / (steps[at + 1] as number) - v);
  }
  return (tv / tt) * perMs;
}
