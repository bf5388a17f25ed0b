// The answer of the time machine: two columns of the same figures, and what is behind them.
import type { Happened, ReplayedEpisode, ReplayResult } from '../../contracts/http/replays.ts';
import { type EpochMs, isoOf } from '../../contracts/time.ts';
import { triggerThreshold } from '../core/prognosis.ts';
import {
  type Comparison,
  paysOff,
  probabilityOf,
  type Said,
  type ScoredSaid,
  scoreEpisodes,
  type Target,
} from '../core/time-machine/compare.ts';
import type { JobFate } from '../core/time-machine/job-room.ts';
import type { SaidTimeLeft } from '../core/time-machine/time-left-score.ts';
import type { Past } from './facts.ts';
import { type ActedOn, actOn, type ModelOutcome, modelReplayOf, moneyIn } from './model-result.ts';
import { currencyOf, moneyView, scoreOf } from './score-view.ts';
import type { Told } from './told.ts';

export interface Outcome {
  targets: readonly Target[];
  failureModes: ReplayResult['failureModes'];
  told: readonly Told[];
  /** Time left as the candidate told it, where it does. */
  said: readonly SaidTimeLeft[];
  past: Past;
  span: { fromMs: EpochMs; toMs: EpochMs };
  devices: number;
  /** When each was first heard. */
  heard: ReadonlyMap<string, EpochMs>;
  readings: number;
  thinned: number;
  /** `null`: the candidate is a rule. */
  model: ModelOutcome | null;
}

/** Lines of each list in the answer; the figures count all of them. */
const MOST_LINES = 500;
const YEAR_MS = 365.25 * 86_400_000;

export function resultOf(outcome: Outcome): ReplayResult {
  const { targets, failureModes, told, past, span, devices, heard, readings, thinned, model } = outcome;
  const deviceYearsFrom = (fromMs: EpochMs): number =>
    [...heard.values()].reduce((sum, heardMs) => sum + (span.toMs - Math.max(heardMs, fromMs)) / YEAR_MS, 0);
  const deviceYears = deviceYearsFrom(span.fromMs);
  const candidate = scoreEpisodes(told, past.facts, targets, span);
  const actual = scoreEpisodes(past.alerts, past.facts, targets, span);
  const judging = { past, targets, span, deviceYearsFrom };
  const acted = model === null ? null : actOn(told, past, model.caps, span.toMs);
  const acting = acted === null ? actingOf(candidate) : actingOfModel(acted);
  const heardFromMs = heard.size === 0 ? null : Math.min(...heard.values());
  return {
    devices,
    heardFrom: heardFromMs === null ? null : isoOf(heardFromMs),
    deviceYears,
    readings,
    thinned,
    failureModes,
    candidate: scoreOf(candidate, deviceYears),
    actual: scoreOf(actual, deviceYears),
    failures: past.happened.filter(({ kind }) => kind === 'failure').length,
    jobs: { candidate: candidate.scored.filter(acting.opensJob).length, actual: past.jobs.length },
    probability: acting.probability,
    threshold: acting.threshold,
    money: acted === null ? moneyOfAlerts(past, candidate, actual) : moneyOfJobs(acted, judging),
    episodes: candidate.scored.slice(0, MOST_LINES).map((one) => episodeView(one, acting)),
    happened: happenedView(past.happened, candidate),
    ...(model === null || acted === null
      ? {}
      : { modelled: modelReplayOf({ told, said: outcome.said, acted }, model, judging) }),
  };
}

interface Acting {
  probability: number | null;
  threshold: number | null;
  opensJob: (scored: ScoredSaid<Told>) => boolean;
  fateOf: (told: Told) => JobFate | null;
}

/** What says no probability itself is as likely right as this history says, and each of its alerts is acted on that pays. */
function actingOf({ tally, scored }: Comparison<Told>): Acting {
  const isJudged = tally.truePositives + tally.falsePositives > 0;
  const probability = isJudged ? probabilityOf(tally) : null;
  const thresholds = scored.flatMap(({ costs }) => (costs === null ? [] : (triggerThreshold(costs) ?? [])));
  const threshold = thresholds.length === 0 ? null : thresholds.reduce((sum, one) => sum + one, 0) / thresholds.length;
  return {
    probability,
    threshold,
    opensJob: ({ costs }) => probability !== null && paysOff(probability, costs),
    fateOf: () => null,
  };
}

function actingOfModel({ fates }: ActedOn): Acting {
  const fateOf = (told: Told): JobFate | null => fates.get(told) ?? null;
  const opensJob = ({ episode }: ScoredSaid<Told>): boolean =>
    ['opened', 'proposed'].includes(fateOf(episode)?.state ?? '');
  return { probability: null, threshold: null, opensJob, fateOf };
}

const happenedView = (happened: readonly Happened[], { missed }: Comparison<Said>): Happened[] => {
  const jobs = new Set(missed.map(({ job }) => job));
  return happened.slice(0, MOST_LINES).map((one) => ({ ...one, missed: one.kind !== 'alert' && jobs.has(one.id) }));
};

/** As if each alert had been acted on. */
function moneyOfAlerts(past: Past, candidate: Comparison<Said>, actual: Comparison<Said>): ReplayResult['money'] {
  const currency = currencyOf(past);
  if (currency === null) return null;
  return { candidate: moneyView(candidate, currency), actual: moneyView(actual, currency) };
}

/** What was not acted on fails as it did, whoever warned of it. */
function moneyOfJobs({ jobs }: ActedOn, judging: Parameters<typeof moneyIn>[1]): ReplayResult['money'] {
  const candidate = moneyIn(jobs, judging);
  const actual = moneyIn(judging.past.jobs, judging);
  return candidate === null || actual === null ? null : { candidate, actual };
}

function episodeView(scored: ScoredSaid<Told>, acting: Acting): ReplayedEpisode {
  const { episode, judged } = scored;
  const { history, device } = episode;
  const known = judged === null || judged === 'open' ? null : judged;
  const prognosis = history.offer?.prognosis ?? history.prognosis;
  return {
    device,
    raisedAt: isoOf(history.raisedMs),
    clearedAt: history.clearedMs === null ? null : isoOf(history.clearedMs),
    severity: history.severity,
    reason: history.reason,
    outcome: judged === null ? 'unscored' : judged === 'open' ? 'open' : judged.outcome,
    failedAt: known?.failedMs == null ? null : isoOf(known.failedMs),
    leadHours: known?.leadHours ?? null,
    opensJob: acting.opensJob(scored),
    ...(prognosis === null
      ? {}
      : {
          prognosis: {
            probability: prognosis.probability.value,
            threshold: prognosis.threshold,
            job: acting.fateOf(episode)?.state ?? null,
          },
        }),
  };
}
