// Months that were as a line, months to come as a dashed line within the band that eight of ten end in, and a budget in steps.
// Amounts arrive as exact money and become numbers only for height.
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { digitsOf, minorOf, type Money } from '../../contracts/money.ts';
import { useApp, useFormat } from '../app-context.ts';
import type { Format } from '../format/format.ts';
import { type ChartColours, readChartColours } from './chart-colours.ts';
import type { EChartsCoreOption } from './echarts.ts';

export interface FanMonth {
  period: string;
  /** A whole month that is over. */
  was: Money | null;
  low: Money | null;
  expected: Money | null;
  high: Money | null;
  budget: Money | null;
}
export interface FanWords {
  was: string;
  expected: string;
  band: string;
  budget: string;
}
interface FanChartProps {
  label: string;
  months: readonly FanMonth[];
  currency: string;
  height: number;
  words: FanWords;
}

export function FanChart({ label, months, currency, height, words }: FanChartProps): VNode {
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
      chart.setOption(optionOf({ months, currency, words }, format, readChartColours()));
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
  }, [months, currency, words, format, theme]);
  return <div class="cost-chart" ref={place} role="img" aria-label={label} style={{ height: `${height}px` }} />;
}

type Drawn = Pick<FanChartProps, 'months' | 'currency' | 'words'>;

function optionOf({ months, currency, words }: Drawn, format: Format, colours: ChartColours): EChartsCoreOption {
  const unit = 10 ** digitsOf(currency);
  const height = (money: Money | null): number | null => (money === null ? null : Number(minorOf(money) ?? 0n) / unit);
  const line = (name: string, data: (number | null)[], style: object, more: object = {}): object => ({
    type: 'line',
    name,
    data,
    showSymbol: false,
    lineStyle: style,
    emphasis: { disabled: true },
    ...more,
  });
  const bandStart = months.map(({ low }) => height(low));
  const bandWidth = months.map(({ low, high }) => {
    const [from, to] = [height(low), height(high)];
    return from === null || to === null ? null : to - from;
  });
  // The dashed line begins where the whole one ends.
  const meet = months.map(({ was, expected }, i) => height(expected ?? (months[i + 1]?.expected ? was : null)));
  const invisible = { width: 0, opacity: 0 };
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.axis },
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category',
      data: months.map(({ period }) => format.period(period)),
      axisLine: { lineStyle: { color: colours.grid } },
      axisTick: { show: false },
      axisLabel: { color: colours.axis, fontSize: 11 },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      splitLine: { lineStyle: { color: colours.grid } },
      axisLabel: {
        color: colours.axis,
        fontSize: 11,
        formatter: (amount: number) => format.moneyShort({ amount: String(amount), currency }),
      },
    },
    tooltip: {
      trigger: 'axis',
      // Drawn on the canvas: the page's policy allows no inline styles in inserted markup.
      renderMode: 'richText',
      backgroundColor: colours.surface,
      borderColor: colours.grid,
      textStyle: { color: colours.ink, fontSize: 12, lineHeight: 18 },
      formatter: (points: unknown) => tooltipText(points, { months, currency, words }, format),
    },
    series: [
      line('band-start', bandStart, invisible, { stack: 'band', stackStrategy: 'all' }),
      line('band', bandWidth, invisible, { stack: 'band', stackStrategy: 'all', areaStyle: { color: colours.band } }),
      line(
        words.was,
        months.map(({ was }) => height(was)),
        { color: colours.line, width: 2 },
      ),
      line(words.expected, meet, { color: colours.line, width: 2, type: [5, 4] }),
      line(
        words.budget,
        months.map(({ budget }) => height(budget)),
        { color: colours.watch, width: 1.5 },
        { step: 'middle' },
      ),
    ],
  };
}

function tooltipText(points: unknown, { months, words }: Drawn, format: Format): string {
  const month = months[(points as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0];
  if (!month) return '';
  const { period, was, low, expected, high, budget } = month;
  return [
    format.period(period),
    ...(was === null ? [] : [`${words.was}  ${format.money(was)}`]),
    ...(expected === null ? [] : [`${words.expected}  ${format.money(expected)}`]),
    ...(low === null || high === null ? [] : [`${words.band}  ${format.money(low)} – ${format.money(high)}`]),
    ...(budget === null ? [] : [`${words.budget}  ${format.money(budget)}`]),
  ].join('\n');
}
