// A picture of flows from left to right, as wide as their amounts. Amounts arrive as exact money and become numbers only
// for width.
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { type ChartColours, readChartColours, readColour } from './chart-colours.ts';
import type { EChartsCoreOption } from './echarts.ts';

export interface FlowChartNode {
  id: string;
  name: string;
  /** What is said of it beside the pointer. */
  text: string;
  /** Name of a custom property of the style sheet, without the dashes. */
  colour: string;
}
export interface FlowChartLink {
  from: string;
  to: string;
  width: number;
  text: string;
}
interface FlowChartProps {
  label: string;
  nodes: readonly FlowChartNode[];
  links: readonly FlowChartLink[];
  height: number;
  /** A flow was chosen, or a node: then `to` is `null`. */
  onOpen: (from: string, to: string | null) => void;
}

export function FlowChart({ label, nodes, links, height, onOpen }: FlowChartProps): VNode {
  const { preferences } = useApp();
  // The picture is not drawn again for another function.
  const open = useRef(onOpen);
  open.current = onOpen;
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
      const resize = new ResizeObserver(() => {
        chart.resize();
        chart.setOption(optionOf(nodes, links, readChartColours(), element.clientWidth));
      });
      chart.on('click', ({ dataType, data }) => {
        const { name, source, target } = data as Readonly<Record<'name' | 'source' | 'target', string>>;
        if (dataType === 'edge') open.current(source, target);
        else open.current(name, null);
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
  }, [nodes, links, theme]);
  return <div class="cost-chart" ref={place} role="img" aria-label={label} style={{ height: `${height}px` }} />;
}

/** Under this width names stand shorter, so that they do not cover the flows. */
const NARROW = 600;

function optionOf(
  nodes: readonly FlowChartNode[],
  links: readonly FlowChartLink[],
  colours: ChartColours,
  width: number,
): EChartsCoreOption {
  const isNarrow = width < NARROW;
  const labelWidth = isNarrow ? 84 : 150;
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.ink },
    tooltip: {
      trigger: 'item',
      // Drawn on the canvas: the page's policy allows no inline styles in inserted markup.
      renderMode: 'richText',
      confine: true,
      backgroundColor: colours.surface,
      borderColor: colours.grid,
      textStyle: { color: colours.ink, fontSize: 12 },
      formatter: (point: unknown) => (point as { data: { text?: string } }).data.text ?? '',
    },
    series: [
      {
        type: 'sankey',
        left: 8,
        right: labelWidth + 8,
        top: 8,
        bottom: 8,
        nodeWidth: 12,
        nodeGap: 10,
        draggable: false,
        emphasis: { focus: 'adjacency' },
        label: { color: colours.ink, fontSize: 11, width: labelWidth, overflow: 'truncate' },
        lineStyle: { color: 'source', opacity: 0.3, curveness: 0.5 },
        data: nodes.map(({ id, name, text, colour }) => ({
          name: id,
          text,
          label: { formatter: name },
          itemStyle: { color: readColour(colour), borderWidth: 0 },
        })),
        links: links.map(({ from, to, width: value, text }) => ({ source: from, target: to, value, text })),
      },
    ],
  };
}
