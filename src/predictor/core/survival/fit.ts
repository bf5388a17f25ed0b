// Fits a Weibull to lives by maximum likelihood, with lives that have not ended (censored) and lives that were not watched from
// new (left-truncated). A prior pulls the estimate towards a cohort's where failures are few; with none at all and no prior
// there is no estimate.
import type { Life, Weibull } from './weibull.ts';

/** A belief about (log shape, log scale), independent and normal. */
export interface WeibullPrior extends Weibull {
  shapeSpread: number;
  scaleSpread: number;
}

export interface WeibullFit extends Weibull {
  failures: number;
  censored: number;
  /** 90 % intervals. */
  shapeLow: number;
  shapeHigh: number;
  scaleLow: number;
  scaleHigh: number;
  /** Covariance of (log shape, log scale): shape-shape, shape-scale, scale-scale. */
  covariance: [number, number, number];
}

/** 95 % point of the standard normal: both sides together leave 90 %. */
export const Z95 = 1.6448536269514722;
const ROUNDS = 100;
const HALVINGS = 40;
const PRECISION = 1e-10;
const SHORTEST_HOURS = 1e-6;

/** Log-likelihood at (log shape, log scale) with its slope and curvature. */
interface Surface {
  value: number;
  slope: [number, number];
  curvature: [number, number, number];
}

function addHazard(surface: Surface, age: number, sign: 1 | -1, shape: number, logScale: number): void {
  if (age <= 0) return;
  const u = Math.log(age) - logScale;
  const h = sign * Math.exp(shape * u);
  const su = shape * u;
  surface.value -= h;
  surface.slope[0] -= h * su;
  surface.slope[1] += h * shape;
  surface.curvature[0] -= h * (su + su * su);
  surface.curvature[1] += h * shape * (1 + su);
  surface.curvature[2] -= h * shape * shape;
}

function surfaceAt(lives: readonly Life[], prior: WeibullPrior | null, at: readonly [number, number]): Surface {
  const [logShape, logScale] = at;
  const shape = Math.exp(logShape);
  const surface: Surface = { value: 0, slope: [0, 0], curvature: [0, 0, 0] };
  for (const { fromHours, toHours, failed } of lives) {
    const end = Math.max(toHours, SHORTEST_HOURS);
    addHazard(surface, end, 1, shape, logScale);
    addHazard(surface, Math.min(fromHours, end), -1, shape, logScale);
    if (!failed) continue;
    const su = shape * (Math.log(end) - logScale);
    surface.value += logShape + su - Math.log(end);
    surface.slope[0] += 1 + su;
    surface.slope[1] -= shape;
    surface.curvature[0] += su;
    surface.curvature[1] -= shape;
  }
  if (prior !== null) addPrior(surface, prior, logShape, logScale);
  return surface;
}

function addPrior(surface: Surface, prior: WeibullPrior, logShape: number, logScale: number): void {
  const a = logShape - Math.log(prior.shape);
  const b = logScale - Math.log(prior.scale);
  const [wa, wb] = [1 / prior.shapeSpread ** 2, 1 / prior.scaleSpread ** 2];
  surface.value -= (wa * a * a + wb * b * b) / 2;
  surface.slope[0] -= wa * a;
  surface.slope[1] -= wb * b;
  surface.curvature[0] -= wa;
  surface.curvature[2] -= wb;
}

/** Newton's step uphill; where the surface is not a hill, along the slope. */
function stepOf({ slope, curvature: [aa, ab, bb] }: Surface): [number, number] {
  const determinant = aa * bb - ab * ab;
  if (aa < 0 && determinant > 0) {
    return [-(bb * slope[0] - ab * slope[1]) / determinant, -(aa * slope[1] - ab * slope[0]) / determinant];
  }
  const size = Math.hypot(...slope) || 1;
  return [slope[0] / size, slope[1] / size];
}

