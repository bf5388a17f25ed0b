// Columns a month, stacked or side by side, from zero; amounts arrive as exact money and become numbers only for height.
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { digitsOf, moneyOf } from '../../contracts/money.ts';
import { useApp, useFormat } from '../app-context.ts';
import type { Format } from '../format/format.ts';
import { type ChartColours, readChartColours } from './chart-colours.ts';
import type { EChartsCoreOption } from './echarts.ts';

export interface ColumnSeries {
  name: string;
  /** Name of a custom property of the style sheet, without the dashes. */
  colour: string;
  /** Columns with the same stack stand on each other. */
  stack: string;
  minor: readonly bigint[];
}
interface ColumnChartProps {
  label: string;
  categories: readonly string[];
  series: readonly ColumnSeries[];
  currency: string;
  height: number;
}

export function ColumnChart({ label, categories, series, currency, height }: ColumnChartProps): VNode {
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
      chart.setOption(optionOf({ categories, series, currency }, format, readChartColours()));
      const resize = new ResizeObserver(() => chart.resize());
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
  }, [categories, series, currency, format, theme]);
  return <div class="cost-chart" ref={place} role="img" aria-label={label} style={{ height: `${height}px` }} />;
}

type Drawn = Pick<ColumnChartProps, 'categories' | 'series' | 'currency'>;

function optionOf({ categories, series, currency }: Drawn, format: Format, colours: ChartColours): EChartsCoreOption {
  const unit = 10 ** digitsOf(currency);
  const text = (amount: number): string => format.moneyShort({ amount: String(amount), currency });
  const styles = getComputedStyle(document.documentElement);
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.axis },
    grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category',
      data: categories,
      axisLine: { lineStyle: { color: colours.grid } },
      axisTick: { show: false },
      axisLabel: { color: colours.axis, fontSize: 11 },
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
      formatter: (points: unknown) => tooltipText(points, { categories, series, currency }, format),
    },
    series: series.map((one) => ({
      type: 'bar',
      name: one.name,
      stack: one.stack,
      barMaxWidth: 44,
      barCategoryGap: '35%',
      itemStyle: { color: styles.getPropertyValue(`--${one.colour}`).trim() },
      emphasis: { disabled: true },
      data: one.minor.map((minor) => Number(minor) / unit),
    })),
  };
}

function tooltipText(points: unknown, { categories, series, currency }: Drawn, format: Format): string {
  const index = (points as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0;
  const lines = series
    .filter((one) => (one.minor[index] ?? 0n) !== 0n)
    .map((one) => `${one.name}  ${format.money(moneyOf(one.minor[index] ?? 0n, currency))}`)
    .reverse();
  return [categories[index], ...lines].join('\n');
}
