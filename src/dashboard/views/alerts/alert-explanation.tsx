// Why one should or should not believe an alert: what speaks against it, the data it stands on, how such alerts turned out.
import type { VNode } from 'preact';
import type { Explanation } from '../../../contracts/http/explanations.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { useScope } from '../../state/use-scope.ts';

export function Statements({ statements }: Pick<Explanation, 'statements'>): VNode | null {
  const format = useFormat();
  if (statements.length === 0) return null;
  return (
    <ol class="statements">
      {statements.map((one) => (
        <li key={one.en}>{format.text(one)}</li>
      ))}
    </ol>
  );
}

export function CounterEvidence({ counter }: Pick<Explanation, 'counter'>): VNode {
  const words = useWords().alerts;
  const format = useFormat();
  const { href } = useScope();
  return (
    <div class="pane-part">
      <h3>{words.against}</h3>
      {counter.length === 0 ? (
        <p class="muted">{words.nothingAgainst}</p>
      ) : (
        <ul class="counter">
          {counter.map(({ kind, text, metric, workOrderId }) => (
            <li key={`${kind} ${metric} ${workOrderId}`}>
              <Icon name={workOrderId === null ? 'flag' : 'wrench'} size={14} />
              <span>
                {format.text(text)}
                {workOrderId !== null && (
                  <>
                    {' '}
                    <a class="link" href={href(`/work-orders/${workOrderId}`)}>
                      {words.job(String(workOrderId))}
                    </a>
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

export function Basis({ calibration, quality }: Pick<Explanation, 'calibration' | 'quality'>): VNode {
  const words = useWords().alerts;
  return (
    <div class="pane-part">
      <h3>{words.basis}</h3>
      <dl class="basis">
        <dt>{words.calibration}</dt>
        <dd>
          <Calibration calibration={calibration} />
        </dd>
        <dt>{words.dataQuality}</dt>
        <dd>
          <DataQuality quality={quality} />
        </dd>
      </dl>
    </div>
  );
}

/** With less of the expected readings nobody calls the data good. */
const WHOLE_SHARE = 0.9;

/** The share with its interval, drawn; the sentence says n. */
function Calibration({ calibration: { share, text } }: Pick<Explanation, 'calibration'>): VNode {
  const format = useFormat();
  return (
    <>
      {share !== null && (
        <span class="share-line" aria-hidden="true">
          <span
            class="share-band"
            style={{ left: `${share.low * 100}%`, width: `${Math.max(1, (share.high - share.low) * 100)}%` }}
          />
          <span class="share-point" style={{ left: `${share.value * 100}%` }} />
        </span>
      )}
      <p>{format.text(text)}</p>
    </>
  );
}

function DataQuality({ quality }: Pick<Explanation, 'quality'>): VNode {
  const words = useWords();
  const format = useFormat();
  if (quality === null) return <p class="muted">{words.alerts.notWatched}</p>;
  const { completeness, events } = quality;
  const isWhole = completeness !== null && completeness >= WHOLE_SHARE;
  return (
    <>
      <p>
        {completeness === null ? (
          words.alerts.noExpectation
        ) : (
          <span class={isWhole ? undefined : 'tag is-warm'}>{words.alerts.complete(format.percent(completeness))}</span>
        )}
        {events.length === 0 && isWhole && ` · ${words.alerts.clean}`}
      </p>
      {events.length > 0 && (
        <ul class="quality-in-window">
          {events.slice(0, 4).map((one) => (
            <li key={`${one.kind} ${one.metric?.code} ${one.openedAt}`}>
              <span class={one.isRelevant ? 'tag is-warm' : 'tag'}>{words.quality.kind[one.kind]}</span>{' '}
              {one.metric !== null && <span>{format.text(one.metric.name)} </span>}
              <span class="muted">
                {format.dateTime(one.openedAt)}
                {one.isRelevant && one.metric !== null && ` · ${words.alerts.ofSpeaking}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
