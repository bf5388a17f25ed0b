// Where a job stands on its way: the main states in order, waiting and cancelled shown as what they are.
import type { VNode } from 'preact';
import type { WorkOrderState } from '../../../contracts/work-order-states.ts';
import { useWords } from '../../app-context.ts';

const STEPS = [
  'draft',
  'approved',
  'scheduled',
  'dispatched',
  'travelling',
  'on-site',
  'completed',
  'reviewed',
  'closed',
] as const satisfies readonly WorkOrderState[];

export function StateStepper({ state }: { state: WorkOrderState }): VNode {
  const words = useWords().terms.jobState;
  if (state === 'cancelled') return <p class="tag">{words.cancelled}</p>;
  // Waiting happens on site: the step is the same, its word another.
  const here = STEPS.findIndex((step) => step === (state === 'waiting' ? 'on-site' : state));
  return (
    <ol class="stepper">
      {STEPS.map((step, index) => (
        <li
          key={step}
          class={index < here ? 'is-done' : index === here ? 'is-here' : ''}
          aria-current={index === here ? 'step' : undefined}
        >
          <span class="step-mark" aria-hidden="true" />
          <span class="step-word">{index === here ? words[state] : words[step]}</span>
        </li>
      ))}
    </ol>
  );
}
