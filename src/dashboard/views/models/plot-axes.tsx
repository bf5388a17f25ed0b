// The frame of a small plot: lines across at the ticks of both axes, with their labels. Positions are the caller's.
import type { VNode } from 'preact';

export interface Tick {
  at: number;
  label: string;
}

interface PlotAxesProps {
  /** Edges of the drawing. */
  left: number;
  right: number;
  top: number;
  bottom: number;
  across: readonly Tick[];
  upwards: readonly Tick[];
}

export const PlotAxes = ({ left, right, top, bottom, across, upwards }: PlotAxesProps): VNode => (
  <g class="reliability-grid">
    {upwards.map(({ at, label }) => (
      <g key={label}>
        <line x1={left} x2={right} y1={at} y2={at} />
        <text x={left - 5} y={at + 4} text-anchor="end">
          {label}
        </text>
      </g>
    ))}
    {across.map(({ at, label }) => (
      <g key={label}>
        <line x1={at} x2={at} y1={top} y2={bottom} />
        <text x={at} y={bottom + 14} text-anchor="middle">
          {label}
        </text>
      </g>
    ))}
  </g>
);

/** 1, 2 or 5 times a power of ten that divides `whole` into at most four. */
export function niceStep(whole: number): number {
  const rough = whole / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
}
