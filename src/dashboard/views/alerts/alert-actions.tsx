// What a person may do with an alert, as its state allows.
import type { ComponentChildren, VNode } from 'preact';
import { mayAct } from '../../../contracts/alert-steps.ts';
import type { Alert, AlertAction, AlertCommand } from '../../../contracts/http/alerts.ts';
import type { WorkOrder } from '../../../contracts/http/work-orders.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useScope } from '../../state/use-scope.ts';
import { ActionForm } from './action-form.tsx';
import { isAlertOpen } from './alert-queue.ts';

const ACTIONS: readonly { action: AlertAction; icon: IconName; key?: string }[] = [
  { action: 'acknowledge', icon: 'check', key: 'a' },
  { action: 'assign', icon: 'assign' },
  { action: 'comment', icon: 'comment', key: 'c' },
  { action: 'shelve', icon: 'snooze', key: 's' },
  { action: 'unshelve', icon: 'refresh' },
  { action: 'resolve', icon: 'flag', key: 'r' },
  { action: 'close', icon: 'close' },
];

interface ActionsProps {
  alert: Alert;
  asked: AlertAction | null;
  onAsk: (action: AlertAction | null) => void;
  /** What else can be done, beside the actions on the alert itself. */
  children?: ComponentChildren;
}

export function AlertActions({ alert, asked, onAsk, children }: ActionsProps): VNode {
  const { api, alerts } = useApp();
  const words = useWords().alerts;
  const handled = { state: alert.state, isCleared: alert.clearedAt !== null, isShelved: alert.shelvedUntil !== null };
  const offered = ACTIONS.filter(({ action }) => mayAct(action, handled));
  const current = offered.find(({ action }) => action === asked)?.action ?? null;
  const send = (action: AlertAction) => async (body: AlertCommand, key: string) => {
    alerts.patch(await api.post<Alert>(`/alerts/${alert.id}/${action}`, body, key));
    onAsk(null);
  };
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
      {current !== null && (
        <ActionForm key={current} action={current} send={send(current)} onDone={() => onAsk(null)} />
      )}
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
