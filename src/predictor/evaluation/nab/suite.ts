// The suite `nab`: every series once through every detector, points for three profiles with the best threshold of each, and
// the points that are left when the threshold has to come from other series, or from other groups of them.
import { sampleOf, seededRandom } from '../../core/random.ts';
import { scorePlot } from '../plots/plots.ts';
import type { Figures, Suite } from '../suite.ts';
import { byChannel, byEwma, byIsolationForest, byZScore, type Detect } from './detectors.ts';
import { bestThreshold, pointsAt, type Profile, type ScoredSeries } from './scoring.ts';
import { type Profiles, readProfiles, readSeries, type Recorded } from './series.ts';

/** Ways to part the series into halves, each giving two figures. */
const PARTINGS = 10;

export const nab: Suite = {
  name: 'nab',
  what: 'anomalies in streams of one metric (Numenta Anomaly Benchmark)',
  sign: /^labels$/,
  async run({ dir, seed, scores, plots, progress }) {
    const series = readSeries(dir);
    const profiles = readProfiles(dir);
    const detectors: [string, Detect][] = [
      ['', byChannel],
      ['z_score_', byZScore],
      ['ewma_', byEwma],
      ['isolation_forest_', byIsolationForest(seed)],
    ];
    progress.begin('series', series.length * detectors.length);
    let done = 0;
    const figures: Record<string, Figures[string]> = {};
    for (const [prefix, detect] of detectors) {
      const scored: ScoredSeries[] = [];
      for (const one of series) {
        scored.push({ scores: detect(one), windows: one.windows });
        progress.tell(++done);
        // A turn for whoever draws the progress.
        await new Promise<void>((resolve) => void setImmediate(resolve));
      }
      const groups = series.map(({ path }) => path.split('/', 1)[0] as string);
      Object.assign(figures, figuresOf(prefix, { scored, groups, profiles, seed }));
      if (prefix !== '') continue;
      series.forEach((one, index) => {
        const told = (scored[index] as ScoredSeries).scores;
        scores?.write(one.path, ['timestamp', 'value', 'anomaly_score'], rowsOf(one, told));
        plots?.write(
          one.path.replaceAll('/', '-').replace(/\.csv$/, ''),
          plotOf(one, told, Number(figures['threshold'])),
        );
      });
    }
    const rows = series.reduce((sum, { values }) => sum + values.length, 0);
    return { nSeries: series.length, nRows: rows, ...figures };
  },
};

interface Judged {
  scored: readonly ScoredSeries[];
  /** Of each series: the folder it lies in. */
  groups: readonly string[];
  profiles: Profiles;
  seed: number;
}

function figuresOf(prefix: string, { scored, groups, profiles, seed }: Judged): Figures {
  const { standard, lowFalsePositives, lowFalseNegatives } = profiles;
  const best = (profile: Profile) => pointsAt(scored, profile, bestThreshold(scored, profile));
  const own = best(standard);
  return {
    [`${prefix}standard`]: rounded(own.score),
    [`${prefix}low_fp`]: rounded(best(lowFalsePositives).score),
    [`${prefix}low_fn`]: rounded(best(lowFalseNegatives).score),
    [`${prefix}other_half_standard`]: rounded(otherHalf(scored, standard, seed)),
    [`${prefix}other_half_low_fn`]: rounded(otherHalf(scored, lowFalseNegatives, seed)),
    [`${prefix}other_groups_standard`]: rounded(otherGroups(scored, groups, standard)),
    [`${prefix}other_groups_low_fn`]: rounded(otherGroups(scored, groups, lowFalseNegatives)),
    [`${prefix}threshold`]: bestThreshold(scored, standard),
    [`${prefix}nWindows`]: own.windows,
    [`${prefix}nFound`]: own.found,
    [`${prefix}nFalseAlarms`]: own.falseAlarms,
  };
}

const rounded = (score: number): number => Math.round(score * 100) / 100;

/** Mean over seeded partings of what each half scores with the threshold that was best for the other. */
export function otherHalf(scored: readonly ScoredSeries[], profile: Profile, seed: number): number {
  if (scored.length < 2) return Number.NaN;
  const random = seededRandom(seed);
  let sum = 0;
  for (let parting = 0; parting < PARTINGS; parting++) {
    const chosen = new Set(sampleOf(scored.length, scored.length >> 1, random));
    const halves = [scored.filter((_, index) => chosen.has(index)), scored.filter((_, index) => !chosen.has(index))];
    const [one, other] = halves as [ScoredSeries[], ScoredSeries[]];
    sum += pointsAt(one, profile, bestThreshold(other, profile)).score;
    sum += pointsAt(other, profile, bestThreshold(one, profile)).score;
  }
  return sum / (2 * PARTINGS);
}

/** What all series score together when each group of them takes the threshold that was best for all other groups. */
export function otherGroups(scored: readonly ScoredSeries[], groups: readonly string[], profile: Profile): number {
  const names = [...new Set(groups)];
  if (names.length < 2) return Number.NaN;
  const thresholds = new Map(
    names.map((name) => {
      const others = scored.filter((_, index) => groups[index] !== name);
      return [name, bestThreshold(others, profile)];
    }),
  );
  const told = scored.map(({ scores, windows }, index) => {
    const threshold = thresholds.get(groups[index] as string) ?? Infinity;
    return { scores: scores.map((score) => (score >= threshold ? 1 : 0)), windows };
  });
  return pointsAt(told, profile, 1).score;
}

function* rowsOf({ timestamps, values }: Recorded, scores: Float64Array): Generator<(string | number)[]> {
  for (const [row, timestamp] of timestamps.entries()) {
    yield [timestamp, values[row] as number, scores[row] as number];
  }
}

const plotOf = ({ path, timesMs, values, windows }: Recorded, scores: Float64Array, threshold: number): string =>
  scorePlot({
    title: path,
    timesMs: Array.from(timesMs),
    scores,
    scoreName: 'score',
    threshold,
    windows: windows.map(({ first, last }) => ({ fromMs: timesMs[first] as number, toMs: timesMs[last] as number })),
    windowName: 'labelled window',
    values,
  });
