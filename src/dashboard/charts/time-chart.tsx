// A time chart as a component: builds it for its place, keeps it fed, and gives the keyboard what the mouse can do.
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useApp, useFormat } from '../app-context.ts';
import { readChartColours } from './chart-colours.ts';
import { type Columns, extentOf, valueRange } from './series-columns.ts';
import { type ChartState, type Mark, type NormalBand, timeChartOptions } from './time-chart-options.ts';

interface TimeChartProps {
  label: string;
  columns: Columns;
  range: { from: number; to: number };
  normal: NormalBand | null;
  marks?: readonly Mark[];
  height: number;
  hasAxes?: boolean;
  syncKey: string;
  onHover?: (index: number | null) => void;
  onZoom: (fromMs: number, toMs: number) => void;
  onReset: () => void;
}
const NO_MARKS: readonly Mark[] = [];

export function TimeChart(props: TimeChartProps): VNode {
  const { label, columns, range, normal, marks = NO_MARKS, height, hasAxes = true, syncKey } = props;
  const { preferences } = useApp();
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const handlers = useRef(props);
  handlers.current = props;
  const extent = extentOf(columns) ?? { min: 0, max: 1 };
  const state = useRef<ChartState>({ range, values: [0, 1], normal, marks });
  state.current = { range, values: valueRange(extent, normal), normal, marks };
  const theme = preferences.shownTheme.value;

  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const built = new uPlot(
      timeChartOptions({
        width: element.clientWidth,
        height,
        hasAxes,
        colours: readChartColours(),
        format,
        syncKey,
        state: () => state.current,
        onHover: (index) => handlers.current.onHover?.(index),
        onZoom: (from, to) => handlers.current.onZoom(from, to),
        onReset: () => handlers.current.onReset(),
      }),
      alignedOf(columns),
      element,
    );
    chart.current = built;
    const resize = new ResizeObserver(() => built.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      built.destroy();
      chart.current = null;
    };
  }, [theme, format, height, hasAxes, syncKey]);

  useEffect(() => chart.current?.setData(alignedOf(columns)), [columns, range.from, range.to, normal, marks]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const act = keyActions(chart.current, range, handlers.current)[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <div
      class="time-chart"
      ref={place}
      role="img"
      aria-label={label}
      tabIndex={hasAxes ? 0 : -1}
      onKeyDown={hasAxes ? onKeyDown : undefined}
    />
  );
}

const alignedOf = ({ at, mean, max, min }: Columns): uPlot.AlignedData => [at, max, min, mean];

function keyActions(
  chart: uPlot | null,
  { from, to }: { from: number; to: number },
  { onZoom, onReset }: Pick<TimeChartProps, 'onZoom' | 'onReset'>,
): Readonly<Record<string, () => void>> {
  if (chart === null) return {};
  const times = chart.data[0];
  const step = (by: number): void => {
    const index = Math.min(times.length - 1, Math.max(0, (chart.cursor.idx ?? times.length - 1) + by));
    const at = times[index];
    if (at !== undefined) chart.setCursor({ left: chart.valToPos(at, 'x'), top: chart.over.clientHeight / 2 });
  };
  const zoom = (factor: number): void => {
    const centre = (times[chart.cursor.idx ?? -1] ?? (from + to) / 2000) * 1000;
    onZoom(Math.round(centre - (centre - from) * factor), Math.round(centre + (to - centre) * factor));
  };
  return {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    '+': () => zoom(0.5),
    '=': () => zoom(0.5),
    '-': () => zoom(2),
    '0': onReset,
    Escape: onReset,
  };
}
