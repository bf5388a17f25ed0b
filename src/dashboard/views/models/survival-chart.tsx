// The share of components alive by age: the fitted curve with its band, over the steps as they were seen. The cohorts' table beside
// it says the same in numbers.
import type { VNode } from 'preact';
import type { ComponentSurvival, SurvivalPoint } from '../../../contracts/http/survival.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { niceStep } from './plot-axes.tsx';

const WIDTH = 260;
const HEIGHT = 130;
const LEFT = 36;
const TOP = 6;
const BOTTOM = 30;
const TICKS = [0, 0.5, 1];
const HOURS_A_DAY = 24;

export function SurvivalChart({ survival: { name, fitted, seen } }: { survival: ComponentSurvival }): VNode {
  const words = useWords().survival;
  const format = useFormat();
  const endDays = (fitted.at(-1)?.hours ?? 1) / HOURS_A_DAY;
  const x = (hours: number): number => LEFT + (WIDTH * Math.min(hours / HOURS_A_DAY, endDays)) / endDays;
  const y = (alive: number): number => TOP + HEIGHT * (1 - alive);
  const line = (points: readonly SurvivalPoint[], of: keyof SurvivalPoint): string =>
    points.map((point) => `${x(point.hours).toFixed(1)},${y(point[of]).toFixed(1)}`).join(' ');
  const step = niceStep(endDays);
  const days = Array.from({ length: Math.floor(endDays / step) + 1 }, (_, index) => index * step);
  return (
    <svg
      class="survival-chart"
      viewBox={`0 0 ${LEFT + WIDTH + 14} ${TOP + HEIGHT + BOTTOM}`}
      role="img"
      aria-label={words.chart(format.text(name))}
    >
      {TICKS.map((tick) => (
        <g key={tick} class="reliability-grid">
          <line x1={LEFT} x2={LEFT + WIDTH} y1={y(tick)} y2={y(tick)} />
          <text x={LEFT - 5} y={y(tick) + 4} text-anchor="end">
            {format.percent(tick)}
          </text>
        </g>
      ))}
      {days.map((day) => (
        <text key={day} class="reliability-axis" x={x(day * HOURS_A_DAY)} y={y(0) + 13} text-anchor="middle">
          {format.integer(day)}
        </text>
      ))}
      <text class="reliability-axis" x={LEFT + WIDTH / 2} y={y(0) + 26} text-anchor="middle">
        {words.age}
      </text>
      <polygon class="survival-band" points={`${line(fitted, 'low')} ${line([...fitted].reverse(), 'high')}`} />
      <polyline class="survival-seen" points={stepsOf(seen, x, y)} />
      <polyline class="reliability-line" points={line(fitted, 'alive')} />
    </svg>
  );
}

/** Level until something fails, then down. */
function stepsOf(seen: readonly SurvivalPoint[], x: (hours: number) => number, y: (alive: number) => number): string {
  let alive = 1;
  const points = [`${x(0)},${y(1)}`];
  for (const point of seen) {
    points.push(`${x(point.hours).toFixed(1)},${y(alive).toFixed(1)}`);
    alive = point.alive;
    points.push(`${x(point.hours).toFixed(1)},${y(alive).toFixed(1)}`);
  }
  return points.join(' ');
}
