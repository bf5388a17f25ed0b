// The end of the way down: the job a fact was posted for, the alert and prognosis that raised it, and the readings that spoke.
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { FactEvidence } from '../../../../contracts/http/cost-explain.ts';
import type { CostFact } from '../../../../contracts/http/costs.ts';
import { DAY_MS } from '../../../../contracts/time.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { columnsOf } from '../../../charts/series-columns.ts';
import type { Mark } from '../../../charts/time-chart-options.ts';
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
        <TelemetryWindow key={window.metric} window={window} raisedAt={alert?.raisedAt ?? null} />
      ))}
      {withheld[0] !== undefined && <p class="muted">{words.explain.withheld[withheld[0]]}</p>}
    </section>
  );
}

const POINTS = 240;
const HEIGHT = 140;
/** Shown before the readings that spoke, at least: how it was until then. */
const BEFORE_MS = DAY_MS;
/** Of a series whose rhythm is not known here. */
const UNKNOWN_INTERVAL_MS = 0;

interface WindowProps {
  window: FactEvidence['telemetry'][number];
  raisedAt: string | null;
}

function TelemetryWindow({ window, raisedAt }: WindowProps): VNode {
  const allWords = useWords();
  const words = allWords.explain;
  const format = useFormat();
  const { href, go } = useScope();
  const [spokeFromMs, spokeToMs] = [Date.parse(window.from), Date.parse(window.to)];
  const range = { fromMs: spokeFromMs - Math.max(BEFORE_MS, spokeToMs - spokeFromMs), toMs: spokeToMs };
  const series = useSeries(window.device, window.metric, range, POINTS, null);
  const columns = useMemo(
    () => (series.value === null ? null : columnsOf(series.value, UNKNOWN_INTERVAL_MS)),
    [series.value],
  );
  const marks = useMemo(
    (): Mark[] => (raisedAt === null ? [] : [{ atMs: Date.parse(raisedAt), kind: 'alert', text: allWords.alerts.age }]),
    [raisedAt, allWords],
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
        {format.dateTime(spokeFromMs)} – {format.dateTime(spokeToMs)} · {words.kept[window.kept]}
      </p>
      {columns !== null && columns.at.length > 0 && (
        <TimeChart
          label={format.text(window.name)}
          columns={columns}
          range={{ from: range.fromMs, to: range.toMs }}
          normal={null}
          marks={marks}
          height={HEIGHT}
          syncKey={`explain ${window.device}`}
          onZoom={(from, to) => go(path, chart(from, to))}
          onReset={() => undefined}
        />
      )}
    </div>
  );
}
