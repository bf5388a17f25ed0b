// One alert on one screen: what speaks for it, how long is left, what helped before, what to do now.
import type { VNode } from 'preact';
import type { Alert, AlertAction, AlertDetail } from '../../../contracts/http/alerts.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { ContributorList } from '../../components/contributor-list.tsx';
import { Icon } from '../../components/icon.tsx';
import { Probability } from '../../components/probability.tsx';
import { SeveritySign } from '../../components/signs.tsx';
import { Loaded, Skeleton } from '../../components/state-views.tsx';
import { TimeLeft } from '../../components/time-left.tsx';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { contractTypeName } from '../contract-type.ts';
import { ProposalPanel } from '../models/proposal-panel.tsx';
import { AlertChart } from './alert-chart.tsx';
import { Basis, CounterEvidence, Statements } from './alert-explanation.tsx';
import { AlertHandling } from './alert-handling.tsx';
import { AlertNotices } from './alert-notices.tsx';
import { AlertHistory, NextStep, SimilarCases } from './alert-sections.tsx';

interface PaneProps {
  id: number;
  asked: AlertAction | null;
  onAsk: (action: AlertAction | null) => void;
  /** `null`: it stands beside its list and has nothing to go back to. */
  closeHref: string | null;
}

export function AlertDetailPane({ id, asked, onAsk, closeHref }: PaneProps): VNode {
  const { api, alerts } = useApp();
  const words = useWords();
  const known = alerts.byId.value.get(id);
  const detail = useResource(
    `alert ${id} ${known?.revision ?? ''}`,
    (signal) => api.get<AlertDetail>(`/alerts/${id}`, {}, signal),
    true,
  );
  return (
    <article class="pane alert-pane" aria-label={words.alerts.title}>
      <Loaded resource={detail} skeleton={<Skeleton rows={16} />}>
        {(value) => {
          const alert = known ?? value.alert;
          return (
            <>
              <AlertHead alert={alert} closeHref={closeHref} />
              <AlertHandling key={alert.device} alert={alert} asked={asked} onAsk={onAsk} />
              <ProposalPanel alertId={alert.id} revision={alert.revision} />
              <AlertFigures alert={alert} />
              <AlertChart alert={alert} speaks={value.explanation.speaks} />
              <div class="alert-columns">
                <div class="pane-part">
                  <h3>{words.alerts.contributors}</h3>
                  {alert.contributors.length === 0 ? (
                    <p class="muted">{words.alerts.noContributors}</p>
                  ) : (
                    <ContributorList contributors={alert.contributors.slice(0, 3)} />
                  )}
                  <Statements statements={value.explanation.statements} />
                </div>
                <NextStep alert={alert} step={value.nextStep} />
              </div>
              <div class="alert-columns">
                <CounterEvidence counter={value.explanation.counter} />
                <Basis calibration={value.explanation.calibration} quality={value.explanation.quality} />
              </div>
              <SimilarCases cases={value.similar} />
              <AlertNotices notices={value.notices} />
              <AlertHistory history={value.history} />
            </>
          );
        }}
      </Loaded>
    </article>
  );
}

function AlertHead({ alert, closeHref }: { alert: Alert; closeHref: string | null }): VNode {
  const words = useWords();
  const format = useFormat();
  const { nowMs } = useApp();
  const { href } = useScope();
  const place = [alert.component, alert.failureMode].flatMap((one) => (one === null ? [] : [format.text(one.name)]));
  return (
    <header class="pane-head">
      <div class="line">
        <SeveritySign severity={alert.severity} />
        <h2>
          <a class="link" href={href(`/devices/${alert.device}`)}>
            {alert.device}
          </a>
        </h2>
        <span class="clip muted">{place.join(' · ')}</span>
        <span class="grow" />
        {alert.escalationLevel > 1 && (
          <span class="tag is-warm" title={words.alerts.levelHint}>
            {words.alerts.level(String(alert.escalationLevel))}
          </span>
        )}
        <span class="tag">{words.terms.alertState[alert.state]}</span>
        {closeHref !== null && (
          <a class="button quiet" href={closeHref} aria-label={words.frame.action.close}>
            <Icon name="close" />
          </a>
        )}
      </div>
      <p class="reason">{format.text(alert.reason)}</p>
      <p class="muted alert-meta">
        {[
          format.text(alert.customer.name),
          alert.contractType === null ? null : contractTypeName(words, alert.contractType),
          `${words.alerts.age} ${format.ago(alert.raisedAt, nowMs.value)}`,
          words.alerts.findings(format.integer(alert.findings)),
          alert.clearedAt === null ? null : `${words.alerts.cleared} ${format.dateTime(alert.clearedAt)}`,
          alert.assignee === null ? null : words.alerts.assignedTo(alert.assignee),
          alert.resolution === null ? null : words.alerts.resolution[alert.resolution],
          alert.shelvedUntil === null || Date.parse(alert.shelvedUntil) < nowMs.value
            ? null
            : words.alerts.shelvedUntil(format.dateTime(alert.shelvedUntil)),
        ]
          .filter((one) => one !== null)
          .join(' · ')}
      </p>
    </header>
  );
}

function AlertFigures({ alert }: { alert: Alert }): VNode {
  const words = useWords().alerts;
  const format = useFormat();
  return (
    <dl class="alert-figures pane-part">
      <div title={words.valueAtRiskHint}>
        <dt>{words.valueAtRisk}</dt>
        <dd class="figure-value">
          {alert.valueAtRisk === null ? <span class="muted">{words.noValue}</span> : format.money(alert.valueAtRisk)}
        </dd>
      </div>
      <div>
        <dt>{words.timeLeft}</dt>
        <dd>
          <TimeLeft rulHours={alert.rulHours} />
        </dd>
      </div>
      <div>
        <dt>{words.probability}</dt>
        <dd>
          <Probability probability={alert.probability} />
        </dd>
      </div>
    </dl>
  );
}
