// What a simulated device finds when it checks itself: a component that has failed, or that is worn far enough to be
// measured. It knows the fault that is planned for it as little as a real one: small wear passes.
import { PRODUCTS } from './catalogue/products.ts';
import type { Kind } from './models/kind-model.ts';
import { KIND_MODELS } from './models/kinds.ts';
import type { Stage } from './wear.ts';

export interface ComponentCheck {
  component: string;
  ok: boolean;
  detail?: string;
}

/** Of the weeks in which the sign usually shows. */
const MEASURABLE_SHARE = 0.4;

export function checkComponents(kind: Kind, stageOf: (failureMode: string) => Stage): ComponentCheck[] {
  const { faults } = KIND_MODELS[kind];
  return PRODUCTS[kind].components.map(({ code: component }) => {
    for (const { failureMode, errorCode, signWeeks } of faults.filter((fault) => fault.component === component)) {
      const { days, hasFailed } = stageOf(failureMode);
      if (hasFailed) return { component, ok: false, detail: errorCode };
      const share = days / 7 / ((signWeeks[0] + signWeeks[1]) / 2);
      if (share >= MEASURABLE_SHARE) return { component, ok: false, detail: `${Math.round(share * 100)} %` };
    }
    return { component, ok: true };
  });
}
