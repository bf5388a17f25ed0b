// Scores decisions as a service manager would: rows over the threshold that lie close together are one episode, an episode with
// no failure after it within the horizon is false, a failure with no such row in the horizon before it was missed.
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';

export interface Judged {
  unit: number;
  atMs: EpochMs;
  isOver: boolean;
}

export interface EpisodeScore {
  episodes: number;
  falseEpisodes: number;
  falseEpisodesPerMachineYear: number;
  failures: number;
  caught: number;
  /** First row over the threshold before a caught failure, hours: half of them are above this. */
  medianLeadHours: number | null;
}

const YEAR_HOURS = 8_766;

/** `rows` by unit and time; `failures` of a unit in (first row, last row + horizon], ascending. */
export function scoreEpisodes(
  rows: readonly Judged[],
  failures: ReadonlyMap<number, readonly EpochMs[]>,
  { horizonHours, watchedHours }: { horizonHours: number; watchedHours: number },
): EpisodeScore {
  const horizonMs = horizonHours * HOUR_MS;
  const over = new Map<number, EpochMs[]>();
  for (const { unit, atMs, isOver } of rows) {
    if (!isOver) continue;
    const known = over.get(unit);
    if (known === undefined) over.set(unit, [atMs]);
    else known.push(atMs);
  }
  let [episodes, falseEpisodes] = [0, 0];
  for (const [unit, times] of over) {
    const own = failures.get(unit) ?? [];
    for (const [first, last] of spansOf(times, horizonMs)) {
      episodes++;
      if (!own.some((failedMs) => failedMs > first && failedMs <= last + horizonMs)) falseEpisodes++;
    }
  }
  const leads: number[] = [];
  let total = 0;
  for (const [unit, own] of failures) {
    total += own.length;
    for (const failedMs of own) {
      const first = over.get(unit)?.find((atMs) => atMs >= failedMs - horizonMs && atMs < failedMs);
      if (first !== undefined) leads.push((failedMs - first) / HOUR_MS);
    }
  }
  return {
    episodes,
    falseEpisodes,
    falseEpisodesPerMachineYear: falseEpisodes / (watchedHours / YEAR_HOURS),
    failures: total,
    caught: leads.length,
    medianLeadHours: leads.sort((a, b) => a - b)[leads.length >> 1] ?? null,
  };
}

/** First and last of each group of times that lie within `gapMs` of one another. */
function spansOf(times: readonly EpochMs[], gapMs: number): [EpochMs, EpochMs][] {
  const spans: [EpochMs, EpochMs][] = [];
  for (const atMs of times) {
    const last = spans.at(-1);
    if (last !== undefined && atMs - last[1] <= gapMs) last[1] = atMs;
    else spans.push([atMs, atMs]);
  }
  return spans;
}
