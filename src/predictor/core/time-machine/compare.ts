// Holds the episodes a candidate would have opened, and those there really were, against the same failures, by the same scoring.
import type { EpochMs } from '../../../contracts/time.ts';
import { failureProbability, triggerThreshold, type ActionCosts } from '../prognosis.ts';
import {
  type EpisodeFacts,
  isWarnedOf,
  judgeEpisode,
  MINIMUM_LEAD_HOURS,
  type JudgedEpisode,
} from '../scoring/judge-episode.ts';
import { addTallies, NO_TALLY, type Tally, tallyOf } from '../scoring/tally.ts';

/** A failure mode that an episode can speak of. */
export interface Target {
  component: string;
  failureMode: string;
  horizonHours: number;
}

/** What is known of one device. */
export interface DeviceFacts {
  failures: readonly { job: number; component: string; failureMode: string; atMs: EpochMs }[];
  /** Predictive jobs that were completed: what they found. */
  findings: readonly {
    job: number;
    component: string;
    failureMode: string;
    isConfirmed: boolean | null;
    atMs: EpochMs;
  }[];
  /** Components seen to otherwise: planned maintenance, installation, recall. */
  acts: readonly { component: string; atMs: EpochMs }[];
  /** By `component/failureMode`; absent where master data cannot price it. */
  costs: ReadonlyMap<string, ActionCosts>;
}

export interface Said {
  device: string;
  raisedMs: EpochMs;
  /** The modes it may speak of: of a prognosis its own, of a rule every one that shows in its metrics. */
  targets: readonly Target[];
}

export interface ScoredSaid<Episode extends Said> {
  episode: Episode;
  /** `null`: it speaks of no failure mode. */
  judged: JudgedEpisode | 'open' | null;
  /** Of the failure it warned of, else of the first thing it speaks of. */
  costs: ActionCosts | null;
}

export interface Comparison<Episode extends Said> {
  scored: ScoredSaid<Episode>[];
  tally: Tally;
  unscored: number;
  missed: Missed[];
}

/** A failure nobody warned of, or one that was averted before anybody would have; with what it costs when it comes. */
export interface Missed {
  /** The job that repaired it. */
  job: number;
  /** A predictive job repaired it: whether a warning would have come later, before the failure, nobody knows. */
  isAverted: boolean;
  costs: ActionCosts | null;
}

export const keyOfTarget = ({ component, failureMode }: Pick<Target, 'component' | 'failureMode'>): string =>
  `${component}/${failureMode}`;

/** The time whose episodes and failures count; an earlier episode may have warned of a failure in it. */
export interface ScoredSpan {
  fromMs: EpochMs;
  toMs: EpochMs;
}

export function scoreEpisodes<Episode extends Said>(
  episodes: readonly Episode[],
  facts: ReadonlyMap<string, DeviceFacts>,
  targets: readonly Target[],
  { fromMs, toMs }: ScoredSpan,
): Comparison<Episode> {
  const scored = episodes
    .filter(({ raisedMs }) => raisedMs >= fromMs)
    .map((episode) => scoreOne(episode, facts.get(episode.device), toMs));
  const missed = missedOf(episodes, facts, targets, fromMs);
  const tally = scored
    .filter(({ judged }) => judged !== null)
    .map(({ judged, costs }) => tallyOf(judged === 'open' ? null : judged, costs))
    .reduce(addTallies, { ...NO_TALLY, falseNegatives: missed.length });
  return { scored, tally, missed, unscored: scored.filter(({ judged }) => judged === null).length };
}

function scoreOne<Episode extends Said>(
  episode: Episode,
  known: DeviceFacts | undefined,
  toMs: EpochMs,
): ScoredSaid<Episode> {
  const spokenOf = episode.targets;
  const first = spokenOf[0];
  if (first === undefined || known === undefined) return { episode, judged: null, costs: null };
  const window = {
    raisedMs: episode.raisedMs,
    horizonHours: Math.max(...spokenOf.map(({ horizonHours }) => horizonHours)),
    minimumLeadHours: MINIMUM_LEAD_HOURS,
  };
  const judged = judgeEpisode(window, factsFor(episode, known, spokenOf), toMs);
  const failed = known.failures.find(
    (failure) => failure.atMs === judged?.failedMs && spokenOf.some((one) => keyOfTarget(one) === keyOfTarget(failure)),
  );
  return { episode, judged: judged ?? 'open', costs: known.costs.get(keyOfTarget(failed ?? first)) ?? null };
}

