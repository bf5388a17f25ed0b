// What a version says of each pool: its driver or time equation, whom it serves among pools, and which receivers count.
import type { VNode } from 'preact';
import type { AllocationCycle, AllocationSegment, Pool } from '../../../../contracts/http/allocation.ts';
import type { Dimension } from '../../../../contracts/costs.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { NOTHING } from '../../../format/format.ts';
import { useDriverName } from './driver-name.ts';
import { FewRows } from './few-rows.tsx';

export function SegmentTable({ cycle, pools }: { cycle: AllocationCycle; pools: readonly Pool[] }): VNode {
  const words = useWords();
  const say = words.allocation;
  const format = useFormat();
  const driverName = useDriverName();
  const nameOf = (code: string): string => {
    const pool = pools.find((one) => one.code === code);
    return pool ? format.text(pool.name) : code;
  };
  const driverOf = ({ driver, activities, capacityMinutes }: AllocationSegment): string =>
    activities && cycle.method === 'activity-based'
      ? [
          say.rules.activities(format.integer(activities.length)),
          capacityMinutes === undefined ? null : say.rules.minutes(format.integer(capacityMinutes)),
        ]
          .filter(Boolean)
          .join(' · ')
      : driverName(driver);
  const givesOf = ({ services = [] }: AllocationSegment): string =>
    services
      .map(({ pool, share, quantity = 0 }) =>
        share === undefined
          ? `${nameOf(pool)} ${format.measure(quantity)}`
          : `${nameOf(pool)} ${format.percent1(share)}`,
      )
      .join(', ');
  const receiversOf = ({ filter = {} }: AllocationSegment): string =>
    Object.entries(filter)
      .map(([dimension, codes]) => `${words.terms.dimension[dimension as Dimension]}: ${(codes ?? []).join(', ')}`)
      .join('; ');
  return (
    <FewRows rows={cycle.segments}>
      {(segments) => (
        <div class="scroll-x" tabIndex={0} role="region" aria-label={say.rules.title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say.pools.pool}</th>
                <th scope="col">{say.rules.driver}</th>
                <th scope="col">{say.rules.gives}</th>
                <th scope="col">{say.rules.receivers}</th>
              </tr>
            </thead>
            <tbody>
              {segments.map((segment) => (
                <tr key={segment.pool}>
                  <th scope="row" class="pivot-name">
                    {nameOf(segment.pool)}
                  </th>
                  <td>{driverOf(segment)}</td>
                  <td>{givesOf(segment) || NOTHING}</td>
                  <td>{receiversOf(segment) || say.rules.allReceivers}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </FewRows>
  );
}
