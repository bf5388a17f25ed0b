// What an age means to a component: how likely it fails from there on and how long it has left on average, with 90 % intervals from
// the spread of the fit; and what can be said where none has failed. Pure.
import type { AtAge, Watched } from '../../../contracts/http/survival.ts';
import type { CohortLife } from './cohorts.ts';
import { Z95, type WeibullFit } from './fit.ts';
import { hazard, meanResidualLife, quantile, type Weibull } from './weibull.ts';

const HOURS_A_YEAR = 365.25 * 24;
/** Step of log shape and log scale by which slopes are taken. */
const STEP = 1e-4;
/** Shares of the age by which half have failed, at which a component is looked at beside the typical age of today. */
const SHARES = [0.25, 0.5, 1];
/** Beyond these a figure is not known, whatever the formula says. */
const FARTHEST = 1e3;

export function ageFigures(fit: WeibullFit, hours: number): AtAge {
  return {
    hours,
    hazardPerYear: intervalOf(fit, (weibull) => hazard(weibull, hours) * HOURS_A_YEAR),
    meanLeftHours: intervalOf(fit, (weibull) => meanResidualLife(weibull, hours)),
  };
}

/** By the spread of the logarithm of a figure (delta method): it stays above zero. */
function intervalOf(fit: WeibullFit, figure: (weibull: Weibull) => number): AtAge['hazardPerYear'] {
  const { shape, scale, covariance } = fit;
  const value = figure(fit);
  const logAt = (a: number, b: number): number =>
    Math.log(figure({ shape: shape * Math.exp(a), scale: scale * Math.exp(b) }));
  const byShape = (logAt(STEP, 0) - logAt(-STEP, 0)) / (2 * STEP);
  const byScale = (logAt(0, STEP) - logAt(0, -STEP)) / (2 * STEP);
  const [aa, ab, bb] = covariance;
  const variance = byShape * byShape * aa + 2 * byShape * byScale * ab + byScale * byScale * bb;
  const factor = Math.min(FARTHEST, Math.exp(Z95 * Math.sqrt(Math.max(0, variance))));
  return { value, low: value / factor, high: value * factor };
}

export function atAges(fit: WeibullFit | null, { typicalAgeHours }: Pick<Watched, 'typicalAgeHours'>): AtAge[] {
  if (fit === null) return [];
  const half = quantile(fit, 0.5);
  const ages = SHARES.map((share) => share * half);
  return [...(typicalAgeHours === null ? [] : [typicalAgeHours]), ...ages].map((hours) => ageFigures(fit, hours));
}

/** -ln(0.05): with none seen, three or more were to be expected in 95 of 100 cases. */
const NONE_SEEN = -Math.log(0.05);

/** `isInUse` of the lives that go on. */
export function watchedOf(lives: readonly (CohortLife & { isInUse: boolean })[]): Watched {
  const hours = lives.reduce((sum, { fromHours, toHours }) => sum + Math.max(0, toHours - fromHours), 0);
  const years = hours / HOURS_A_YEAR;
  const ages = lives.flatMap(({ isInUse, toHours }) => (isInUse ? [toHours] : [])).sort((a, b) => a - b);
  const isFailureFree = years > 0 && lives.every(({ failed }) => !failed);
  return {
    years,
    atMostPerYear: isFailureFree ? NONE_SEEN / years : null,
    typicalAgeHours: ages[ages.length >> 1] ?? null,
  };
}
