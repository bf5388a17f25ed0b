// Alert episodes of one device: opened once per cause, enriched at a bounded rate while the cause is found, ended when it is
// found no more, and kept quiet for the refractory time after that.
import { metricsOf } from '../../contracts/condition-tree.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { type FoundCause, causesOf } from './attribution.ts';
import { unusualFindings } from './channels/unusual-finding.ts';
import { isUnusualAt } from './channels/watch.ts';
import { type Finding, findingOf } from './finding.ts';
import { modelFindingOf } from './horizon/model-finding.ts';
import { JOINT_CAUSE, type JointFinding, jointFinding } from './multivariate/joint-finding.ts';
import { hasIncident } from './multivariate/watch.ts';
import { notePeersTold, peerFindings } from './multivariate/peers.ts';
import { causeOfMode, causeOfRule, type DevicePlan, isRuleCause, type ModePlan, type RulePlan } from './plan.ts';
import { beyondOf, ruleFindingOf } from './rules/rule-finding.ts';
import { SETTINGS } from './settings.ts';
import type { DeviceState, Episode } from './state.ts';
import { type UnitFinding, unitFindings } from './unit-finding.ts';
import type { MetricView } from './views.ts';

const { enrichEveryMs, worsening, refractoryMs, jointRefractoryMs } = SETTINGS;

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
  /** Left out: it does. A finding that is on its way back has nothing to add to what was said. */
  speaks?: boolean;
  findingAt: () => Finding;
  /** When it last had something new to say; left out: with every reading. */
  newsMs?: EpochMs;
}

/** Judges every cause at `nowMs`, changes the state's episodes in place and says what has to be told. */
export function judgeEpisodes(
  plan: DevicePlan,
  state: DeviceState,
  views: ReadonlyMap<string, MetricView>,
  nowMs: EpochMs,
): EpisodeEffect[] {
  const open = new Set(state.episodes.map(({ cause }) => cause));
  const signs = causesOf(plan, views, open).map((found) => signCandidate(plan, state, found, nowMs));
  const modelled = modelCandidates(plan, state, new Set(signs.map(({ subject }) => subject.cause)));
  const units = unitFindings(plan, state, nowMs).map(unitCandidate);
  const explained = new Set([...signs, ...units].flatMap(({ moved }) => moved));
  const unusual = unusualFindings(plan, state, views, { nowMs, explained }).map(unitCandidate);
  for (const { metric } of state.series.filter((series) => isUnusualAt(series, nowMs))) explained.add(metric);
  const unlike = peerFindings(plan, state, views, { nowMs, explained }).map(unitCandidate);
  const together = jointCandidates(state, jointFinding(plan, state, views, { nowMs, explained }));
  const candidates = [
    ...signs,
    ...modelled,
    ...units,
    ...unusual,
    ...together,
    ...unlike,
    ...ruleCandidates(plan, state),
  ];
  const effects = settle(plan, state, candidates, { nowMs, isMine: isAny });
  notePeersTold(state, nowMs);
  return effects;
}

const isAny = (): boolean => true;

/** Judges the rules alone, when time passed and nothing was heard. */
export function judgeRuleEpisodes(plan: DevicePlan, state: DeviceState, nowMs: EpochMs): EpisodeEffect[] {
  return settle(plan, state, ruleCandidates(plan, state), { nowMs, isMine: isRuleCause });
}

