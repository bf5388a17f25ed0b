// What the device measures: one metric large, all of them small under it, on one time axis and one cursor.
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Alert } from '../../../contracts/http/alerts.ts';
import type { TimelineEntry } from '../../../contracts/http/devices.ts';
import type { Product } from '../../../contracts/product.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { type LatestByMetric, boundsAt, isLive } from '../../charts/use-series.ts';
import { Segmented } from '../../components/segmented.tsx';
import { useKeys } from '../../state/use-keys.ts';
import { useScope } from '../../state/use-scope.ts';
import { byValueAtRisk, isAlertOpen } from '../alerts/alert-queue.ts';
import { marksOf } from './event-marks.ts';
import { MetricCard } from './metric-card.tsx';
import { MetricChart } from './metric-chart.tsx';
import { type Preset, PRESETS, presetOf, timeRangeOf } from './time-range.ts';

interface MeasurementsProps {
  deviceId: string;
  product: Product;
  latest: LatestByMetric;
  events: readonly TimelineEntry[];
}

/** The metric the costliest open alert speaks of. */
function speakingMetric(alerts: readonly Alert[]): string | null {
  const [worst] = alerts.filter(isAlertOpen).sort(byValueAtRisk);
  return worst?.metric ?? worst?.contributors[0]?.metric ?? null;
}

export function Measurements({ deviceId, product, latest, events }: MeasurementsProps): VNode {
  const { nowMs, alerts } = useApp();
  const words = useWords().device;
  const format = useFormat();
  const { query, setQuery } = useScope();
  const [isTable, setTable] = useState(false);
  useKeys({ t: () => setTable(!isTable) });
  const metrics = product.metrics.filter((metric) => metric.kind !== 'state');
  const speaking = speakingMetric([...alerts.byId.value.values()].filter((alert) => alert.device === deviceId));
  const chosen =
    metrics.find((metric) => metric.code === query['metric']) ??
    metrics.find((metric) => metric.code === speaking) ??
    metrics[0];
  const range = timeRangeOf(query);
  const bounds = boundsAt(range, nowMs.value);
  const marks = useMemo(() => marksOf(events, format), [events, format]);
  const shared = {
    deviceId,
    latest,
    range,
    bounds,
    onZoom: (from: number, to: number) => setQuery({ zoom: `${from}-${Math.min(to, Date.now())}` }),
    onReset: () => setQuery({ zoom: null }),
  };
  if (!chosen) return <></>;
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.chart.metrics}</h2>
        <span class="grow" />
        {!isLive(range) && (
          <button type="button" class="button quiet is-on" onClick={shared.onReset}>
            {words.range.zoomed}: {format.dateTime(range.fromMs)} – {format.dateTime(range.toMs)} · {words.range.back}
          </button>
        )}
        <Segmented
          label={words.range.label}
          value={isLive(range) ? presetOf(query) : ('' as Preset)}
          options={(Object.keys(PRESETS) as Preset[]).map((value) => ({ value, text: words.range[value] }))}
          onChange={(preset) => setQuery({ range: preset, zoom: null })}
        />
        <Segmented
          label={words.chart.chart}
          value={isTable ? 'table' : 'chart'}
          options={[
            { value: 'chart', text: words.chart.chart },
            {
              value: 'table',
              text: (
                <>
                  {words.chart.table} <kbd class="key">t</kbd>
                </>
              ),
            },
          ]}
          onChange={(value) => setTable(value === 'table')}
        />
      </header>
      <MetricChart {...shared} metric={chosen} marks={marks} isTable={isTable} />
      <ul class="metric-grid">
        {metrics.map((metric) => (
          <MetricCard
            key={metric.code}
            {...shared}
            metric={metric}
            isChosen={metric.code === chosen.code}
            onChoose={() => setQuery({ metric: metric.code })}
          />
        ))}
      </ul>
    </section>
  );
}
