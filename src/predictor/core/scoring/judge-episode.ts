// Was an episode right? (domain: prediction, scoring.) An episode at t is right when the matching failure lies within
// [t + minimum lead, t + horizon]; one that somebody acted on is right when the finding confirms the degradation, wrong when no
// fault was found, and else left out and counted.
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';

/** A warning later than this before the failure helps nobody: an engineer needs at least this long to do something. */
export const MINIMUM_LEAD_HOURS = 1;

export type EpisodeOutcome = 'true-positive' | 'false-positive' | 'censored';
export type OutcomeBasis = 'finding' | 'failure' | 'horizon-over' | 'acted-without-finding' | 'too-late';

export interface ScoredEpisode {
  raisedMs: EpochMs;
  horizonHours: number;
  minimumLeadHours: number;
}

/** What is known about an episode's device, component and failure mode. */
export interface EpisodeFacts {
  /** Failures of the mode on the component, in any order. */
  failuresMs: readonly EpochMs[];
  /** What the job that was opened for it found, and when; `isConfirmed` null = nobody could tell. */
  finding?: { isConfirmed: boolean | null; atMs: EpochMs };
  /** When somebody ended it without a finding (resolved by hand, a planned job on the component). */
  actedMs?: EpochMs;
}

export interface JudgedEpisode {
  outcome: EpisodeOutcome;
  basis: OutcomeBasis;
  failedMs: EpochMs | null;
  leadHours: number | null;
}

const without = (outcome: EpisodeOutcome, basis: OutcomeBasis): JudgedEpisode => ({
  outcome,
  basis,
  failedMs: null,
  leadHours: null,
});

/** `null`: it is too early to tell. */
export function judgeEpisode(episode: ScoredEpisode, facts: EpisodeFacts, nowMs: EpochMs): JudgedEpisode | null {
  const { raisedMs, horizonHours, minimumLeadHours } = episode;
  const { finding, actedMs = Number.POSITIVE_INFINITY } = facts;
  const endMs = raisedMs + horizonHours * HOUR_MS;
  // A failure that came before anybody acted speaks for itself.
  const untilMs = Math.min(endMs, actedMs, finding?.atMs ?? Number.POSITIVE_INFINITY);
  const failedMs = Math.min(...facts.failuresMs.filter((atMs) => atMs >= raisedMs && atMs <= untilMs));
  if (Number.isFinite(failedMs)) {
    const leadHours = (failedMs - raisedMs) / HOUR_MS;
    if (leadHours < minimumLeadHours) return { ...without('false-positive', 'too-late'), failedMs, leadHours };
    return { outcome: 'true-positive', basis: 'failure', failedMs, leadHours };
  }
  if (finding !== undefined) {
    if (finding.isConfirmed === null) return without('censored', 'acted-without-finding');
    return without(finding.isConfirmed ? 'true-positive' : 'false-positive', 'finding');
  }
  if (actedMs <= endMs) return without('censored', 'acted-without-finding');
  return nowMs > endMs ? without('false-positive', 'horizon-over') : null;
}

/** Was a failure warned of in time, by an episode whose window it lies in? If by none, it is a false negative. */
export function isWarnedOf(failedMs: EpochMs, episodes: readonly ScoredEpisode[]): boolean {
  return episodes.some(({ raisedMs, horizonHours, minimumLeadHours }) => {
    const leadHours = (failedMs - raisedMs) / HOUR_MS;
    return leadHours >= minimumLeadHours && leadHours <= horizonHours;
  });
}
