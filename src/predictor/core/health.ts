// Health 0-100 of components and device, from the scores of their signs. Unknown is `null`, never healthy.
//   sign:      100 while its score is below 0.6, down to 60 at the limit (score 1); a score that has not lasted stays above.
//              With a finding open it falls from 60 to 0 along the way from normal to the value at which the unit has failed
//              (`failsAt`), or, where the catalogue does not know that value, to 0 at five times the limit.
//   component: its worst sign; unknown when no sign of it was heard of lately, or none has warmed up, and when it would say
//              healthy while nothing follows from a sign: silent for too long, not to be trusted, beyond all that was seen.
//   device:    100 - criticality x (100 - component), the worst of its components; unknown when that would say healthy
//              while a component is unknown.
import type { Component, Sign } from '../../contracts/product.ts';
import { statusOf } from '../../contracts/health.ts';
import { alongSign } from './attribution.ts';
import { normalOf } from './cold-start/prior.ts';
import { contributionsOf, failsAtOn } from './finding.ts';
import type { DevicePlan } from './plan.ts';
import type { Contribution, MetricView } from './views.ts';

const UNEASY_SCORE = 0.6;
const LOST_AT_LIMIT = 40;
const LOST_BY_FAILURE = 60;
const FAILED_SCORE = 5;
const LARGEST_UNCONFIRMED = 0.99;

export interface ComponentHealth {
  component: Component;
  health: number | null;
  /** The signs that cost it health, worst first. */
  contributors: Contribution[];
}

export interface DeviceHealth {
  device: number | null;
  components: ComponentHealth[];
}

export function healthOf(plan: DevicePlan, views: ReadonlyMap<string, MetricView>): DeviceHealth {
  const components = plan.product.components
    .filter(({ failureModes }) => failureModes.some(({ signs }) => signs.some(({ metric }) => views.has(metric))))
    .map((component) => componentHealthOf(plan, component, views));
  return { device: deviceHealthOf(components), components };
}

function componentHealthOf(
  plan: DevicePlan,
  component: Component,
  views: ReadonlyMap<string, MetricView>,
): ComponentHealth {
  const lost = new Map<MetricView, number>();
  let worst: number | null = null;
  for (const { signs } of component.failureModes) {
    for (const sign of signs) {
      const view = views.get(sign.metric);
      if (!view?.isKnown) continue;
      const points = lostBy(sign, view);
      worst = Math.max(worst ?? 0, points);
      if (points >= 1) lost.set(view, Math.max(lost.get(view) ?? 0, points));
    }
  }
  const health = worst === null ? null : Math.round(100 - worst);
  return {
    component,
    health: statusOf(health) === 'healthy' && hasBlindSign(component, views) ? null : health,
    contributors: [...lost].sort((a, b) => b[1] - a[1]).flatMap(([view]) => contributionsOf(plan, view)),
  };
}

const hasBlindSign = ({ failureModes }: Component, views: ReadonlyMap<string, MetricView>): boolean =>
  failureModes.some(({ signs }) => signs.some(({ metric }) => views.get(metric)?.isBlind === true));

function lostBy(sign: Sign, view: MetricView): number {
  const along = alongSign(sign, view.score);
  const hasFinding = view.side !== 0 && alongSign(sign, view.side) > 0;
  const score = hasFinding ? Math.max(1, along) : Math.min(LARGEST_UNCONFIRMED, along);
  const uneasy = Math.min(1, Math.max(0, (score - UNEASY_SCORE) / (1 - UNEASY_SCORE)));
  return LOST_AT_LIMIT * uneasy + (hasFinding ? LOST_BY_FAILURE * progressOf(sign, view, score) : 0);
}

function progressOf(sign: Sign, { detector, side }: MetricView, score: number): number {
  if (sign.failsAt === undefined || detector === null || detector.by === 'scatter' || side === 0) {
    return Math.min(1, (score - 1) / (FAILED_SCORE - 1));
  }
  const normal = normalOf(detector);
  const way = failsAtOn(side, normal, sign.failsAt) - normal;
  return way === 0 ? 1 : Math.min(1, Math.max(0, (detector.level - normal) / way));
}

function deviceHealthOf(components: readonly ComponentHealth[]): number | null {
  const known = components.flatMap(({ component, health }) =>
    health === null ? [] : [Math.round(100 - component.criticality * (100 - health))],
  );
  if (known.length === 0) return null;
  const worst = Math.min(...known);
  return known.length < components.length && statusOf(worst) === 'healthy' ? null : worst;
}
