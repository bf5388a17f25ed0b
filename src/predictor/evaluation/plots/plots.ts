// The pictures of an evaluation: a score over time with its windows, probability against what happened, remaining life
// against the truth. Each takes figures and gives one SVG.
import type { ReliabilityBin } from '../../core/calibration/reliability.ts';
import { DAY_MS } from '../../../contracts/time.ts';
import { type Extent, extentOf, INK, Picture } from './svg.ts';
import { thinned } from '../../core/thinned.ts';

/** More stretches than this are finer than the picture's dots. */
const STRETCHES = 900;

const MOST_DAY_TICKS = 9;

/** Midnights, every so many days that they do not crowd. */
function midnightsOf({ from, to }: Extent): number[] {
  const days = (to - from) / DAY_MS;
  const every = [1, 2, 3, 7, 14, 30, 90].find((step) => days / step <= MOST_DAY_TICKS) ?? 365;
  const first = Math.ceil(from / DAY_MS);
  return Array.from(
    { length: Math.floor((to / DAY_MS - first) / every) + 1 },
    (_, index) => (first + index * every) * DAY_MS,
  );
}

const day = (ms: number): string => new Date(ms).toISOString().slice(5, 10);

export interface Span {
  fromMs: number;
  toMs: number;
}

export interface OverTime {
  title: string;
  timesMs: readonly number[];
  /** 0 to 1: a score, a probability. */
  scores: ArrayLike<number>;
  scoreName: string;
  threshold: number | null;
  /** What should be found: a labelled window, the hours before a fault. */
  windows: readonly Span[];
  windowName: string;
  /** What it was judged from, drawn faintly behind, in its own scale. */
  values?: ArrayLike<number>;
}

export function scorePlot(plot: OverTime): string {
  const { timesMs, scores, threshold, windows, values } = plot;
  const x = { from: timesMs[0] ?? 0, to: Math.max(timesMs.at(-1) ?? 1, (timesMs[0] ?? 0) + 1) };
  const picture = new Picture({
    title: plot.title,
    x,
    y: { from: 0, to: 1 },
    xName: 'time (UTC)',
    yName: plot.scoreName,
    xText: day,
    xTicks: midnightsOf(x),
  });
  for (const { fromMs, toMs } of windows) picture.band(fromMs, toMs, INK.other);
  if (values) {
    const { from, to } = extentOf(Array.from(values));
    const behind = thinned(timesMs, values, STRETCHES);
    picture.line(
      behind.xs,
      behind.ys.map((value) => (value - from) / (to - from)),
      INK.quiet,
      0.7,
    );
  }
  const line = thinned(timesMs, scores, STRETCHES);
  picture.line(line.xs, line.ys, INK.line);
  if (threshold !== null) picture.guide([x.from, threshold], [x.to, threshold], INK.good);
  return picture
    .legend([
      [plot.scoreName, INK.line],
      [plot.windowName, INK.other],
      ...(values ? [['value', INK.quiet] as const] : []),
      ...(threshold === null ? [] : [['threshold', INK.good] as const]),
    ])
    .toString();
}

export function reliabilityPlot(title: string, bins: readonly ReliabilityBin[]): string {
  const picture = new Picture({
    title,
    x: { from: 0, to: 1 },
    y: { from: 0, to: 1 },
    xName: 'said probability',
    yName: 'share that happened',
    height: 480,
  });
  picture.guide([0, 0], [1, 1], INK.quiet);
  const told = bins.filter(({ n }) => n > 0);
  for (const { mean, low, high } of told) picture.line([mean, mean], [low, high], INK.line);
  for (const { mean, observed, n } of told) {
    picture.dots([mean], [observed], INK.line, 3 + Math.log10(Math.max(1, n)));
  }
  return picture
    .legend([
      ['bin with its 90 % interval', INK.line],
      ['said = happened', INK.quiet],
    ])
    .toString();
}

export interface LifeAnswer {
  truth: number;
  p10: number;
  p50: number;
  p90: number;
}

/** Units in order of their true remaining life, with what was said of each. */
export function remainingLifePlot(title: string, unitName: string, answers: readonly LifeAnswer[]): string {
  const sorted = [...answers].sort((a, b) => a.truth - b.truth);
  const places = sorted.map((_, index) => index + 1);
  return new Picture({
    title,
    x: { from: 1, to: Math.max(2, sorted.length) },
    y: extentOf(
      sorted.flatMap(({ truth, p90 }) => [truth, p90]),
      { from: 0, to: 1 },
    ),
    xName: 'units, by their true remaining life',
    yName: unitName,
    height: 400,
  })
    .area(
      places,
      sorted.map(({ p10 }) => p10),
      sorted.map(({ p90 }) => p90),
      INK.line,
    )
    .dots(
      places,
      sorted.map(({ p50 }) => p50),
      INK.line,
    )
    .line(
      places,
      sorted.map(({ truth }) => truth),
      INK.other,
    )
    .legend([
      ['P10 to P90 and median', INK.line],
      ['truth', INK.other],
    ])
    .toString();
}
