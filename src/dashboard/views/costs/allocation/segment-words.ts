// What a segment says in words: its driver or time equation, whom it serves among pools, which receivers count.
import type { AllocationMethod, AllocationSegment, Pool } from '../../../../contracts/http/allocation.ts';
import type { Dimension } from '../../../../contracts/costs.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { useDriverName } from './driver-name.ts';

export interface SegmentWords {
  poolName: (code: string) => string;
  driver: (segment: AllocationSegment) => string;
  /** Empty where it gives nothing to pools. */
  gives: (segment: AllocationSegment) => string;
  /** Empty where all of them count. */
  receivers: (segment: AllocationSegment) => string;
}

export function useSegmentWords(pools: readonly Pool[], method: AllocationMethod): SegmentWords {
  const words = useWords();
  const say = words.allocation.rules;
  const format = useFormat();
  const driverName = useDriverName();
  const poolName = (code: string): string => {
    const pool = pools.find((one) => one.code === code);
    return pool ? format.text(pool.name) : code;
  };
  return {
    poolName,
    driver: ({ driver, activities, capacityMinutes }) =>
      activities && activities.length > 0 && method === 'activity-based'
        ? [
            say.activities(format.integer(activities.length)),
            capacityMinutes === undefined ? null : say.minutes(format.integer(capacityMinutes)),
          ]
            .filter(Boolean)
            .join(' · ')
        : driverName(driver),
    gives: ({ services = [] }) =>
      services
        .map(({ pool, share, quantity = 0 }) =>
          share === undefined
            ? `${poolName(pool)} ${format.measure(quantity)}`
            : `${poolName(pool)} ${format.percent1(share)}`,
        )
        .join(', '),
    receivers: ({ filter = {} }) =>
      Object.entries(filter)
        .map(([dimension, codes]) => `${words.terms.dimension[dimension as Dimension]}: ${(codes ?? []).join(', ')}`)
        .join('; '),
  };
}