function factsFor({ raisedMs }: Said, known: DeviceFacts, spokenOf: readonly Target[]): EpisodeFacts {
  const keys = new Set(spokenOf.map(keyOfTarget));
  const components = new Set(spokenOf.map(({ component }) => component));
  const after = <T extends { atMs: EpochMs }>(all: readonly T[]): T[] =>
    all.filter(({ atMs }) => atMs >= raisedMs).sort((a, b) => a.atMs - b.atMs);
  const finding = after(known.findings).find((one) => keys.has(keyOfTarget(one)));
  const act = after(known.acts).find(({ component }) => components.has(component));
  return {
    failuresMs: known.failures.filter((one) => keys.has(keyOfTarget(one))).map(({ atMs }) => atMs),
    ...(finding === undefined ? {} : { finding }),
    ...(act === undefined ? {} : { actedMs: act.atMs }),
  };
}

function missedOf(
  episodes: readonly Said[],
  facts: ReadonlyMap<string, DeviceFacts>,
  targets: readonly Target[],
  fromMs: EpochMs,
): Missed[] {
  const keys = new Set(targets.map(keyOfTarget));
  return [...facts].flatMap(([device, known]) => {
    const isMissed = (one: { component: string; failureMode: string; atMs: EpochMs }, leadHours: number): boolean => {
      if (one.atMs < fromMs) return false;
      const key = keyOfTarget(one);
      if (!keys.has(key)) return false;
      const windows = episodes.flatMap((said) => {
        const spoken = said.device === device ? said.targets.find((target) => keyOfTarget(target) === key) : undefined;
        if (spoken === undefined) return [];
        return { raisedMs: said.raisedMs, horizonHours: spoken.horizonHours, minimumLeadHours: leadHours };
      });
      return !isWarnedOf(one.atMs, windows);
    };
    const missed = (one: DeviceFacts['failures'][number], isAverted: boolean): Missed => ({
      job: one.job,
      isAverted,
      costs: known.costs.get(keyOfTarget(one)) ?? null,
    });
    const averted = known.findings.filter(({ isConfirmed }) => isConfirmed === true);
    return [
      ...known.failures.filter((one) => isMissed(one, MINIMUM_LEAD_HOURS)).map((one) => missed(one, false)),
      ...averted.filter((one) => isMissed(one, 0)).map((one) => missed(one, true)),
    ];
  });
}

/** What one of these episodes is worth: how likely it is right, from how they turned out. */
export const probabilityOf = ({ truePositives: confirmed, falsePositives: refuted }: Tally): number =>
  failureProbability({ confirmed, refuted }, null).value;

/** A job pays when that is above p*. */
export function paysOff(probability: number, costs: ActionCosts | null): boolean {
  const threshold = costs === null ? null : triggerThreshold(costs);
  return threshold !== null && probability > threshold;
}

export interface Bill {
  plannedMinor: bigint;
  needlessMinor: bigint;
  unplannedMinor: bigint;
}

/** Right ones fixed in time, wrong ones visited for nothing, missed failures as they come; episodes without costs are left out. */
export function billOf({ scored, missed }: Comparison<Said>): Bill {
  const bill = { plannedMinor: 0n, needlessMinor: 0n, unplannedMinor: 0n };
  for (const { judged, costs } of scored) {
    if (costs === null || judged === null || judged === 'open') continue;
    if (judged.outcome === 'true-positive') bill.plannedMinor += costs.plannedMinor;
    if (judged.outcome === 'false-positive') bill.needlessMinor += costs.needlessMinor;
  }
  for (const { costs } of missed) bill.unplannedMinor += costs?.unplannedMinor ?? 0n;
  return bill;
}
