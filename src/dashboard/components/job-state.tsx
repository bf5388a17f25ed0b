// The state of a work order as a tag, and its cost as text (one amount a currency).
import type { VNode } from 'preact';
import type { Money } from '../../contracts/money.ts';
import type { WaitingReason, WorkOrderState } from '../../contracts/work-order-states.ts';
import { useFormat, useWords } from '../app-context.ts';
import { NOTHING } from '../format/format.ts';

const TONES: Readonly<Partial<Record<WorkOrderState, string>>> = {
  draft: 'is-warm',
  travelling: 'is-accent',
  'on-site': 'is-accent',
  waiting: 'is-warm',
  completed: 'is-good',
};

export const JobState = ({ state, waiting }: { state: WorkOrderState; waiting: WaitingReason | null }): VNode => {
  const words = useWords().terms;
  return (
    <span class={`tag ${TONES[state] ?? ''}`}>
      {words.jobState[state]}
      {state === 'waiting' && waiting !== null && ` · ${words.waiting[waiting]}`}
    </span>
  );
};

export const Amounts = ({ amounts }: { amounts: readonly Money[] }): VNode => {
  const format = useFormat();
  return <>{amounts.length === 0 ? NOTHING : amounts.map((one) => format.money(one)).join(' + ')}</>;
};
