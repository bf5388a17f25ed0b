// Which components a finished job leaves with another normal: what was repaired, replaced, installed, calibrated or cleaned.
import type { Component, Product } from '../../contracts/product.ts';
import type { WorkOrderKind } from '../../contracts/work-order-states.ts';

export interface FinishedJob {
  kind: WorkOrderKind;
  /** What the job, or the alert it was opened for, is about. */
  component: string | null;
  /** Was the fault there? `null`: nobody could tell, or nobody looked for one. */
  confirmed: boolean | null;
  /** Spare parts that stayed in the device. */
  parts: ReadonlySet<string>;
}

/** Kinds of job that change what they are about even where no fault is looked for. */
const CHANGING: ReadonlySet<WorkOrderKind> = new Set(['corrective', 'preventive', 'predictive', 'field-change']);

/** In the order of the catalogue. A visit that found no fault and fitted no part leaves everything as it was. */
export function renewedBy({ components }: Product, { kind, component, confirmed, parts }: FinishedJob): Component[] {
  if (kind === 'installation') return [...components];
  const isDone = confirmed === true || (confirmed === null && CHANGING.has(kind));
  return components.filter(
    ({ code, failureModes }) =>
      (isDone && code === component) || failureModes.some(({ part }) => part !== null && parts.has(part)),
  );
}
