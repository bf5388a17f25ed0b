// The parts of ECharts the cost pictures use; loaded on demand, never with the first page.
import { BarChart, LineChart, SankeyChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

export type { EChartsCoreOption } from 'echarts/core';

export function createEChart(place: HTMLElement): ReturnType<typeof init> {
  use([BarChart, SankeyChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);
  return init(place);
}
