// Cohorts of one component's lives: the product as a whole, and each firmware and lot with its own fit, drawn to the whole where
// it has few failures of its own. Pure.
import type { Cohort, SurvivalPoint } from '../../../contracts/http/survival.ts';
import { fitWeibull, priorFrom, survivalInterval, type WeibullFit, type WeibullPrior } from './fit.ts';
import { survivalSteps } from './kaplan-meier.ts';
import { type Life, quantile, survival } from './weibull.ts';

export interface CohortLife extends Life {
  firmware: string | null;
  lot: string | null;
}

/** Cohorts of a kind that are told, the largest first. */
const COHORTS_LIMIT = 12;
const CURVE_POINTS = 40;
/** The curve ends at the age by which so many have failed, or at the oldest life. */
const CURVE_SHARE = 0.98;
const SEEN_LIMIT = 200;

export function cohortsOf(lives: readonly CohortLife[]): { cohorts: Cohort[]; whole: WeibullFit | null } {
  const whole = fitWeibull(lives);
  const prior = whole === null ? null : priorFrom(whole);
  return {
    whole,
    cohorts: [
      cohortOf('product', '', lives, whole),
      ...partsOf('firmware', lives, prior),
      ...partsOf('lot', lives, prior),
    ],
  };
}

function partsOf(kind: 'firmware' | 'lot', lives: readonly CohortLife[], prior: WeibullPrior | null): Cohort[] {
  const groups = new Map<string, CohortLife[]>();
  for (const life of lives) {
    const code = life[kind];
    if (code === null) continue;
    const known = groups.get(code);
    if (known === undefined) groups.set(code, [life]);
    else known.push(life);
  }
  return [...groups]
    .sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .slice(0, COHORTS_LIMIT)
    .map(([code, own]) => cohortOf(kind, code, own, prior === null ? null : fitWeibull(own, prior)));
}

function cohortOf(kind: Cohort['kind'], code: string, lives: readonly Life[], fit: WeibullFit | null): Cohort {
  const failures = lives.filter(({ failed }) => failed).length;
  return {
    kind,
    code,
    failures,
    censored: lives.length - failures,
    fit:
      fit === null
        ? null
        : {
            shape: { value: fit.shape, low: fit.shapeLow, high: fit.shapeHigh },
            scaleHours: { value: fit.scale, low: fit.scaleLow, high: fit.scaleHigh },
            medianHours: quantile(fit, 0.5),
          },
  };
}

export function fittedCurve(fit: WeibullFit | null, lives: readonly Life[]): SurvivalPoint[] {
  if (fit === null) return [];
  const oldest = lives.reduce((most, { toHours }) => Math.max(most, toHours), 0);
  const end = Math.min(quantile(fit, CURVE_SHARE), 1.5 * oldest);
  return falling(
    Array.from({ length: CURVE_POINTS + 1 }, (_, index) => {
      const hours = (end * index) / CURVE_POINTS;
      return { hours, alive: survival(fit, hours), ...survivalInterval(fit, hours) };
    }),
  );
}

/** Who is alive later was alive before: no limit lies below a later one of its kind. */
function falling(points: SurvivalPoint[]): SurvivalPoint[] {
  points.forEach((point, at) => (point.high = Math.min(point.high, points[at - 1]?.high ?? 1)));
  for (let at = points.length - 2; at >= 0; at--) {
    const point = points[at] as SurvivalPoint;
    point.low = Math.max(point.low, points[at + 1]?.low ?? 0);
  }
  return points;
}

/** At most so many steps, evenly chosen; the last is always there. */
export function seenCurve(lives: readonly Life[]): SurvivalPoint[] {
  const steps = survivalSteps(lives).map(({ hours, alive, low, high }) => ({ hours, alive, low, high }));
  const every = Math.ceil(steps.length / SEEN_LIMIT);
  return steps.filter((_, index) => index % every === 0 || index === steps.length - 1);
}
