// One version of the rules: who wrote it and put it in force, its method and order, pool by pool what drives it, what stands in
// the way of it, a trial on the month, and putting it in force, which its author cannot.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AllocationCycle, CycleValidation, Pool } from '../../../../contracts/http/allocation.ts';
import { useApp, useWords } from '../../../app-context.ts';
import { Field } from '../../../components/field.tsx';
import { Loaded, Skeleton } from '../../../components/state-views.tsx';
import { useCommand } from '../../../state/use-command.ts';
import { useResource } from '../../../state/use-resource.ts';
import { ProblemLines } from './problem-lines.tsx';
import { SegmentTable } from './segment-table.tsx';
import { TrialPart } from './trial-part.tsx';
import { FormMessage } from '../../../components/form-message.tsx';

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
      {activatedBy === null && <Activation cycle={cycle} onChanged={onChanged} />}
      <TrialPart cycle={cycle} period={period} />
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

function Activation({ cycle, onChanged }: Pick<VersionProps, 'cycle' | 'onChanged'>): VNode {
  const { api, session } = useApp();
  const words = useWords().allocation.rules;
  const command = useCommand();
  const [note, setNote] = useState('');
  if (!session.can('costs:approve')) return <p class="muted">{words.others}</p>;
  if (cycle.author === session.person.value?.email) return <p class="muted">{words.own}</p>;
  const activate = (): void =>
    command.run(async (key) => {
      const body = note.trim() === '' ? {} : { note: note.trim() };
      await api.post(
        `/allocation/cycles/${encodeURIComponent(cycle.code)}/versions/${cycle.version}/activate`,
        body,
        key,
      );
      onChanged();
    });
  return (
    <div class="allocation-form">
      <Field label={words.note}>
        <input class="input" value={note} maxLength={500} onInput={(e) => setNote(e.currentTarget.value)} />
      </Field>
      <button type="button" class="button primary" disabled={command.isBusy} onClick={activate}>
        {words.activate}
      </button>
      <FormMessage text={command.problem} />
    </div>
  );
}
