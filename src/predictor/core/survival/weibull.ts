// The Weibull distribution of a component's life: survival, hazard, the chance to fail within a horizon at an age, and the
// mean time left. Ages in hours.
import { HOUR_MS } from '../../../contracts/time.ts';

export interface Weibull {
  shape: number;
  /** Age by which 63 % have failed, hours. */
  scale: number;
}

/** What is known of one life: from when it was watched (0 = from new), up to when, and whether it ended in failure. */
export interface Life {
  fromHours: number;
  toHours: number;
  failed: boolean;
}

export const lifeBetween = (installedMs: number, fromMs: number, toMs: number, failed: boolean): Life => ({
  fromHours: Math.max(0, fromMs - installedMs) / HOUR_MS,
  toHours: (toMs - installedMs) / HOUR_MS,
  failed,
});

const cumulativeHazard = ({ shape, scale }: Weibull, age: number): number => (Math.max(0, age) / scale) ** shape;

export const survival = (weibull: Weibull, age: number): number => Math.exp(-cumulativeHazard(weibull, age));

/** Failures per hour at an age. */
export const hazard = ({ shape, scale }: Weibull, age: number): number =>
  (shape / scale) * (age / scale) ** (shape - 1);

/** P(fails within `horizon` | alive at `age`) = 1 - R(a + H) / R(a). */
export const failureWithin = (weibull: Weibull, age: number, horizon: number): number =>
  -Math.expm1(cumulativeHazard(weibull, age) - cumulativeHazard(weibull, age + horizon));

/** Age by which a share has failed. */
export const quantile = ({ shape, scale }: Weibull, share: number): number =>
  scale * (-Math.log1p(-share)) ** (1 / shape);

const STEPS = 400;
/** Survivors beyond this age are too few to count. */
const LAST_SHARE = 1e-9;

/** Mean hours left at an age: the area under R(a + t) / R(a), by Simpson's rule up to where nobody is left. */
export function meanResidualLife(weibull: Weibull, age: number): number {
  const here = cumulativeHazard(weibull, age);
  const end = weibull.scale * (here - Math.log(LAST_SHARE)) ** (1 / weibull.shape) - age;
  const step = end / STEPS;
  const at = (index: number): number => Math.exp(here - cumulativeHazard(weibull, age + index * step));
  let area = at(0) + at(STEPS);
  for (let index = 1; index < STEPS; index++) area += at(index) * (index % 2 === 1 ? 4 : 2);
  return (area * step) / 3;
}
