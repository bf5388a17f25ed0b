// One metric, small: name, value (newest or under the shared cursor) and its line; a click makes it the large one.
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useFormat } from '../../app-context.ts';
import { columnsOf } from '../../charts/series-columns.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { useSeries } from '../../charts/use-series.ts';
import { NOTHING } from '../../format/format.ts';
import { withUnit } from '../../format/units.ts';
import { type MetricProps, normalOf } from './metric-chart.tsx';

const POINTS = 120;
const HEIGHT = 52;

export function MetricCard(props: MetricProps & { isChosen: boolean; onChoose: () => void }): VNode {
  const { deviceId, metric, latest, range, bounds, isChosen, onChoose, onZoom, onReset } = props;
  const format = useFormat();
  const [hovered, setHovered] = useState<number | null>(null);
  const series = useSeries(deviceId, metric.code, range, POINTS, latest);
  const columns = useMemo(
    () => (series.value === null ? null : columnsOf(series.value, metric.expectedIntervalS * 1000)),
    [series.value],
  );
  const newest = latest?.value.get(metric.code)?.value ?? series.value?.mean.at(-1) ?? null;
  const value = hovered === null ? newest : (columns?.mean[hovered] ?? null);
  const normal = normalOf(metric);
  const isOutside = value !== null && normal !== null && (value < normal.min || value > normal.max);
  return (
    <li class={isChosen ? 'metric-card is-chosen' : 'metric-card'}>
      <button type="button" aria-pressed={isChosen} onClick={onChoose}>
        <span class="clip">{format.text(metric.name)}</span>
        <strong class={isOutside ? 'is-outside' : ''}>
          {value === null ? NOTHING : withUnit(format.measure(value), metric.unit)}
        </strong>
      </button>
      {columns !== null && (
        <TimeChart
          label={format.text(metric.name)}
          columns={columns}
          range={bounds}
          normal={normal}
          height={HEIGHT}
          hasAxes={false}
          syncKey={deviceId}
          onHover={setHovered}
          onZoom={onZoom}
          onReset={onReset}
        />
      )}
    </li>
  );
}
