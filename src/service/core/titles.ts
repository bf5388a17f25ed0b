// Titles of work orders in both languages: what is to be done to what, from the product's own names.
import type { Component, FailureMode } from '../../contracts/product.ts';
import type { Text } from '../../contracts/text.ts';
import type { WorkOrderKind } from '../../contracts/work-order-states.ts';

const KINDS: Readonly<Record<WorkOrderKind, Text>> = {
  corrective: { en: 'Corrective maintenance', zh: '故障维修' },
  preventive: { en: 'Preventive maintenance', zh: '预防性维护' },
  predictive: { en: 'Predictive maintenance', zh: '预测性维护' },
  inspection: { en: 'Inspection', zh: '巡检' },
  'remote-support': { en: 'Remote support', zh: '远程支持' },
  installation: { en: 'Installation', zh: '安装调试' },
  'field-change': { en: 'Field change', zh: '现场改造' },
};

/** With a failure mode: component, mode and remedy; else the kind of work and the product. */
export function titleOf(
  kind: WorkOrderKind,
  product: Text,
  fault: { component: Component; mode: FailureMode } | null,
): Text {
  if (fault === null) return { en: `${KINDS[kind].en}: ${product.en}`, zh: `${product.zh}${KINDS[kind].zh}` };
  const { component, mode } = fault;
  return {
    en: `${component.name.en}: ${mode.name.en} – ${mode.remedy.en}`,
    zh: `${component.name.zh}：${mode.name.zh}，${mode.remedy.zh}`,
  };
}
