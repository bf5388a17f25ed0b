// The chosen metric, large: reading under the cursor, chart or table, and what the picture is made of.
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Metric } from '../../../contracts/product.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { type Columns, columnsOf } from '../../charts/series-columns.ts';
import { SeriesTable } from '../../charts/series-table.tsx';
import type { Mark, NormalBand } from '../../charts/time-chart-options.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { type LatestByMetric, type TimeRange, useSeries } from '../../charts/use-series.ts';
import { Empty, Loaded, Skeleton } from '../../components/state-views.tsx';
import { withUnit } from '../../format/units.ts';

export interface MetricProps {
  deviceId: string;
  metric: Metric;
  latest: LatestByMetric | null;
  range: TimeRange;
  bounds: { from: number; to: number };
  onZoom: (fromMs: number, toMs: number) => void;
  onReset: () => void;
}
const POINTS = 600;
const HEIGHT = 280;

export const normalOf = ({ normalMin, normalMax }: Metric): NormalBand | null =>
  normalMin === undefined || normalMax === undefined ? null : { min: normalMin, max: normalMax, expected: null };

interface MetricChartProps extends MetricProps {
  marks: readonly Mark[];
  isTable: boolean;
  /** What is normal for this very unit, instead of the catalogue's band for all of its product. */
  ownNormal?: NormalBand | null;
}

export function MetricChart(props: MetricChartProps): VNode {
  const { deviceId, metric, latest, range, bounds, marks, isTable, ownNormal = null, onZoom, onReset } = props;
  const words = useWords().device.chart;
  const format = useFormat();
  const [hovered, setHovered] = useState<number | null>(null);
  const series = useSeries(deviceId, metric.code, range, POINTS, latest);
  const columns = useMemo(
    () => (series.value === null ? null : columnsOf(series.value, metric.expectedIntervalS * 1000)),
    [series.value],
  );
  const normal = ownNormal ?? normalOf(metric);
  const name = format.text(metric.name);
  return (
    <div class="metric-chart">
      <div class="metric-chart-head">
        <h3>{name}</h3>
        {columns !== null && (
          <Reading columns={columns} index={hovered} unit={metric.unit} marks={marks} bounds={bounds} />
        )}
        <span class="grow" />
        {normal !== null && (
          <span class="chart-key is-normal">
            {ownNormal === null ? words.normal : words.ownNormal}{' '}
            {withUnit(`${format.measure(normal.min)}–${format.measure(normal.max)}`, metric.unit)}
          </span>
        )}
        {series.value !== null && series.value.bucketMs > 0 && <span class="chart-key is-band">{words.band}</span>}
      </div>
      <Loaded resource={series} skeleton={<Skeleton rows={8} />}>
        {(value) =>
          value.at.length === 0 || columns === null ? (
            <Empty icon="chart" title={words.empty} hint={words.emptyHint} />
          ) : isTable ? (
            <SeriesTable series={value} />
          ) : (
            <TimeChart
              label={`${name}. ${words.hint}`}
              columns={columns}
              range={bounds}
              normal={normal}
              marks={marks}
              height={HEIGHT}
              syncKey={deviceId}
              onHover={setHovered}
              onZoom={onZoom}
              onReset={onReset}
            />
          )
        }
      </Loaded>
      {series.value !== null && (
        <p class="chart-note">
          {words.points(format.integer(series.value.at.length))} · {words.source[series.value.source]}
          <span class="only-pointer"> · {words.hint}</span>
        </p>
      )}
    </div>
  );
}

interface ReadingProps {
  columns: Columns;
  index: number | null;
  unit: string;
  marks: readonly Mark[];
  bounds: { from: number; to: number };
}
/** The newest value, or the one under the cursor with its span and any mark that is near. */
function Reading({ columns, index, unit, marks, bounds }: ReadingProps): VNode | null {
  const format = useFormat();
  const shown = index ?? columns.mean.findLastIndex((value) => value !== null);
  const [at, mean, min, max] = [columns.at[shown], columns.mean[shown], columns.min[shown], columns.max[shown]];
  if (at === undefined || mean === undefined || mean === null) return null;
  const near = (bounds.to - bounds.from) / 80;
  const mark = index === null ? undefined : marks.find((one) => Math.abs(one.atMs - at * 1000) < near);
  return (
    <span class="reading">
      <strong>{withUnit(format.measure(mean), unit)}</strong>
      {min !== max && min !== null && max !== null && min !== undefined && max !== undefined && (
        <span class="muted">
          {format.measure(min)}–{format.measure(max)}
        </span>
      )}
      <span class="muted">{format.dateTime(at * 1000)}</span>
      {mark && <span class={`reading-mark is-${mark.kind}`}>{mark.text}</span>}
    </span>
  );
}
