// Which version of the rules holds in a month, as the server decides it.
import type { AllocationCycle } from '../../../../contracts/http/allocation.ts';

/** Of the versions that were put in force the latest that is effective by the month, unless it ended. */
export function inForceIn(cycles: readonly AllocationCycle[], period: string): AllocationCycle | undefined {
  const [latest] = cycles
    .filter(({ activatedBy, effectiveFrom }) => activatedBy !== null && effectiveFrom <= period)
    .toSorted((a, b) =>
      a.effectiveFrom === b.effectiveFrom ? b.version - a.version : a.effectiveFrom < b.effectiveFrom ? 1 : -1,
    );
  return latest && (latest.effectiveTo == null || latest.effectiveTo >= period) ? latest : undefined;
}
