// What a metric's driver leads one to expect of it: a curve of second degree over the driver, learned per device with a
// fading memory. A motor's current says little until one knows how fast it turns. What is judged is the metric's value as
// it would be in the middle of the driver's band, so an engineer still reads a value of the metric and not a residual.
import { SETTINGS } from './settings.ts';

/** The driver's band of healthy units; the curve is learned on the axis from -1 to 1 over it. */
export interface DriverAxis {
  metric: string;
  middle: number;
  half: number;
}

/** Running means over the axis (x) and the metric (y) by weight; plain numbers, kept with the device's state. */
export interface DriverFit {
  /** Since the driver last went where it had never been. */
  readings: number;
  weightMs: number;
  low: number;
  high: number;
  x: number;
  x2: number;
  x3: number;
  x4: number;
  y: number;
  xy: number;
  x2y: number;
  /** Mean absolute miss of the curve. */
  miss: number;
}

export interface Pair {
  driver: number;
  value: number;
  stepMs: number;
  /** Learned slowly then, or wear would become what the driver explains. */
  isAbnormal: boolean;
}

const { normalMemoryMs, learningWhileAbnormal, clipSigma } = SETTINGS;
const READINGS_BEFORE_BELIEF = 100;
/** A driver this far outside of all it was seen at (in half bands) shows a part of the curve nobody knows yet. */
const NEW_GROUND = 0.1;
/** Stands against slopes and bends that nobody has seen, in squares of the half band. */
const RIDGE = 1e-4;
/** Standard deviations to a mean absolute miss. */
const MISSES_PER_SIGMA = 0.8;

export const newDriverFit = (): DriverFit => ({
  readings: 0,
  weightMs: 0,
  low: 0,
  high: 0,
  x: 0,
  x2: 0,
  x3: 0,
  x4: 0,
  y: 0,
  xy: 0,
  x2y: 0,
  miss: 0,
});

export const isCurveKnown = ({ readings }: DriverFit): boolean => readings >= READINGS_BEFORE_BELIEF;

/** The value as it would be in the middle of the band, by the curve as it was before; `null` while that is not known. */
export function atMiddle(fit: DriverFit, { middle, half }: DriverAxis, pair: Pair): number | null {
  const x = (pair.driver - middle) / half;
  const { slope, bend } = curveOf(fit);
  const seen = Math.min(Math.max(x, fit.low), fit.high);
  const isBelieved = isCurveKnown(fit) && x > fit.low - NEW_GROUND && x < fit.high + NEW_GROUND;
  const expected = fit.y + slope * (seen - fit.x) + bend * (seen * seen - fit.x2);
  learn(fit, x, pair, isBelieved ? expected : null);
  return isBelieved ? pair.value - slope * seen - bend * seen * seen : null;
}

function curveOf(fit: DriverFit): { slope: number; bend: number } {
  const { x, x2, x3, x4, y, xy, x2y } = fit;
  const xx = x2 - x * x + RIDGE;
  const xq = x3 - x * x2;
  const qq = x4 - x2 * x2 + RIDGE;
  const xOfY = xy - x * y;
  const qOfY = x2y - x2 * y;
  const determinant = xx * qq - xq * xq;
  return { slope: (xOfY * qq - qOfY * xq) / determinant, bend: (qOfY * xx - xOfY * xq) / determinant };
}

/** A reading far off the curve pulls it by no more than a few of its usual misses. */
function learn(fit: DriverFit, x: number, { value, stepMs, isAbnormal }: Pair, expected: number | null): void {
  const gain = isAbnormal ? stepMs * learningWhileAbnormal : stepMs;
  const isNewGround = fit.weightMs === 0 || x <= fit.low - NEW_GROUND || x >= fit.high + NEW_GROUND;
  fit.low = fit.weightMs === 0 ? x : Math.min(fit.low, x);
  fit.high = fit.weightMs === 0 ? x : Math.max(fit.high, x);
  fit.readings = isNewGround ? 0 : fit.readings + 1;
  fit.weightMs = Math.min(fit.weightMs + gain, normalMemoryMs);
  const share = gain / fit.weightMs;
  const reach = (clipSigma * fit.miss) / MISSES_PER_SIGMA;
  const missed = expected === null ? 0 : value - expected;
  const isFar = expected !== null && fit.miss > 0 && Math.abs(missed) > reach;
  const y = isFar ? expected + Math.sign(missed) * reach : value;
  if (expected !== null) fit.miss += share * (Math.min(Math.abs(missed), reach || Infinity) - fit.miss);
  fit.x += share * (x - fit.x);
  fit.x2 += share * (x * x - fit.x2);
  fit.x3 += share * (x * x * x - fit.x3);
  fit.x4 += share * (x * x * x * x - fit.x4);
  fit.y += share * (y - fit.y);
  fit.xy += share * (x * y - fit.xy);
  fit.x2y += share * (x * x * y - fit.x2y);
}
