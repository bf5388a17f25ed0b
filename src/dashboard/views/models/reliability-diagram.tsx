// The reliability diagram: what was said against what happened, each point with its interval, and the line it should lie on. The
// same numbers stand in the table below for whoever cannot see it.
import type { VNode } from 'preact';
import type { ReliabilityBin } from '../../../contracts/http/models.ts';
import { useFormat, useWords } from '../../app-context.ts';

const SIZE = 200;
const LEFT = 34;
const BOTTOM = 24;
const TOP = 6;
const TICKS = [0, 0.5, 1];

const x = (share: number): number => LEFT + share * SIZE;
const y = (share: number): number => TOP + (1 - share) * SIZE;

export function ReliabilityDiagram({ bins }: { bins: readonly ReliabilityBin[] }): VNode {
  const words = useWords().models;
  const format = useFormat();
  const filled = bins.filter(({ n }) => n > 0);
  if (filled.length === 0) return <p class="muted">{words.noReliability}</p>;
  const most = Math.max(...filled.map(({ n }) => n));
  return (
    <figure class="reliability">
      <svg
        viewBox={`0 0 ${LEFT + SIZE + 20} ${TOP + SIZE + BOTTOM + 12}`}
        role="img"
        aria-label={`${words.reliability}: ${words.reliabilityHint}`}
      >
        {TICKS.map((tick) => (
          <g key={tick} class="reliability-grid">
            <line x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
            <line x1={x(tick)} x2={x(tick)} y1={y(0)} y2={y(1)} />
            <text x={x(0) - 5} y={y(tick) + 4} text-anchor="end">
              {format.percent(tick)}
            </text>
            <text x={x(tick)} y={y(0) + 14} text-anchor="middle">
              {format.percent(tick)}
            </text>
          </g>
        ))}
        <line class="reliability-ideal" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
        <polyline
          class="reliability-line"
          points={filled.map((bin) => `${x(bin.mean)},${y(bin.observed)}`).join(' ')}
        />
        {filled.map((bin) => (
          <g key={bin.from} class="reliability-point">
            <title>
              {`${words.said} ${format.percent(bin.mean)} · ${words.happened} ${format.percent(bin.observed)} (${format.percent(bin.low)}–${format.percent(bin.high)}) · n ${format.integer(bin.n)}`}
            </title>
            <line x1={x(bin.mean)} x2={x(bin.mean)} y1={y(bin.low)} y2={y(bin.high)} />
            <circle cx={x(bin.mean)} cy={y(bin.observed)} r={2.5 + 3 * Math.sqrt(bin.n / most)} />
          </g>
        ))}
        <text class="reliability-axis" x={x(0.5)} y={y(0) + 28} text-anchor="middle">
          {words.said}
        </text>
      </svg>
      <table class="reliability-table">
        <thead>
          <tr>
            <th scope="col" class="number">
              {words.said}
            </th>
            <th scope="col" class="number">
              {words.happened}
            </th>
            <th scope="col" class="number">
              n
            </th>
          </tr>
        </thead>
        <tbody>
          {filled.map((bin) => (
            <tr key={bin.from}>
              <td class="number">{format.percent(bin.mean)}</td>
              <td class="number">
                {format.percent(bin.observed)}{' '}
                <span class="muted">
                  {format.percent(bin.low)}–{format.percent(bin.high)}
                </span>
              </td>
              <td class="number muted">{format.integer(bin.n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
