// One version of the rules: who wrote it and put it in force, its method and order, pool by pool what drives it, what stands in
// the way of it, what becomes of a draft, and a trial on the month.
import type { VNode } from 'preact';
import type { AllocationCycle, CycleValidation, Pool } from '../../../../contracts/http/allocation.ts';
import { useApp, useWords } from '../../../app-context.ts';
import { Loaded, Skeleton } from '../../../components/state-views.tsx';
import { useResource } from '../../../state/use-resource.ts';
import { DraftDecision } from './draft-decision.tsx';
import { ProblemLines } from './problem-lines.tsx';
import { SegmentTable } from './segment-table.tsx';
import { TrialPart } from './trial-part.tsx';

interface VersionProps {
  cycle: AllocationCycle;
  pools: readonly Pool[];
  period: string;
  onChanged: () => void;
}

export function VersionDetail({ cycle, pools, period, onChanged }: VersionProps): VNode {
  const words = useWords().allocation;
  const { closeFirst = [], activatedBy, method } = cycle;
  return (
    <div class="version-detail">
      <p class="muted">
        {words.rules.by(cycle.author)}
        {activatedBy !== null && ` · ${words.rules.activatedBy(activatedBy)}`}
      </p>
      <p title={words.methodHint[method]}>
        <strong>{words.method[method]}</strong> <span class="muted">{words.methodHint[method]}</span>
      </p>
      {method === 'step-down' && (
        <p>
          {words.rules.order}: {closeFirst.map((code) => `${code} → `).join('')}
          {words.rules.byRule}
        </p>
      )}
      <SegmentTable cycle={cycle} pools={pools} />
      {activatedBy === null && <Problems cycle={cycle} period={period} />}
      {activatedBy === null && <DraftDecision cycle={cycle} onDecided={onChanged} />}
      <TrialPart cycle={cycle} isWritten period={period} />
    </div>
  );
}

function Problems({ cycle, period }: Pick<VersionProps, 'cycle' | 'period'>): VNode {
  const { api } = useApp();
  const words = useWords().allocation.rules;
  const { code, version } = cycle;
  const checked = useResource(`problems ${code} ${version} ${period}`, (signal) =>
    api.get<CycleValidation>(
      `/allocation/cycles/${encodeURIComponent(code)}/versions/${version}/problems`,
      { period },
      signal,
    ),
  );
  return (
    <div class="version-part">
      <h3>{words.problems}</h3>
      <Loaded resource={checked} skeleton={<Skeleton rows={2} />}>
        {({ problems }) =>
          problems.length === 0 ? <p class="muted">{words.noProblems}</p> : <ProblemLines problems={problems} />
        }
      </Loaded>
    </div>
  );
}
