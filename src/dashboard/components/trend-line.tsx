// A small line of health over a span: each value holds until the next one, what is not known is a gap, and the scale is
// always 0 to 100 with the limits between the states.
import type { VNode } from 'preact';
import { statusOf } from '../../contracts/health.ts';
import { useFormat } from '../app-context.ts';

interface TrendPoint {
  at: string;
  health: number | null;
}
interface TrendProps {
  points: readonly TrendPoint[];
  fromMs: number;
  toMs: number;
  label: string;
}
const WIDTH = 240;
const HEIGHT = 48;
const LIMITS = [80, 60, 30];

const heightOf = (health: number): number => HEIGHT - (health / 100) * HEIGHT;

function pathOf(points: readonly TrendPoint[], fromMs: number, toMs: number): string {
  const place = (ms: number): string => ((Math.max(0, ms - fromMs) / (toMs - fromMs)) * WIDTH).toFixed(1);
  let isDown = false;
  return points
    .map(({ at, health }, index) => {
      const next = points[index + 1];
      const endMs = next === undefined ? toMs : Date.parse(next.at);
      if (health === null || endMs <= fromMs) {
        isDown = false;
        return '';
      }
      const y = heightOf(health).toFixed(1);
      const start = isDown ? `V${y}` : `M${place(Date.parse(at))} ${y}`;
      isDown = true;
      return `${start}H${place(endMs)}`;
    })
    .join('');
}

export function TrendLine({ points, fromMs, toMs, label }: TrendProps): VNode {
  const format = useFormat();
  return (
    <>
      <svg
        class={`trend status-${statusOf(points.at(-1)?.health ?? null)}`}
        viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {LIMITS.map((limit) => (
          <line key={limit} x1="0" x2={WIDTH} y1={heightOf(limit)} y2={heightOf(limit)} class="trend-grid" />
        ))}
        <path d={pathOf(points, fromMs, toMs)} />
      </svg>
      <p class="trend-ends">
        <span>{format.day(fromMs)}</span>
        <span>{format.day(toMs)}</span>
      </p>
    </>
  );
}
