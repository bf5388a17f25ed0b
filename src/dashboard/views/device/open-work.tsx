// What is open on a device right now: alerts and jobs, from the live records.
import type { VNode } from 'preact';
import type { Alert } from '../../../contracts/http/alerts.ts';
import type { Page } from '../../../contracts/http/page.ts';
import { isOpen } from '../../../contracts/work-order-states.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { useResource } from '../../state/use-resource.ts';
import { Icon } from '../../components/icon.tsx';
import { SeverityShape } from '../../components/signs.tsx';
import { isAlertOpen } from '../alerts/alert-queue.ts';
import { useScope } from '../../state/use-scope.ts';

export function OpenWork({ deviceId }: { deviceId: string }): VNode {
  const { alerts, workOrders, nowMs } = useApp();
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  const openAlerts = [...alerts.byId.value.values()].filter((one) => one.device === deviceId && isAlertOpen(one));
  const openJobs = [...workOrders.byId.value.values()].filter((one) => one.device === deviceId && isOpen(one.state));
  return (
    <div class="pane-part">
      <h3>{words.device.openWork}</h3>
      {openAlerts.length + openJobs.length === 0 && <p class="muted">{words.device.nothingOpen}</p>}
      {openAlerts.length === 0 && <LastAlert deviceId={deviceId} />}
      <ul class="open-work">
        {openAlerts.map((alert) => (
          <li key={`alert ${alert.id}`}>
            <a href={href(`/alerts/${alert.id}`)}>
              <SeverityShape severity={alert.severity} />
              <span>{format.text(alert.reason)}</span>
              <span class="muted">
                {words.terms.alertState[alert.state]} · {format.ago(alert.raisedAt, nowMs.value)}
              </span>
            </a>
          </li>
        ))}
        {openJobs.map((job) => (
          <li key={`job ${job.id}`}>
            <a href={href(`/work-orders/${job.id}`)}>
              <Icon name="jobs" size={14} />
              <span>
                #{job.id} {format.text(job.title)}
              </span>
              <span class="muted">
                {words.terms.jobState[job.state]} · {words.terms.jobKind[job.kind]}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Low health without an open alert has a story: the last one that ended tells it. */
function LastAlert({ deviceId }: { deviceId: string }): VNode | null {
  const { api, session, nowMs } = useApp();
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  const ended = useResource(session.can('alerts:read') ? `last alert ${deviceId}` : null, (signal) =>
    api.get<Page<Alert>>('/alerts', { device: deviceId, open: false, sort: '-raisedAt', limit: 1 }, signal),
  );
  const alert = ended.value?.items[0];
  if (!alert) return null;
  return (
    <ul class="open-work">
      <li>
        <a href={href(`/alerts/${alert.id}`)}>
          <SeverityShape severity={alert.severity} />
          <span>{format.text(alert.reason)}</span>
          <span class="muted">
            {words.device.lastAlert} · {words.terms.alertState[alert.state]}
            {alert.clearedAt !== null && ` · ${words.device.lastAlertEnded(format.ago(alert.clearedAt, nowMs.value))}`}
          </span>
        </a>
      </li>
    </ul>
  );
}
