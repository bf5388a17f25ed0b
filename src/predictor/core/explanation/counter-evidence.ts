// What does not fit a finding, as the device stands now: signs of the failure mode that keep quiet, and what spoke and has gone
// back to normal. Pure.
import type { Product } from '../../../contracts/product.ts';
import type { Text } from '../../../contracts/text.ts';
import { alongSign } from '../attribution.ts';
import { type DevicePlan, planOf } from '../plan.ts';
import { SETTINGS } from '../settings.ts';
import type { DeviceState } from '../state.ts';
import { type MetricView, viewOf } from '../views.ts';

export interface Quiet {
  kind: 'quiet-sign' | 'back-to-normal';
  metric: string;
  text: Text;
}

export interface Asked {
  product: Product;
  state: DeviceState;
  component: string | null;
  failureMode: string | null;
  /** Metrics that spoke. */
  spoke: readonly string[];
}

function viewIn(plan: DevicePlan, state: DeviceState, metric: string): MetricView | null {
  const tuning = plan.metrics.get(metric)?.tuning;
  const series = state.series.find((one) => one.metric === metric);
  if (tuning == null || series === undefined) return null;
  const view = viewOf(metric, series, tuning, state.measuredToMs);
  return view.isKnown ? view : null;
}

/** What is not known, or not heard of lately, is no counter-evidence. */
export function quietOf({ product, state, component, failureMode, spoke }: Asked): Quiet[] {
  const plan = planOf(product);
  const mode = plan.modes.find((one) => one.component.code === component && one.mode.code === failureMode);
  const nameOf = (metric: string): Text => plan.metrics.get(metric)?.metric.name ?? { en: metric, zh: metric };
  const found: Quiet[] = [];
  for (const sign of mode?.mode.signs ?? []) {
    if (spoke.includes(sign.metric)) continue;
    const view = viewIn(plan, state, sign.metric);
    if (view === null || alongSign(sign, view.score) >= SETTINGS.clearScore) continue;
    const name = nameOf(sign.metric);
    found.push({
      kind: 'quiet-sign',
      metric: sign.metric,
      text: {
        en: `${name.en} also shows ${mode?.mode.name.en.toLowerCase() ?? ''} as a rule, but is normal.`,
        zh: `${mode?.mode.name.zh ?? ''}通常还会影响${name.zh}，但其目前正常。`,
      },
    });
  }
  for (const metric of new Set(spoke)) {
    const view = viewIn(plan, state, metric);
    if (view === null || view.side !== 0 || Math.abs(view.score) >= SETTINGS.clearScore) continue;
    const name = nameOf(metric);
    found.push({
      kind: 'back-to-normal',
      metric,
      text: { en: `${name.en} is back in its normal range.`, zh: `${name.zh}已恢复到正常范围。` },
    });
  }
  return found;
}
