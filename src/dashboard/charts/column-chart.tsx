// Stacked columns by category, from zero; with named stacks several stand side by side, each on a strip of its colour.
// Amounts arrive as exact money and become numbers only for height.
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { digitsOf, moneyOf } from '../../contracts/money.ts';
import { useApp, useFormat } from '../app-context.ts';
import type { Format } from '../format/format.ts';
import { type ChartColours, readChartColours, readColour } from './chart-colours.ts';
import type { EChartsCoreOption } from './echarts.ts';

export interface ColumnSeries {
  name: string;
  /** Name of a custom property of the style sheet, without the dashes. */
  colour: string;
  /** Columns with the same stack stand on each other. */
  stack: string;
  minor: readonly bigint[];
  /** Never paid: drawn as an outline, where it is more than nothing. */
  isOutline?: boolean;
}
/** A column of each category, by name. */
export interface ColumnStack {
  key: string;
  name: string;
  colour: string;
}
interface ColumnChartProps {
  label: string;
  categories: readonly string[];
  series: readonly ColumnSeries[];
  stacks?: readonly ColumnStack[];
  currency: string;
  height: number;
}
const NO_STACKS: readonly ColumnStack[] = [];

export function ColumnChart(props: ColumnChartProps): VNode {
  const { label, categories, series, stacks = NO_STACKS, currency, height } = props;
  const { preferences } = useApp();
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const theme = preferences.shownTheme.value;
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    let isGone = false;
    let close = (): void => undefined;
    const draw = async (): Promise<void> => {
      const { createEChart } = await import('./echarts.ts');
      if (isGone) return;
      const chart = createEChart(element);
      const drawn = { categories, series, stacks, currency };
      const resize = new ResizeObserver(() => {
        chart.resize();
        chart.setOption(optionOf(drawn, format, readChartColours(), element.clientWidth));
      });
      // It is told of the first size too.
      resize.observe(element);
      close = () => {
        resize.disconnect();
        chart.dispose();
      };
    };
    void draw();
    return () => {
      isGone = true;
      close();
    };
  }, [categories, series, stacks, currency, format, theme]);
  return <div class="cost-chart" ref={place} role="img" aria-label={label} style={{ height: `${height}px` }} />;
}

type Drawn = Required<Pick<ColumnChartProps, 'categories' | 'series' | 'stacks' | 'currency'>>;

function optionOf(drawn: Drawn, format: Format, colours: ChartColours, width: number): EChartsCoreOption {
  const { categories, series, stacks, currency } = drawn;
  const unit = 10 ** digitsOf(currency);
  const text = (amount: number): string => format.moneyShort({ amount: String(amount), currency });
  const bar = stacks.length === 0 ? null : barOf(width, categories.length, stacks.length);
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.axis },
    grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category',
      data: categories,
      axisLine: { lineStyle: { color: colours.grid } },
      axisTick: { show: false },
      axisLabel: { color: colours.axis, fontSize: 11, ...(bar === null ? {} : stripsOf(stacks, bar)) },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      splitLine: { lineStyle: { color: colours.grid } },
      axisLabel: { color: colours.axis, fontSize: 11, formatter: text },
    },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: colours.band, opacity: 0.5 } },
      // Drawn on the canvas: the page's policy allows no inline styles in inserted markup.
      renderMode: 'richText',
      backgroundColor: colours.surface,
      borderColor: colours.grid,
      textStyle: { color: colours.ink, fontSize: 12, lineHeight: 18 },
      formatter: (points: unknown) => tooltipText(points, drawn, format),
    },
    series: series.map((one) => ({
      type: 'bar',
      name: one.name,
      stack: one.stack,
      ...(bar === null
        ? { barMaxWidth: 44, barCategoryGap: '35%' }
        : { barWidth: bar.width, barGap: `${bar.gapShare}%` }),
      itemStyle: one.isOutline ? outlineOf(readColour(one.colour)) : { color: readColour(one.colour) },
      emphasis: { disabled: true },
      data: one.minor.map((minor) => (one.isOutline && minor <= 0n ? null : Number(minor) / unit)),
    })),
  };
}

const outlineOf = (colour: string): object => ({
  color: 'transparent',
  borderColor: colour,
  borderWidth: 1.5,
  borderType: [4, 3],
});

interface Bar {
  width: number;
  gap: number;
  gapShare: number;
}
/** Room the value axis and the edges take. */
const AXIS_WIDTH = 72;
const WIDEST_BAR = 32;
const NARROWEST_BAR = 5;

/** As wide as lets the columns of a category fill two thirds of its place. */
function barOf(chartWidth: number, categories: number, stacks: number): Bar {
  const place = (chartWidth - AXIS_WIDTH) / Math.max(1, categories);
  const width = Math.round(Math.min(WIDEST_BAR, Math.max(NARROWEST_BAR, (place * 0.66) / stacks)));
  const gap = Math.max(2, Math.round(width / 8));
  return { width, gap, gapShare: (gap / width) * 100 };
}

/** A strip of each stack's colour under its column, over the name of the category. */
function stripsOf(stacks: readonly ColumnStack[], { width, gap }: Bar): object {
  const strips = stacks.map(({ key }) => `{${key}|}`).join('{gap|}');
  return {
    interval: 0,
    formatter: (category: string) => `${strips}\n{name|${category}}`,
    rich: {
      ...Object.fromEntries(
        stacks.map(({ key, colour }) => [key, { width, height: 3, backgroundColor: readColour(colour) }]),
      ),
      gap: { width: gap, height: 3 },
      name: { fontSize: 11, padding: [4, 0, 0, 0] },
    },
  };
}

function tooltipText(points: unknown, { categories, series, stacks, currency }: Drawn, format: Format): string {
  const index = (points as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0;
  const text = (minor: bigint): string => format.money(moneyOf(minor, currency));
  const linesOf = (part: readonly ColumnSeries[]): string[] =>
    part
      .filter((one) => (one.minor[index] ?? 0n) !== 0n)
      .map((one) => `${one.name}  ${text(one.minor[index] ?? 0n)}`)
      .reverse();
  if (stacks.length === 0) return [categories[index], ...linesOf(series)].join('\n');
  const groups = stacks.map(({ key, name }) => {
    const parts = series.filter((one) => one.stack === key);
    const paid = parts.filter((one) => !one.isOutline).reduce((sum, one) => sum + (one.minor[index] ?? 0n), 0n);
    return [`${name}  ${text(paid)}`, ...linesOf(parts)].join('\n');
  });
  return [categories[index], ...groups].join('\n\n');
}
