// What a version says of each pool: its driver or time equation, whom it serves among pools, and which receivers count.
import type { VNode } from 'preact';
import type { AllocationCycle, Pool } from '../../../../contracts/http/allocation.ts';
import { useWords } from '../../../app-context.ts';
import { NOTHING } from '../../../format/format.ts';
import { FewRows } from './few-rows.tsx';
import { useSegmentWords } from './segment-words.ts';

export function SegmentTable({ cycle, pools }: { cycle: AllocationCycle; pools: readonly Pool[] }): VNode {
  const say = useWords().allocation;
  const says = useSegmentWords(pools, cycle.method);
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
                    {says.poolName(segment.pool)}
                  </th>
                  <td>{says.driver(segment)}</td>
                  <td>{says.gives(segment) || NOTHING}</td>
                  <td>{says.receivers(segment) || say.rules.allReceivers}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </FewRows>
  );
}
