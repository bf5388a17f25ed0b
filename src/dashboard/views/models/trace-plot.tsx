// The probability a model gave one device over time, beside the horizon before each of its failures and the threshold; the same
// numbers as a table.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ScoreTrace } from '../../../contracts/http/models.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { PlotAxes } from './plot-axes.tsx';

const WIDTH = 560;
const HEIGHT = 150;
const LEFT = 40;
const TOP = 6;
const BOTTOM = 22;
const RIGHT = 44;
const MOMENTS = 4;

export function TracePlot({ traces }: { traces: readonly ScoreTrace[] }): VNode {
  const words = useWords().models;
  const format = useFormat();
  const [chosen, setChosen] = useState('0');
  const trace = traces[Number(chosen)] ?? (traces[0] as ScoreTrace);
  const options = traces.map(({ device, component, windows }, index) => ({
    value: String(index),
    text: `${device} · ${component} · ${windows.length === 0 ? words.traceSound : words.traceFailed(format.integer(windows.length))}`,
  }));
  return (
    <>
      <h3 title={words.tracesHint}>{words.traces}</h3>
      <div class="line wrap">
        <Select label={words.traceOf} value={chosen} options={options} onChange={setChosen} />
        <span class="muted">{words.tracesHint}</span>
      </div>
      {trace.atMs.length < 2 ? <p class="muted">{words.traceShort}</p> : <Drawn trace={trace} />}
      <details class="plot-table">
        <summary>{words.asTable}</summary>
        <TraceTable trace={trace} />
      </details>
    </>
  );
}

function Drawn({ trace }: { trace: ScoreTrace }): VNode {
  const words = useWords().models;
  const format = useFormat();
  const { atMs, probability, windows, threshold } = trace;
  const [fromMs, toMs] = [atMs[0] as number, atMs.at(-1) as number];
  const x = (ms: number): number => LEFT + (WIDTH * (Math.min(toMs, Math.max(fromMs, ms)) - fromMs)) / (toMs - fromMs);
  const y = (share: number): number => TOP + (1 - share) * HEIGHT;
  const moments = Array.from({ length: MOMENTS + 1 }, (_, index) => fromMs + ((toMs - fromMs) * index) / MOMENTS);
  return (
    <svg
      class="trace-plot"
      viewBox={`0 0 ${LEFT + WIDTH + RIGHT} ${TOP + HEIGHT + BOTTOM}`}
      role="img"
      aria-label={`${words.traces}: ${trace.device} ${trace.component}`}
    >
      {windows.map((window) => (
        <rect
          key={window.toMs}
          class="trace-window"
          x={x(window.fromMs)}
          y={TOP}
          width={Math.max(1, x(window.toMs) - x(window.fromMs))}
          height={HEIGHT}
        />
      ))}
      <PlotAxes
        left={LEFT}
        right={LEFT + WIDTH}
        top={TOP}
        bottom={TOP + HEIGHT}
        upwards={[0, 0.5, 1].map((share) => ({ at: y(share), label: format.percent(share) }))}
        across={moments.map((ms) => ({ at: x(ms), label: format.date(ms) }))}
      />
      <line class="reliability-ideal" x1={LEFT} x2={LEFT + WIDTH} y1={y(threshold)} y2={y(threshold)} />
      <polyline
        class="reliability-line"
        points={atMs.map((ms, index) => `${x(ms).toFixed(1)},${y(probability[index] as number).toFixed(1)}`).join(' ')}
      />
    </svg>
  );
}

function TraceTable({ trace: { atMs, probability, windows } }: { trace: ScoreTrace }): VNode {
  const words = useWords().models;
  const format = useFormat();
  const isBefore = (ms: number): boolean => windows.some(({ fromMs, toMs }) => ms >= fromMs && ms <= toMs);
  return (
    <div class="plot-rows" tabIndex={0} role="region" aria-label={words.traces}>
      <table class="reliability-table">
        <thead>
          <tr>
            <th scope="col">{words.moment}</th>
            <th scope="col" class="number">
              {words.probability}
            </th>
            <th scope="col">{words.positives}</th>
          </tr>
        </thead>
        <tbody>
          {atMs.map((ms, index) => (
            <tr key={ms}>
              <td class="nowrap">{format.dateTime(ms)}</td>
              <td class="number">{format.percent1(probability[index] as number)}</td>
              <td>{isBefore(ms) ? '✓' : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
