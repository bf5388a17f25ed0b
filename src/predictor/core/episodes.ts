// Alert episodes of one device: opened once per cause, enriched at a bounded rate while the cause is found, ended when it is
// found no more, and kept quiet for the refractory time after that.
import type { EpochMs } from '../../contracts/time.ts';
import { type FoundCause, causesOf } from './attribution.ts';
import { type Finding, findingOf, ruleFindingOf } from './finding.ts';
import { causeOfRule, type DevicePlan, type ModePlan, type RulePlan } from './plan.ts';
import { SETTINGS } from './settings.ts';
import type { DeviceState, Episode, RuleState } from './state.ts';
import type { MetricView } from './views.ts';

const { enrichEveryMs, worsening, refractoryMs } = SETTINGS;

export interface Subject {
  cause: string;
  mode: ModePlan | null;
  rule: RulePlan | null;
}

export type EpisodeEffect =
  | { kind: 'raise' | 'enrich'; atMs: EpochMs; subject: Subject; finding: Finding; episode: Episode }
  | { kind: 'clear'; atMs: EpochMs; cause: string };

interface Candidate {
  subject: Subject;
  moved: string[];
  worst: number;
  findingAt: () => Finding;
}

/** Judges every cause at `nowMs`, changes the state's episodes in place and says what has to be told. */
export function judgeEpisodes(
  plan: DevicePlan,
  state: DeviceState,
  views: ReadonlyMap<string, MetricView>,
  nowMs: EpochMs,
): EpisodeEffect[] {
  const open = new Set(state.episodes.map(({ cause }) => cause));
  const candidates = [
    ...causesOf(plan, views, open).map((found) => signCandidate(plan, found, nowMs)),
    ...ruleCandidates(plan, state),
  ];
  const found = new Set(candidates.map(({ subject }) => subject.cause));
  const ended = state.episodes.filter(({ cause }) => !found.has(cause));
  state.episodes = state.episodes.filter(({ cause }) => found.has(cause));
  state.quiet = state.quiet.filter(({ untilMs }) => untilMs > nowMs);
  for (const { cause } of ended) keepQuiet(state, cause, nowMs + refractoryOf(plan, cause));
  return [
    ...ended.map(({ cause }): EpisodeEffect => ({ kind: 'clear', atMs: nowMs, cause })),
    ...candidates.flatMap((candidate) => openOrEnrich(state, candidate, nowMs) ?? []),
  ];
}

/** No new episode of `cause` before `untilMs`; the later of two such times counts. */
export function keepQuiet(state: DeviceState, cause: string, untilMs: EpochMs): void {
  const known = state.quiet.find((quiet) => quiet.cause === cause);
  if (known === undefined) state.quiet.push({ cause, untilMs });
  else known.untilMs = Math.max(known.untilMs, untilMs);
}

const refractoryOf = (plan: DevicePlan, cause: string): number =>
  plan.rules.find(({ id }) => causeOfRule(id) === cause)?.refractoryMs ?? refractoryMs;

const signCandidate = (plan: DevicePlan, found: FoundCause, nowMs: EpochMs): Candidate => ({
  subject: { cause: found.cause, mode: found.mode, rule: null },
  moved: found.moved.map(({ metric }) => metric),
  worst: Math.max(...found.moved.map(({ score }) => Math.abs(score))),
  findingAt: () => findingOf(plan, found, nowMs),
});

function ruleCandidates(plan: DevicePlan, state: DeviceState): Candidate[] {
  return plan.rules.flatMap((rule) => {
    const ruleState = state.rules.find(({ id }) => id === rule.id);
    if (!ruleState?.isOn) return [];
    return {
      subject: { cause: causeOfRule(rule.id), mode: null, rule },
      moved: [rule.condition.metric],
      worst: beyondOf(rule, ruleState),
      findingAt: () => ruleFindingOf(rule, ruleState),
    };
  });
}

/** How far beyond its limit the value has been, so that an episode which gets worse says so at once. */
const beyondOf = ({ condition }: RulePlan, { worst }: RuleState): number =>
  Math.abs(worst - ('above' in condition ? condition.above : condition.below));

function openOrEnrich(state: DeviceState, candidate: Candidate, nowMs: EpochMs): EpisodeEffect | null {
  const { subject, moved, worst, findingAt } = candidate;
  const episode = state.episodes.find(({ cause }) => cause === subject.cause);
  if (episode === undefined) {
    if (state.quiet.some(({ cause }) => cause === subject.cause)) return null;
    const opened: Episode = {
      cause: subject.cause,
      openedMs: nowMs,
      enrichedMs: nowMs,
      worst,
      moved,
      triggered: false,
    };
    state.episodes.push(opened);
    return { kind: 'raise', atMs: nowMs, subject, finding: findingAt(), episode: opened };
  }
  const joined = moved.filter((metric) => !episode.moved.includes(metric));
  const isDue = nowMs - episode.enrichedMs >= enrichEveryMs;
  if (!isDue && joined.length === 0 && worst < episode.worst * worsening) return null;
  episode.enrichedMs = nowMs;
  episode.worst = Math.max(episode.worst, worst);
  episode.moved.push(...joined);
  return { kind: 'enrich', atMs: nowMs, subject, finding: findingAt(), episode };
}
