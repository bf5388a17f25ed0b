// One line of the queue: how bad, which device and component, why, how long it still has, how sure, what it is worth.
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Alert } from '../../../contracts/http/alerts.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { SeveritySign } from '../../components/signs.tsx';
import { TimeLeft } from '../../components/time-left.tsx';
import { MARK_MS, useChangeMark } from '../../state/use-change-mark.ts';
import { contractTypeName } from '../contract-type.ts';

interface LineProps {
  alert: Alert;
  isChosen: boolean;
  href: string;
  /** Absent: nobody may do anything with several. */
  selection?: { isSelected: boolean; onToggle: () => void };
}

export function AlertLine({ alert, isChosen, href, selection }: LineProps): VNode {
  const { nowMs, newestAlert } = useApp();
  const words = useWords();
  const format = useFormat();
  const arrival = newestAlert.peek();
  const isNew = arrival?.alert.id === alert.id && Date.now() - arrival.atMs < MARK_MS;
  const isMarked = useChangeMark(`${alert.state}${alert.severity}${alert.assignee}${alert.workOrderId}`, isNew);
  const place = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isChosen) place.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  return (
    <li ref={place} class={`queue-line${isMarked ? ' is-marked' : ''}${selection ? ' is-selectable' : ''}`}>
      {selection !== undefined && (
        <input
          type="checkbox"
          aria-label={words.alerts.select(alert.device)}
          checked={selection.isSelected}
          onChange={selection.onToggle}
        />
      )}
      <a href={href} aria-current={isChosen ? 'true' : undefined}>
        <span class="queue-top">
          <SeveritySign severity={alert.severity} />
          <strong>{alert.device}</strong>
          <span class="clip">{alert.component === null ? '' : format.text(alert.component.name)}</span>
          <span class="grow" />
          <span class="queue-age">{format.ago(alert.raisedAt, nowMs.value)}</span>
          <span class="queue-value" title={words.alerts.valueAtRiskHint}>
            {alert.valueAtRisk === null ? (
              <span class="muted">{words.alerts.noValue}</span>
            ) : (
              <strong>{format.money(alert.valueAtRisk)}</strong>
            )}
          </span>
        </span>
        <span class="queue-reason">{format.text(alert.reason)}</span>
        <span class="queue-bottom">
          <TimeLeft rulHours={alert.rulHours} />
          <span>
            {alert.probability === null ? null : (
              <>
                <strong>{format.percent(alert.probability.value)}</strong>{' '}
                <span class="muted">
                  {words.alerts.probabilityOf(
                    format.percent(alert.probability.low),
                    format.percent(alert.probability.high),
                    format.integer(alert.probability.n),
                  )}
                </span>
              </>
            )}
          </span>
          <span class="queue-tags">
            {alert.escalationLevel > 1 && (
              <span class="tag is-warm" title={words.alerts.levelHint}>
                {words.alerts.level(String(alert.escalationLevel))}
              </span>
            )}
            {alert.state !== 'open' && <span class="tag">{words.terms.alertState[alert.state]}</span>}
            {alert.workOrderId !== null && (
              <span class="tag is-accent">
                <Icon name="jobs" size={12} /> #{alert.workOrderId}
              </span>
            )}
            {alert.contractType !== null && (
              <span class={alert.contractType === 'uptime' ? 'tag is-warm' : 'tag'}>
                {contractTypeName(words, alert.contractType)}
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
}