function climb(lives: readonly Life[], prior: WeibullPrior | null, start: [number, number]): [number, number] {
  let at = start;
  let surface = surfaceAt(lives, prior, at);
  for (let round = 0; round < ROUNDS; round++) {
    const step = stepOf(surface);
    let share = Math.min(1, 2 / Math.max(Math.hypot(...step), 1e-12));
    let moved = false;
    for (let halving = 0; halving < HALVINGS; halving++, share /= 2) {
      const next: [number, number] = [at[0] + share * step[0], at[1] + share * step[1]];
      const there = surfaceAt(lives, prior, next);
      if (!(there.value > surface.value)) continue;
      [at, surface, moved] = [next, there, true];
      break;
    }
    if (!moved || Math.hypot(...step) * share < PRECISION) break;
  }
  return at;
}

/** `null` when no life ended in failure and there is no prior: nothing is known then. */
export function fitWeibull(lives: readonly Life[], prior: WeibullPrior | null = null): WeibullFit | null {
  const failures = lives.reduce((sum, { failed }) => sum + (failed ? 1 : 0), 0);
  if (failures === 0 && prior === null) return null;
  const exposure = lives.reduce((sum, { fromHours, toHours }) => sum + Math.max(0, toHours - fromHours), 0);
  const start: [number, number] =
    prior === null
      ? [0, Math.log(Math.max(exposure, SHORTEST_HOURS) / failures)]
      : [Math.log(prior.shape), Math.log(prior.scale)];
  // One failure alone says nothing of the shape: a weak belief in plain ageing keeps the hill from having no top.
  const belief = prior ?? { shape: 1.5, scale: Math.exp(start[1]), shapeSpread: 1, scaleSpread: 10 };
  const top = climb(lives, failures < 3 ? belief : prior, start);
  const { curvature } = surfaceAt(lives, failures < 3 ? belief : prior, top);
  return fitAt(top, curvature, failures, lives.length - failures);
}

function fitAt(
  [logShape, logScale]: readonly [number, number],
  [aa, ab, bb]: Surface['curvature'],
  failures: number,
  censored: number,
): WeibullFit {
  const determinant = aa * bb - ab * ab;
  const covariance: [number, number, number] = [-bb / determinant, ab / determinant, -aa / determinant];
  const shapeError = Z95 * Math.sqrt(covariance[0]);
  const scaleError = Z95 * Math.sqrt(covariance[2]);
  return {
    shape: Math.exp(logShape),
    scale: Math.exp(logScale),
    failures,
    censored,
    shapeLow: Math.exp(logShape - shapeError),
    shapeHigh: Math.exp(logShape + shapeError),
    scaleLow: Math.exp(logScale - scaleError),
    scaleHigh: Math.exp(logScale + scaleError),
    covariance,
  };
}

/** 90 % interval of R(age), by the spread of log(-log R): never outside of 0 to 1. */
export function survivalInterval(fit: WeibullFit, age: number): { low: number; high: number } {
  if (age <= 0) return { low: 1, high: 1 };
  const u = fit.shape * Math.log(age / fit.scale);
  const [aa, ab, bb] = fit.covariance;
  // log(-log R) = shape (log age - log scale): slopes u by log shape, -shape by log scale.
  const variance = u * u * aa - 2 * u * fit.shape * ab + fit.shape ** 2 * bb;
  const spread = Z95 * Math.sqrt(Math.max(0, variance));
  return { low: Math.exp(-Math.exp(u + spread)), high: Math.exp(-Math.exp(u - spread)) };
}

/** A cohort's fit as the belief about a part of it: its own spread, and what parts of one fleet differ by. */
export const priorFrom = ({ shape, scale, covariance }: WeibullFit, differ = 0.3): WeibullPrior => ({
  shape,
  scale,
  shapeSpread: Math.hypot(Math.sqrt(covariance[0]), differ),
  scaleSpread: Math.hypot(Math.sqrt(covariance[2]), differ),
});
