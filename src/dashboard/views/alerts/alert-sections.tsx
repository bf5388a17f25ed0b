// Parts of the alert pane that only show: the planned fix, earlier cases with what came of them, who did what.
import type { VNode } from 'preact';
import type { Alert, AlertDetail } from '../../../contracts/http/alerts.ts';
import type { Part } from '../../../contracts/http/registry.ts';
import { HOUR_MS } from '../../../contracts/time.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { actorName } from '../actor.ts';
import { historyNote } from '../history-note.ts';

export function NextStep({ alert, step }: { alert: Alert; step: AlertDetail['nextStep'] }): VNode {
  const { api } = useApp();
  const words = useWords().alerts;
  const format = useFormat();
  const code = step?.part ?? null;
  const part = useResource(code === null ? null : `part ${code}`, (signal) =>
    api.get<Part>(`/parts/${code}`, {}, signal),
  );
  if (step === null) {
    return (
      <div class="pane-part">
        <h3>{words.next}</h3>
        <p class="muted">{words.noNext}</p>
      </div>
    );
  }
  return (
    <div class="pane-part" key={alert.id}>
      <h3>{words.next}</h3>
      <p class="next-remedy">{format.text(step.remedy)}</p>
      <dl class="next-facts">
        <dt>{words.part}</dt>
        <dd>
          {code === null
            ? words.noPart
            : part.value === null
              ? code
              : `${format.text(part.value.name)} · ${format.money(part.value.unitCost)}`}
        </dd>
        <dt>{words.hours}</dt>
        <dd>{words.hoursOf(format.measure(step.labourHours), format.integer(step.people))}</dd>
        <dt>{words.sendWho}</dt>
        <dd>{step.engineer === null ? <span class="muted">{words.nobody}</span> : format.text(step.engineer.name)}</dd>
      </dl>
      {step.remote && <span class="tag is-good">{words.remote}</span>}
    </div>
  );
}

export function SimilarCases({ cases }: { cases: AlertDetail['similar'] }): VNode {
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  return (
    <div class="pane-part">
      <h3>{words.alerts.similar}</h3>
      {cases.length === 0 ? (
        <p class="muted">{words.alerts.noSimilar}</p>
      ) : (
        <table class="plain-table">
          <tbody>
            {cases.map((one) => (
              <tr key={one.alertId}>
                <td>
                  <a class="link" href={href(`/alerts/${one.alertId}`)}>
                    #{one.alertId}
                  </a>
                </td>
                <td>{one.device}</td>
                <td class="muted">{format.date(one.raisedAt)}</td>
                <td class="muted" title={words.alerts.likenessHint}>
                  {words.alerts.likeness(format.percent(one.likeness))}
                </td>
                <td>
                  {one.workOrderId === null ? (
                    NOTHING
                  ) : (
                    <a class="link" href={href(`/work-orders/${one.workOrderId}`)}>
                      {words.alerts.job(String(one.workOrderId))}
                    </a>
                  )}
                </td>
                <td class="number">
                  <Outcome similar={one} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** What a visit found says most; else what became of the prediction. */
function Outcome({ similar }: { similar: AlertDetail['similar'][number] }): VNode {
  const words = useWords().alerts;
  const format = useFormat();
  const { confirmed, outcome, leadHours } = similar;
  if (confirmed !== null) {
    return confirmed ? (
      <span class="tag is-good">{words.outcome.confirmed}</span>
    ) : (
      <span class="tag is-warm">{words.outcome.refuted}</span>
    );
  }
  if (outcome === null) return <span class="tag">{words.outcome.unknown}</span>;
  const look = { 'true-positive': 'tag is-good', 'false-positive': 'tag is-warm', censored: 'tag' }[outcome];
  return (
    <span class={look}>
      {words.outcome[outcome]}
      {leadHours !== null && ` · ${words.ledBy(format.span(leadHours * HOUR_MS))}`}
    </span>
  );
}

export function AlertHistory({ history }: { history: AlertDetail['history'] }): VNode {
  const words = useWords();
  const format = useFormat();
  const changes = words.alerts.change as Readonly<Record<string, string>>;
  return (
    <div class="pane-part">
      <h3>{words.alerts.history}</h3>
      <ol class="history">
        {history.map((entry, index) => (
          <li key={`${entry.recordedAt}${index}`}>
            <time dateTime={entry.at}>{format.dateTime(entry.at)}</time>
            <span>
              <strong>{changes[entry.change] ?? entry.change}</strong>{' '}
              <span class="muted">{actorName(words, entry.actor)}</span>
              {entry.note !== null && <span class="history-note">{historyNote(words, entry.actor, entry.note)}</span>}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
