// The end of the way down: the job a fact was posted for, the alert and prognosis that raised it, and the readings that spoke.
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { FactEvidence } from '../../../../contracts/http/cost-explain.ts';
import type { CostFact } from '../../../../contracts/http/costs.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { columnsOf } from '../../../charts/series-columns.ts';
import { TimeChart } from '../../../charts/time-chart.tsx';
import { useSeries } from '../../../charts/use-series.ts';
import { ContributorList } from '../../../components/contributor-list.tsx';
import { withUnit } from '../../../format/units.ts';
import { useScope } from '../../../state/use-scope.ts';

export function Evidence({ evidence, fact }: { evidence: FactEvidence; fact: CostFact | null }): VNode {
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  const { job, alert, prognosis, telemetry, withheld, reversedBy } = evidence;
  return (
    <section class="explain-evidence stack">
      <h3>{words.explain.evidence}</h3>
      {reversedBy !== null && <p class="tag is-warm">{words.explain.reversedBy(String(reversedBy))}</p>}
      {fact?.workOrderId === null && <p class="muted">{words.explain.noEvidence}</p>}
      {job !== null && (
        <p>
          <a class="link" href={href(`/work-orders/${job.id}`)}>
            {words.explain.job(String(job.id))}
          </a>{' '}
          {format.text(job.title)}
          <span class="muted explain-hint">
            {job.device} · {format.dateTime(job.openedAt)}
          </span>
        </p>
      )}
      {alert !== null && (
        <p>
          <a class="link" href={href(`/alerts/${alert.id}`)}>
            {words.explain.alert(String(alert.id))}
          </a>{' '}
          {format.text(alert.reason)}
          <span class="muted explain-hint">{format.dateTime(alert.raisedAt)}</span>
        </p>
      )}
      {prognosis !== null && (
        <div>
          <p>
            {words.explain.prognosis(prognosis.model, prognosis.version)}
            <span class="muted explain-hint">
              {words.explain.probability(
                format.percent(prognosis.probability.value),
                format.percent(prognosis.probability.low),
                format.percent(prognosis.probability.high),
                format.integer(prognosis.probability.n),
                format.hours(prognosis.horizonHours),
              )}{' '}
              · {format.dateTime(prognosis.madeAt)}
            </span>
          </p>
          <ContributorList contributors={prognosis.contributors} />
        </div>
      )}
      {telemetry.length > 0 && <h3>{words.explain.telemetry}</h3>}
      {telemetry.map((window) => (
        <TelemetryWindow key={window.metric} window={window} />
      ))}
      {withheld[0] !== undefined && <p class="muted">{words.explain.withheld[withheld[0]]}</p>}
    </section>
  );
}

const POINTS = 240;
const HEIGHT = 110;
/** Of a series whose rhythm is not known here. */
const UNKNOWN_INTERVAL_MS = 0;

function TelemetryWindow({ window }: { window: FactEvidence['telemetry'][number] }): VNode {
  const words = useWords().explain;
  const format = useFormat();
  const { href, go } = useScope();
  const range = { fromMs: Date.parse(window.from), toMs: Date.parse(window.to) };
  const series = useSeries(window.device, window.metric, range, POINTS, null);
  const columns = useMemo(
    () => (series.value === null ? null : columnsOf(series.value, UNKNOWN_INTERVAL_MS)),
    [series.value],
  );
  const chart = (fromMs: number, toMs: number) => ({ metric: window.metric, zoom: `${fromMs}-${toMs}` });
  const path = `/devices/${window.device}`;
  return (
    <div>
      <p class="line">
        <strong>{format.text(window.name)}</strong>
        <span class="muted">{withUnit('', window.unit)}</span>
        <span class="grow" />
        <a class="link" href={href(path, chart(range.fromMs, range.toMs))}>
          {words.openChart}
        </a>
      </p>
      <p class="muted explain-hint">
        {format.dateTime(range.fromMs)} – {format.dateTime(range.toMs)} · {words.kept[window.kept]}
      </p>
      {columns !== null && columns.at.length > 0 && (
        <TimeChart
          label={format.text(window.name)}
          columns={columns}
          range={{ from: range.fromMs, to: range.toMs }}
          normal={null}
          height={HEIGHT}
          syncKey={`explain ${window.device}`}
          onZoom={(from, to) => go(path, chart(from, to))}
          onReset={() => undefined}
        />
      )}
    </div>
  );
}
