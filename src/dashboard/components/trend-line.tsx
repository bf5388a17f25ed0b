// A small line of health over time; gaps stay gaps, the scale is always 0 to 100.
import type { VNode } from 'preact';
import { statusOf } from '../../contracts/health.ts';

interface TrendProps {
  points: readonly { at: string; health: number | null }[];
  label: string;
}
const WIDTH = 240;
const HEIGHT = 48;

export function TrendLine({ points, label }: TrendProps): VNode {
  const times = points.map(({ at }) => Date.parse(at));
  const first = times[0] ?? 0;
  const span = Math.max(1, (times.at(-1) ?? 1) - first);
  let isDown = false;
  const path = points
    .map(({ health }, index) => {
      if (health === null) {
        isDown = false;
        return '';
      }
      const x = (((times[index] ?? first) - first) / span) * WIDTH;
      const y = HEIGHT - (health / 100) * HEIGHT;
      const command = `${isDown ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
      isDown = true;
      return command;
    })
    .join('');
  const newest = points.findLast(({ health }) => health !== null)?.health ?? null;
  return (
    <svg
      class={`trend status-${statusOf(newest)}`}
      viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {[20, 40, 70].map((limit) => (
        <line
          key={limit}
          x1="0"
          x2={WIDTH}
          y1={HEIGHT * (limit / 100)}
          y2={HEIGHT * (limit / 100)}
          class="trend-grid"
        />
      ))}
      <path d={path} />
    </svg>
  );
}
