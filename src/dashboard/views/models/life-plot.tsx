// Life told against life left, step by step of lives that ended: on the diagonal it was right, the bars go from P10 to P90; the same
// numbers as a table.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ToldLife } from '../../../contracts/http/models.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { niceStep, PlotAxes } from './plot-axes.tsx';

const SIZE = 240;
const LEFT = 40;
const TOP = 6;
const BOTTOM = 34;
const HOURS_A_DAY = 24;
const ALL = '';
/** Bars of this many points can still be told apart. */
const BARS_LIMIT = 150;

interface Point {
  life: string;
  left: number;
  p10: number;
  p50: number;
  p90: number;
}

const inDays = (lives: readonly ToldLife[]): Point[] =>
  lives.flatMap(({ life, leftHours, p10, p50, p90 }) =>
    leftHours.map((left, at) => ({
      life,
      left: left / HOURS_A_DAY,
      p10: (p10[at] as number) / HOURS_A_DAY,
      p50: (p50[at] as number) / HOURS_A_DAY,
      p90: (p90[at] as number) / HOURS_A_DAY,
    })),
  );

export function LifePlot({ lives, capHours }: { lives: readonly ToldLife[]; capHours: number | null }): VNode {
  const words = useWords().models;
  const format = useFormat();
  const [chosen, setChosen] = useState(ALL);
  const points = inDays(lives.filter(({ life }) => chosen === ALL || life === chosen));
  const options = [
    { value: ALL, text: words.allLives },
    ...lives.map(({ life }) => ({ value: life, text: nameOf(life) })),
  ];
  /** A run is named after its device and the instant of its failure. */
  function nameOf(life: string): string {
    const [device = life, failedAt] = life.split('@');
    return failedAt === undefined ? device : `${device} · ${format.date(Date.parse(failedAt))}`;
  }
  return (
    <>
      <h3 title={words.livesHint}>{words.lives}</h3>
      <div class="line wrap">
        <Select label={words.life} value={chosen} options={options} onChange={setChosen} />
        <span class="muted">{words.livesHint}</span>
      </div>
      {points.length === 0 ? <p class="muted">{words.traceShort}</p> : <Drawn points={points} capHours={capHours} />}
      <details class="plot-table">
        <summary>{words.asTable}</summary>
        <PointTable points={points} nameOf={nameOf} />
      </details>
    </>
  );
}

function Drawn({ points, capHours }: { points: readonly Point[]; capHours: number | null }): VNode {
  const words = useWords().models;
  const format = useFormat();
  const most = Math.max(...points.map(({ left, p90 }) => Math.max(left, p90)), 1e-6);
  const x = (days: number): number => LEFT + (SIZE * days) / most;
  const y = (days: number): number => TOP + SIZE * (1 - days / most);
  const step = niceStep(most);
  const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
  const label = (days: number): string => format.measure(days);
  return (
    <svg
      class="life-plot"
      viewBox={`0 0 ${LEFT + SIZE + 16} ${TOP + SIZE + BOTTOM}`}
      role="img"
      aria-label={`${words.lives}: ${words.livesHint}`}
    >
      <PlotAxes
        left={LEFT}
        right={LEFT + SIZE}
        top={TOP}
        bottom={TOP + SIZE}
        across={ticks.map((days) => ({ at: x(days), label: label(days) }))}
        upwards={ticks.map((days) => ({ at: y(days), label: label(days) }))}
      />
      <line class="reliability-ideal" x1={x(0)} y1={y(0)} x2={x(most)} y2={y(most)} />
      {capHours !== null && capHours / HOURS_A_DAY < most && (
        <line
          class="reliability-ideal"
          x1={x(0)}
          x2={x(most)}
          y1={y(capHours / HOURS_A_DAY)}
          y2={y(capHours / HOURS_A_DAY)}
        />
      )}
      <g class="reliability-point">
        {points.length <= BARS_LIMIT &&
          points.map(({ left, p10, p90 }, at) => <line key={at} x1={x(left)} x2={x(left)} y1={y(p10)} y2={y(p90)} />)}
        {points.map(({ left, p50 }, at) => (
          <circle key={at} cx={x(left)} cy={y(p50)} r={points.length <= BARS_LIMIT ? 2.5 : 1.5} />
        ))}
      </g>
      <text class="reliability-axis" x={LEFT + SIZE / 2} y={TOP + SIZE + 30} text-anchor="middle">
        {words.left}
      </text>
    </svg>
  );
}

function PointTable({ points, nameOf }: { points: readonly Point[]; nameOf: (life: string) => string }): VNode {
  const words = useWords().models;
  const format = useFormat();
  const tenths = (days: number): string => format.measure(Math.round(days * 10) / 10);
  return (
    <div class="plot-rows" tabIndex={0} role="region" aria-label={words.lives}>
      <table class="reliability-table">
        <thead>
          <tr>
            <th scope="col">{words.life}</th>
            <th scope="col" class="number">
              {words.left}
            </th>
            <th scope="col" class="number">
              {words.told}
            </th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ life, left, p10, p50, p90 }, at) => (
            <tr key={at}>
              <td class="nowrap">{nameOf(life)}</td>
              <td class="number">{tenths(left)}</td>
              <td class="number">
                {tenths(p50)}{' '}
                <span class="muted">
                  {tenths(p10)}–{tenths(p90)}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
