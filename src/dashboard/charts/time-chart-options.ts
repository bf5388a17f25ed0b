// How a time chart is drawn: line with its lowest-to-highest band, normal band behind, marks of alerts and jobs.
import uPlot from 'uplot';
import type { Format } from '../format/format.ts';
import type { ChartColours } from './chart-colours.ts';
import { isolatedIn } from './series-columns.ts';
import { timeTicks } from './time-ticks.ts';

export interface Mark {
  atMs: number;
  kind: 'alert' | 'work-order' | 'quality';
  text: string;
}
/** Where values are usual; `expected` is drawn as a line where it is known. */
export interface NormalBand {
  min: number;
  max: number;
  expected: number | null;
}
/** What a drawing needs that changes without building the chart again. */
export interface ChartState {
  range: { from: number; to: number };
  values: [number, number];
  normal: NormalBand | null;
  marks: readonly Mark[];
}
export interface ChartSetup {
  width: number;
  height: number;
  hasAxes: boolean;
  colours: ChartColours;
  format: Format;
  /** Charts with the same key share their cursor. */
  syncKey: string;
  state: () => ChartState;
  onHover: (index: number | null) => void;
  onZoom: (fromMs: number, toMs: number) => void;
  onReset: () => void;
}

/** Of the columns time, highest, lowest, mean. */
const MEAN = 3;

export function timeChartOptions(setup: ChartSetup): uPlot.Options {
  const { width, height, hasAxes, colours, state, onHover, onReset } = setup;
  return {
    width,
    height,
    padding: hasAxes ? [14, 12, 0, 0] : [4, 2, 2, 2],
    legend: { show: false },
    scales: {
      x: { time: true, range: () => [state().range.from / 1000, state().range.to / 1000] },
      y: { range: () => state().values },
    },
    series: [
      {},
      // The band first: what is drawn later lies on top.
      { width: 0, points: { show: false } },
      { width: 0, points: { show: false } },
      {
        stroke: colours.line,
        width: hasAxes ? 1.5 : 1.25,
        points: {
          show: false,
          filter: (chart, series) => isolatedIn(chart.data[series] ?? []),
          size: hasAxes ? 5 : 3,
          width: 0,
          fill: colours.line,
        },
      },
    ],
    bands: [{ series: [1, 2], fill: colours.band }],
    axes: hasAxes ? axesOf(setup) : [{ show: false }, { show: false }],
    cursor: {
      sync: { key: setup.syncKey, setSeries: false },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6, show: (_chart, series) => (series === MEAN ? dot(colours.line) : noPoint()) },
      bind: {
        dblclick: () => () => {
          onReset();
          return null;
        },
      },
      y: false,
    },
    hooks: {
      drawClear: [(chart) => drawNormalBand(chart, state(), colours)],
      draw: [(chart) => drawMarks(chart, state(), colours, hasAxes)],
      setCursor: [(chart) => onHover(chart.cursor.idx ?? null)],
      setSelect: [(chart) => zoomTo(chart, setup)],
    },
  };
}

const noPoint = (): HTMLElement => dot('transparent');
function dot(colour: string): HTMLElement {
  const element = document.createElement('div');
  element.style.background = colour;
  return element;
}

function axesOf({ colours, format }: ChartSetup): uPlot.Axis[] {
  const line = { stroke: colours.grid, width: 1 };
  return [
    {
      stroke: colours.axis,
      font: colours.font,
      size: 28,
      space: 84,
      grid: { show: false },
      ticks: { ...line, size: 4 },
      values: (_chart, splits, _axis, _space, step) => timeTicks(format, splits, step),
    },
    {
      stroke: colours.axis,
      font: colours.font,
      size: 56,
      space: 36,
      grid: line,
      ticks: { show: false },
      values: (_chart, splits) => splits.map((value) => format.measure(value)),
    },
  ];
}

function zoomTo(chart: uPlot, { onZoom }: ChartSetup): void {
  const { left, width } = chart.select;
  if (width < 4) return;
  const from = chart.posToVal(left, 'x') * 1000;
  const to = chart.posToVal(left + width, 'x') * 1000;
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onZoom(Math.round(from), Math.round(to));
}

function drawNormalBand(chart: uPlot, { normal }: ChartState, colours: ChartColours): void {
  if (normal === null) return;
  const { ctx, bbox } = chart;
  const clamp = (y: number): number => Math.min(bbox.top + bbox.height, Math.max(bbox.top, y));
  const top = clamp(chart.valToPos(normal.max, 'y', true));
  const bottom = clamp(chart.valToPos(normal.min, 'y', true));
  ctx.save();
  ctx.fillStyle = colours.normal;
  ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  ctx.strokeStyle = colours.normalEdge;
  ctx.setLineDash([3, 3]);
  for (const edge of [top, bottom]) drawLevel(chart, edge);
  if (normal.expected !== null) {
    ctx.setLineDash([]);
    drawLevel(chart, clamp(chart.valToPos(normal.expected, 'y', true)));
  }
  ctx.restore();
}

/** A line across the chart; one pressed against its edge lies outside and is left out. */
function drawLevel({ ctx, bbox }: uPlot, y: number): void {
  if (y === bbox.top || y === bbox.top + bbox.height) return;
  ctx.beginPath();
  ctx.moveTo(bbox.left, Math.round(y) + 0.5);
  ctx.lineTo(bbox.left + bbox.width, Math.round(y) + 0.5);
  ctx.stroke();
}

function drawMarks(chart: uPlot, { marks }: ChartState, colours: ChartColours, hasAxes: boolean): void {
  const { ctx, bbox } = chart;
  const ratio = uPlot.pxRatio;
  for (const mark of marks) {
    const x = Math.round(chart.valToPos(mark.atMs / 1000, 'x', true)) + 0.5;
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colourOf(mark.kind, colours);
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (hasAxes) drawFlag(ctx, mark.kind, x, bbox.top, 5 * ratio);
    ctx.restore();
  }
}

const colourOf = (kind: Mark['kind'], colours: ChartColours): string =>
  ({ alert: colours.failing, 'work-order': colours.accent, quality: colours.watch })[kind];

/** Alert: a triangle left of its line; job: a square right of it, so that both are seen; bad data: a point on it. */
function drawFlag(ctx: CanvasRenderingContext2D, kind: Mark['kind'], x: number, top: number, half: number): void {
  ctx.beginPath();
  if (kind === 'alert') {
    ctx.moveTo(x - half, top - 2 * half);
    ctx.lineTo(x, top);
    ctx.lineTo(x - 2 * half, top);
    ctx.closePath();
  } else if (kind === 'quality') ctx.arc(x, top - half, half, 0, 2 * Math.PI);
  else ctx.rect(x, top - 2 * half, 2 * half, 2 * half);
  ctx.fill();
}
