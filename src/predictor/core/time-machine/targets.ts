// Which failure modes can prove a candidate right or wrong.
import { metricsOf } from '../../../contracts/condition-tree.ts';
import type { Product } from '../../../contracts/product.ts';
import type { RulePlan } from '../plan.ts';
import type { Target } from './compare.ts';

export const targetsOfProduct = ({ components }: Product): Target[] =>
  components.flatMap((component) =>
    component.failureModes.map(({ code, horizonHours }) => ({
      component: component.code,
      failureMode: code,
      horizonHours,
    })),
  );

/**
 * Those with a sign among the metrics the rule reads, of its component where it names one; where none has such a sign, every mode
 * of the component it names. A rule that does neither speaks of no failure: its episodes are counted, not scored.
 */
export function targetsOfRule(
  { component, condition }: Pick<RulePlan, 'component' | 'condition'>,
  product: Product,
): Target[] {
  const read = new Set(metricsOf(condition));
  const own = product.components.filter(({ code }) => component === null || code === component);
  const shown = own.map((one) => ({
    ...one,
    failureModes: one.failureModes.filter(({ signs }) => signs.some(({ metric }) => read.has(metric))),
  }));
  const targets = targetsOfProduct({ ...product, components: shown });
  return targets.length > 0 || component === null ? targets : targetsOfProduct({ ...product, components: own });
}
