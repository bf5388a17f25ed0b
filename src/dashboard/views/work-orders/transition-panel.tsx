// Moving a job on: only the states it may go to, each asking for just what it needs.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { TransitionBody, WorkOrder } from '../../../contracts/http/work-orders.ts';
import { WAITING_REASONS, type WaitingReason, type WorkOrderState } from '../../../contracts/work-order-states.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { useCommand } from '../../state/use-command.ts';
import { EngineerSelect } from './engineer-select.tsx';
import { isoOfLocal, localOf } from './local-time.ts';
import { FormMessage } from '../../components/form-message.tsx';

interface PanelProps {
  job: WorkOrder;
  onMoved: () => void;
}
/** These ask for something first; the others are one click. */
const ASKING: readonly WorkOrderState[] = ['scheduled', 'waiting', 'completed', 'cancelled'];

export function TransitionPanel({ job, onMoved }: PanelProps): VNode | null {
  const { api, workOrders } = useApp();
  const words = useWords();
  const [asked, setAsked] = useState<WorkOrderState | null>(null);
  const command = useCommand();
  const move = (body: TransitionBody): void =>
    command.run(async (key) => {
      const moved = await api.post<WorkOrder>(`/work-orders/${job.id}/transitions`, body, key);
      workOrders.patch(moved);
      setAsked(null);
      onMoved();
    });
  if (job.allowedTransitions.length === 0) return null;
  const primary = job.allowedTransitions.find((state) => state !== 'cancelled' && state !== 'waiting');
  return (
    <>
      <div class="line wrap transition-line">
        {job.allowedTransitions.map((state) => (
          <button
            key={state}
            type="button"
            class={state === primary ? 'button primary' : state === 'cancelled' ? 'button danger' : 'button'}
            aria-expanded={ASKING.includes(state) ? asked === state : undefined}
            disabled={command.isBusy}
            onClick={() => (ASKING.includes(state) ? setAsked(asked === state ? null : state) : move({ to: state }))}
          >
            {words.workOrders.moveTo[state]}
          </button>
        ))}
      </div>
      {asked !== null && job.allowedTransitions.includes(asked) && (
        <TransitionForm key={asked} job={job} to={asked} isBusy={command.isBusy} onSend={move} />
      )}
      <FormMessage text={command.problem} />
    </>
  );
}

interface FormProps {
  job: WorkOrder;
  to: WorkOrderState;
  isBusy: boolean;
  onSend: (body: TransitionBody) => void;
}
function TransitionForm({ job, to, isBusy, onSend }: FormProps): VNode {
  const words = useWords();
  const { form } = words.workOrders;
  const [engineer, setEngineer] = useState(job.engineer?.code ?? '');
  const [plannedAt, setPlannedAt] = useState(localOf(job.plannedAt ?? tomorrowMorning()));
  const [waiting, setWaiting] = useState<WaitingReason>('parts');
  const [reason, setReason] = useState('');
  const [downtime, setDowntime] = useState(String(job.downtimeMinutes));
  const [restoredAt, setRestoredAt] = useState(localOf(new Date()));
  const why = reason.trim() === '' ? {} : { reason: reason.trim() };
  const body = (): TransitionBody => {
    if (to === 'scheduled') return { to, engineer, plannedAt: isoOfLocal(plannedAt), ...why };
    if (to === 'waiting') return { to, waiting, ...why };
    if (to === 'completed') {
      return { to, downtimeMinutes: Number(downtime), restoredAt: isoOfLocal(restoredAt), ...why };
    }
    return { to, ...why };
  };
  return (
    <form
      class="capture-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(body());
      }}
    >
      {to === 'scheduled' && (
        <>
          <EngineerSelect value={engineer} station={job.station.code} onChange={setEngineer} />
          <Field label={form.plannedAt}>
            <input
              type="datetime-local"
              required
              value={plannedAt}
              onInput={(event) => setPlannedAt(event.currentTarget.value)}
            />
          </Field>
        </>
      )}
      {to === 'waiting' && (
        <Field label={form.waiting}>
          <Select
            value={waiting}
            options={WAITING_REASONS.map((value) => ({ value, text: words.terms.waiting[value] }))}
            onChange={setWaiting}
          />
        </Field>
      )}
      {to === 'completed' && (
        <>
          <Field label={form.restoredAt}>
            <input
              type="datetime-local"
              required
              value={restoredAt}
              onInput={(event) => setRestoredAt(event.currentTarget.value)}
            />
          </Field>
          <Field label={form.downtime}>
            <input
              type="number"
              inputMode="numeric"
              min={0}
              step={1}
              required
              value={downtime}
              onInput={(event) => setDowntime(event.currentTarget.value)}
            />
          </Field>
        </>
      )}
      <Field label={form.reason}>
        <input
          required={to === 'cancelled'}
          maxLength={500}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </Field>
      <button type="submit" class={to === 'cancelled' ? 'button danger' : 'button primary'} disabled={isBusy}>
        {isBusy ? words.frame.action.saving : words.workOrders.moveTo[to]}
      </button>
    </form>
  );
}

function tomorrowMorning(): Date {
  const date = new Date();
  date.setDate(date.getDate() + 1);
  date.setHours(9, 0, 0, 0);
  return date;
}
