// A version of the rules being written, from one that is there or as the first: its months and method, and pool by pool what
// happens to its cost. It is checked while it is written, can be tried before it is saved, and is a draft until a second person
// puts it in force.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import {
  ALLOCATION_METHODS,
  type AllocationCycle,
  type CycleProblem,
  type Pool,
  type PoolProof,
} from '../../../../contracts/http/allocation.ts';
import { moneyOf } from '../../../../contracts/money.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Field, Select } from '../../../components/field.tsx';
import { useCommand } from '../../../state/use-command.ts';
import { cycleOf, type Draft, draftOf } from './draft.ts';
import { poolSums } from './pool-sums.ts';
import { ProblemLines } from './problem-lines.tsx';
import { SegmentEditor } from './segment-editor.tsx';
import { TrialPart } from './trial-part.tsx';
import { useDraftCheck } from './use-draft-check.ts';
import { FormMessage } from '../../../components/form-message.tsx';

interface DraftProps {
  /** `null`: there is none yet. */
  base: AllocationCycle | null;
  version: number;
  pools: readonly Pool[];
  /** What the pools hold in the month. */
  proofs: readonly PoolProof[];
  period: string;
  onDone: (saved: AllocationCycle | null) => void;
}

export function DraftForm({ base, version, pools, proofs, period, onDone }: DraftProps): VNode {
  const { api } = useApp();
  const words = useWords().allocation.rules;
  const format = useFormat();
  const command = useCommand();
  const [draft, setDraft] = useState<Draft>(() => draftOf({ base, version, pools, period }));
  const cycle = cycleOf(draft);
  const check = useDraftCheck(cycle, period);
  const save = (): void =>
    command.run(async (key) => {
      if (cycle !== null) onDone(await api.post<AllocationCycle>('/allocation/cycles', cycle, key));
    });
  return (
    <div class="section-body stack draft-form">
      <DraftHead draft={draft} isFirst={base === null} onChange={setDraft} />
      <ProblemLines problems={check.problems.filter(({ pool }) => !isOfSegment(pool, draft))} />
      <Segments
        draft={draft}
        problems={check.problems}
        pools={pools}
        proofs={proofs}
        period={period}
        onChange={setDraft}
      />
      <div class="line wrap">
        <button type="button" class="button primary" disabled={command.isBusy || cycle === null} onClick={save}>
          {words.save} ({words.version(format.integer(version))})
        </button>
        <button type="button" class="button quiet" onClick={() => onDone(null)}>
          {words.cancel}
        </button>
        <span class="muted" role="status">
          {cycle === null
            ? words.sayFirst
            : check.isChecking
              ? words.checking
              : (check.refusal ?? (check.problems.length === 0 ? words.noProblems : ''))}
        </span>
      </div>
      <FormMessage text={command.problem} />
      {cycle !== null && <TrialPart cycle={cycle} isWritten={false} period={period} />}
    </div>
  );
}

const isOfSegment = (pool: string | null, { segments }: Draft): boolean =>
  segments.some((segment) => segment.pool === pool);

interface HeadProps {
  draft: Draft;
  isFirst: boolean;
  onChange: (draft: Draft) => void;
}
function DraftHead({ draft, isFirst, onChange }: HeadProps): VNode {
  const words = useWords().allocation;
  const { method } = draft;
  return (
    <div class="allocation-form">
      {isFirst && (
        <Field label={words.pools.code}>
          <input
            class="input"
            value={draft.code}
            maxLength={64}
            onInput={(e) => onChange({ ...draft, code: e.currentTarget.value })}
          />
        </Field>
      )}
      <Field label={words.rules.methodLabel} hint={words.methodHint[method]}>
        <Select
          value={method}
          options={ALLOCATION_METHODS.map((value) => ({ value, text: words.method[value] }))}
          onChange={(next) => onChange({ ...draft, method: next })}
        />
      </Field>
      <Field label={words.rules.from} hint={words.rules.wholeMonths}>
        <input
          class="input"
          type="month"
          value={draft.from}
          onInput={(e) => onChange({ ...draft, from: e.currentTarget.value })}
        />
      </Field>
      <Field label={words.rules.to}>
        <input
          class="input"
          type="month"
          value={draft.to}
          onInput={(e) => onChange({ ...draft, to: e.currentTarget.value })}
        />
      </Field>
      {method === 'step-down' && (
        <Field label={words.rules.order} hint={words.rules.byRule}>
          <input
            class="input"
            value={draft.order}
            onInput={(e) => onChange({ ...draft, order: e.currentTarget.value })}
          />
        </Field>
      )}
    </div>
  );
}

interface SegmentsProps {
  draft: Draft;
  problems: readonly CycleProblem[];
  pools: readonly Pool[];
  proofs: readonly PoolProof[];
  period: string;
  onChange: (draft: Draft) => void;
}
function Segments({ draft, problems, pools, proofs, period, onChange }: SegmentsProps): VNode {
  const format = useFormat();
  const [open, setOpen] = useState<string | null>(
    draft.segments.find(({ driver }) => driver === undefined)?.pool ?? null,
  );
  const sums = poolSums(proofs);
  const ownOf = (pool: string): string | null =>
    sums
      .filter((sum) => sum.pool === pool)
      .map(({ minor, currency }) => format.moneyShort(moneyOf(minor.own, currency)))
      .join(' + ') || null;
  return (
    <ul class="segment-cards">
      {draft.segments.map((segment) => (
        <SegmentEditor
          key={segment.pool}
          segment={segment}
          method={draft.method}
          pools={pools}
          period={period}
          own={ownOf(segment.pool)}
          problems={problems.filter(({ pool }) => pool === segment.pool)}
          isOpen={open === segment.pool}
          onToggle={() => setOpen(open === segment.pool ? null : segment.pool)}
          onChange={(next) =>
            onChange({ ...draft, segments: draft.segments.map((one) => (one.pool === segment.pool ? next : one)) })
          }
        />
      ))}
    </ul>
  );
}