/** Ends, opens and enriches the episodes of the causes that `isMine` names; every other is left as it is. */
function settle(
  plan: DevicePlan,
  state: DeviceState,
  candidates: readonly Candidate[],
  { nowMs, isMine }: { nowMs: EpochMs; isMine: (cause: string) => boolean },
): EpisodeEffect[] {
  state.quiet = state.quiet.filter(({ cause, untilMs }) => untilMs > nowMs || !isMine(cause));
  if (candidates.length === 0 && state.episodes.length === 0) return [];
  const found = new Set(candidates.map(({ subject }) => subject.cause));
  const isOver = ({ cause }: Episode): boolean => !found.has(cause) && isMine(cause);
  const ended = state.episodes.filter(isOver);
  state.episodes = state.episodes.filter((episode) => !isOver(episode));
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
  cause === JOINT_CAUSE
    ? jointRefractoryMs
    : (plan.rules.find((rule) => causeOfRule(rule) === cause)?.refractoryMs ?? refractoryMs);

const signCandidate = (plan: DevicePlan, state: DeviceState, found: FoundCause, nowMs: EpochMs): Candidate => ({
  subject: { cause: found.cause, mode: found.mode, rule: null },
  moved: found.moved.map(({ metric }) => metric),
  worst: Math.max(...found.moved.map(({ score }) => Math.abs(score))),
  speaks: found.moved.some(({ score, side }) => score * side > 0),
  findingAt: () => {
    const answer = state.horizon?.answers.find((one) => one.component === found.mode?.component.code);
    return { ...findingOf(plan, found, nowMs), ...(answer === undefined ? {} : { answer }) };
  },
});

const unitCandidate = ({ cause, metric, finding, newsMs }: UnitFinding & { newsMs?: EpochMs }): Candidate => ({
  subject: { cause, mode: null, rule: null },
  moved: [metric],
  worst: finding.worst,
  findingAt: () => finding,
  ...(newsMs === undefined ? {} : { newsMs }),
});

/** Beside a failure that shows, gauges that are strange together are no news of their own. */
const jointCandidates = (state: DeviceState, found: JointFinding | null): Candidate[] =>
  found === null || !(isOpenOf(state, JOINT_CAUSE) || (found.isNews && !hasIncident(state)))
    ? []
    : [
        {
          subject: { cause: found.cause, mode: null, rule: null },
          moved: found.moved,
          worst: found.finding.worst,
          findingAt: () => found.finding,
          newsMs: found.newsMs,
        },
      ];

/** What a trained model says above its threshold, where no sign speaks of the same failure mode already. */
const modelCandidates = (plan: DevicePlan, state: DeviceState, taken: ReadonlySet<string>): Candidate[] =>
  (state.horizon?.answers ?? []).flatMap((answer) => {
    const cause = causeOfMode(answer.component, answer.failureMode);
    const mode = plan.modes.find((known) => known.cause === cause);
    if (!answer.isOver || mode === undefined || taken.has(cause)) return [];
    return {
      subject: { cause, mode, rule: null },
      moved: [],
      worst: answer.value,
      findingAt: () => modelFindingOf(plan, mode, answer),
      newsMs: answer.atMs,
    };
  });

const isOpenOf = ({ episodes }: DeviceState, cause: string): boolean => episodes.some((one) => one.cause === cause);

const ruleCandidates = (plan: DevicePlan, state: DeviceState): Candidate[] =>
  state.rules.flatMap((ruleState) => {
    const rule = plan.rules.find(({ id, version }) => id === ruleState.id && version === ruleState.version);
    if (!ruleState.isOn || rule === undefined) return [];
    return {
      subject: { cause: causeOfRule(rule), mode: null, rule },
      moved: metricsOf(rule.condition),
      worst: beyondOf(rule, ruleState),
      findingAt: () => ruleFindingOf(plan, rule, ruleState),
    };
  });

function openOrEnrich(state: DeviceState, candidate: Candidate, nowMs: EpochMs): EpisodeEffect | null {
  const { subject, moved, worst, findingAt, speaks = true } = candidate;
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
  if (!speaks) return null;
  const joined = moved.filter((metric) => !episode.moved.includes(metric));
  const hasNews = candidate.newsMs === undefined || candidate.newsMs > episode.enrichedMs;
  const isDue = hasNews && nowMs - episode.enrichedMs >= enrichEveryMs;
  if (!isDue && joined.length === 0 && worst < episode.worst * worsening) return null;
  episode.enrichedMs = nowMs;
  episode.worst = Math.max(episode.worst, worst);
  episode.moved.push(...joined);
  return { kind: 'enrich', atMs: nowMs, subject, finding: findingAt(), episode };
}
