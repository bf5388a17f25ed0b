// What a person may do with an alert, and the small form each action needs.
import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { type Alert, type AlertAction, type AlertCommand } from '../../../contracts/http/alerts.ts';
import type { WorkOrder } from '../../../contracts/http/work-orders.ts';
import { DAY_MS } from '../../../contracts/time.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field } from '../../components/field.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useScope } from '../../state/use-scope.ts';
import { isAlertOpen } from './alert-queue.ts';

const ACTIONS: readonly { action: AlertAction; icon: IconName; key?: string }[] = [
  { action: 'acknowledge', icon: 'check', key: 'a' },
  { action: 'assign', icon: 'assign' },
  { action: 'comment', icon: 'comment', key: 'c' },
  { action: 'shelve', icon: 'snooze', key: 's' },
  { action: 'resolve', icon: 'flag', key: 'r' },
];

interface ActionsProps {
  alert: Alert;
  asked: AlertAction | null;
  onAsk: (action: AlertAction | null) => void;
  /** What else can be done, beside the actions on the alert itself. */
  children?: ComponentChildren;
}

export function AlertActions({ alert, asked, onAsk, children }: ActionsProps): VNode {
  const words = useWords().alerts;
  const offered = ACTIONS.filter(
    ({ action }) =>
      action === 'comment' || (isAlertOpen(alert) && !(action === 'acknowledge' && alert.state !== 'open')),
  );
  const current = offered.find(({ action }) => action === asked)?.action ?? null;
  return (
    <div class="alert-actions">
      <div class="line wrap">
        {offered.map(({ action, icon, key }) => (
          <button
            key={action}
            type="button"
            class={action === 'acknowledge' ? 'button primary' : 'button'}
            aria-expanded={current === action}
            onClick={() => onAsk(current === action ? null : action)}
          >
            <Icon name={icon} size={14} /> {words.action[action]} {key !== undefined && <kbd>{key}</kbd>}
          </button>
        ))}
        {children}
        <span class="grow" />
        <JobButton alert={alert} />
      </div>
      {current !== null && <ActionForm key={current} alert={alert} action={current} onDone={() => onAsk(null)} />}
    </div>
  );
}

function JobButton({ alert }: { alert: Alert }): VNode | null {
  const { api, session, workOrders } = useApp();
  const words = useWords().alerts;
  const { href, go } = useScope();
  const command = useCommand();
  if (alert.workOrderId !== null) {
    return (
      <a class="button" href={href(`/work-orders/${alert.workOrderId}`)}>
        <Icon name="jobs" size={14} /> {words.job(String(alert.workOrderId))}
      </a>
    );
  }
  if (!session.can('work-orders:write') || !isAlertOpen(alert)) return null;
  const body = {
    device: alert.device,
    kind: 'predictive',
    alertId: alert.id,
    component: alert.component?.code ?? null,
    failureMode: alert.failureMode?.code ?? null,
    priority: alert.severity,
  };
  const openJob = async (key: string): Promise<void> => {
    const job = await api.post<WorkOrder>('/work-orders', body, key);
    workOrders.patch(job);
    go(`/work-orders/${job.id}`);
  };
  return (
    <>
      {command.problem !== null && <span class="form-message">{command.problem}</span>}
      <button type="button" class="button" disabled={command.isBusy} onClick={() => command.run(openJob)}>
        <Icon name="plus" size={14} /> {words.openJob}
      </button>
    </>
  );
}

const SHELVE_DAYS = ['1', '3', '7', '14'] as const;

function ActionForm({ alert, action, onDone }: { alert: Alert; action: AlertAction; onDone: () => void }): VNode {
  const { api, alerts, session } = useApp();
  const words = useWords();
  const format = useFormat();
  const { form } = words.alerts;
  const [note, setNote] = useState('');
  const [assignee, setAssignee] = useState(session.person.value?.email ?? '');
  const [days, setDays] = useState<(typeof SHELVE_DAYS)[number]>('3');
  const command = useCommand();
  const body = (): AlertCommand => ({
    ...(note.trim() === '' ? {} : { note: note.trim() }),
    ...(action === 'assign' ? { assignee: assignee.trim() } : {}),
    ...(action === 'shelve' ? { until: new Date(Date.now() + Number(days) * DAY_MS).toISOString() } : {}),
  });
  const send = async (key: string): Promise<void> => {
    const changed = await api.post<Alert>(`/alerts/${alert.id}/${action}`, body(), key);
    alerts.patch(changed);
    onDone();
  };
  const needsNote = action === 'comment' || action === 'shelve' || action === 'resolve';
  return (
    <form
      class="action-form"
      onSubmit={(event) => {
        event.preventDefault();
        command.run(send);
      }}
      onKeyDown={(event) => event.key === 'Escape' && onDone()}
    >
      {action === 'assign' && (
        <Field label={form.assignee}>
          <input
            type="email"
            required
            autofocus
            value={assignee}
            onInput={(event) => setAssignee(event.currentTarget.value)}
          />
        </Field>
      )}
      {action === 'shelve' && (
        <div class="field">
          <span class="field-label">{form.until}</span>
          <Segmented
            label={form.until}
            value={days}
            options={SHELVE_DAYS.map((value) => ({
              value,
              text: value === '1' ? form.day : form.days(format.integer(+value)),
            }))}
            onChange={setDays}
          />
        </div>
      )}
      <Field label={action === 'comment' ? form.comment : needsNote ? form.reason : form.note}>
        <textarea
          required={needsNote}
          autofocus={action !== 'assign'}
          maxLength={2000}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </Field>
      {command.problem !== null && (
        <p class="form-message" role="alert">
          {command.problem}
        </p>
      )}
      <div class="line">
        <button type="submit" class="button primary" disabled={command.isBusy}>
          {command.isBusy ? words.frame.action.saving : words.alerts.action[action]}
        </button>
        <button type="button" class="button quiet" onClick={onDone}>
          {words.frame.action.cancel}
        </button>
      </div>
    </form>
  );
}
