// The rules by which shared cost is shared out: what its pools hold in the last month on show, the rules and their trial,
// the drivers, what the four methods would make of it, and the runs with their proof.
import type { VNode } from 'preact';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import type {
  AllocationCycle,
  AllocationRun,
  Pool,
  RunProof,
  UnallocatedPool,
} from '../../../../contracts/http/allocation.ts';
import type { Page } from '../../../../contracts/http/page.ts';
import { Loaded } from '../../../components/state-views.tsx';
import { useResource } from '../../../state/use-resource.ts';
import { useScope } from '../../../state/use-scope.ts';
import { CostsHead } from '../costs-head.tsx';
import { useCostsVersion } from '../use-cost-query.ts';
import { DriversSection } from './drivers-section.tsx';
import { inForceIn } from './in-force.ts';
import { MethodsSection } from './methods-section.tsx';
import { PoolsSection } from './pools-section.tsx';
import { RulesSection } from './rules-section.tsx';
import { RunsSection } from './runs-section.tsx';

interface Rules {
  cycles: AllocationCycle[];
  pools: Pool[];
  runs: AllocationRun[];
  /** Of the month on show. */
  proof: RunProof | null;
  unallocated: UnallocatedPool[];
}
const RUNS_SHOWN = 24;

export function AllocationTab(): VNode {
  const { api } = useApp();
  const words = useWords().allocation;
  const format = useFormat();
  const { filter } = useScope();
  const version = useCostsVersion();
  const period = filter.range.to;
  const rules = useResource<Rules>(
    `allocation ${period} ${version}`,
    async (signal) => {
      const [cycles, pools, runs, unallocated] = await Promise.all([
        api.get<Page<AllocationCycle>>('/allocation/cycles', {}, signal),
        api.get<Page<Pool>>('/allocation/pools', {}, signal),
        api.get<Page<AllocationRun>>('/allocation/runs', { limit: RUNS_SHOWN }, signal),
        api.get<Page<UnallocatedPool>>('/allocation/unallocated', { period }, signal),
      ]);
      const run = runs.items.find((one) => one.period === period && one.supersededAt === null);
      const proof = run ? await api.get<RunProof>(`/allocation/runs/${run.id}`, {}, signal) : null;
      return { cycles: cycles.items, pools: pools.items, runs: runs.items, proof, unallocated: unallocated.items };
    },
    true,
  );
  return (
    <div class="view">
      <div class="costs-main stack">
        <CostsHead />
        <h2 class="allocation-month">{words.month(format.period(period))}</h2>
        <Loaded resource={rules}>
          {({ cycles, pools, runs, proof, unallocated }) => (
            <div class="stack costs-main">
              <PoolsSection pools={pools} proof={proof} unallocated={unallocated} onChanged={rules.reload} />
              <RulesSection
                cycles={cycles}
                pools={pools}
                proofs={proof?.pools ?? []}
                period={period}
                onChanged={rules.reload}
              />
              <DriversSection period={period} version={version} />
              <MethodsSection period={period} version={version} hasRules={inForceIn(cycles, period) !== undefined} />
              <RunsSection runs={runs} />
            </div>
          )}
        </Loaded>
      </div>
    </div>
  );
}
