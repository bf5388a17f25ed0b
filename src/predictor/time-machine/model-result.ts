// What the time machine says of a model: the jobs its prognoses would have led to under the caps of stations, in episodes and in money,
// beside the models in force and what happened; and the same of the months that it did not learn from.
import type { ModelKindName, ModelMode } from '../../contracts/http/models.ts';
import type { ModelReplay, ReplayColumn, ReplayMoney } from '../../contracts/http/replay-model.ts';
import { type EpochMs, HOUR_MS, isoOf } from '../../contracts/time.ts';
import { type Said, scoreEpisodes, type ScoredSpan, type Target } from '../core/time-machine/compare.ts';
import { fatesOf, type JobFate, type JobOffer } from '../core/time-machine/job-room.ts';
import { type SaidTimeLeft, scoreTimeLeft } from '../core/time-machine/time-left-score.ts';
import type { Past } from './facts.ts';
import { currencyOf, jobsOf, moneyView, scoreOf } from './score-view.ts';
import type { Told } from './told.ts';

export interface Learned {
  fromMs: EpochMs | null;
  toMs: EpochMs | null;
}

/** What one set of models would have said. */
export interface Column {
  told: readonly Told[];
  said: readonly SaidTimeLeft[];
}

export interface ModelOutcome {
  mode: ModelMode;
  /** `null`: it learns from no months. */
  learned: Learned | null;
  hasTimeLeft: boolean;
  inForce: (Column & { models: { kind: ModelKindName; version: number }[] }) | null;
  caps: ReadonlyMap<string, number>;
}

interface Judging {
  past: Past;
  targets: readonly Target[];
  span: ScoredSpan;
  /** Of device-years from an instant on. */
  deviceYearsFrom: (fromMs: EpochMs) => number;
}

/** Episodes with what became of the job each asked for, and the jobs as if they had been done: later than their alerts. */
export interface ActedOn {
  fates: ReadonlyMap<Told, JobFate>;
  jobs: Said[];
}

export function actOn(told: readonly Told[], past: Past, caps: ReadonlyMap<string, number>, toMs: EpochMs): ActedOn {
  const asking = told.filter(({ history }) => history.offer !== null);
  const fates = fatesOf(
    asking.map((one) => offerOf(one, past)),
    caps,
    toMs,
  );
  const jobs = asking.flatMap((one, index): Said[] => {
    const fate = fates[index] as JobFate;
    return 'atMs' in fate ? [{ ...one, raisedMs: fate.atMs }] : [];
  });
  return { fates: new Map(asking.map((one, index) => [one, fates[index] as JobFate])), jobs };
}

/** A job counts as open until somebody really saw to the component, at most for the horizon of its prognosis. */
function offerOf({ device, station, history }: Told, { facts }: Past): JobOffer {
  const { offer, component, failureMode, clearedMs } = history;
  const { madeMs, decision, prognosis } = offer as NonNullable<typeof offer>;
  const known = facts.get(device);
  const seenTo = [...(known?.failures ?? []), ...(known?.findings ?? []), ...(known?.acts ?? [])]
    .filter((one) => one.component === component && one.atMs >= madeMs)
    .map(({ atMs }) => atMs);
  return {
    key: `${device} ${component} ${failureMode}`,
    station,
    madeMs,
    overMs: clearedMs,
    doneMs: Math.min(madeMs + prognosis.horizonHours * HOUR_MS, ...seenTo),
    valueMinor: prognosis.valueAtRiskMinor ?? 0n,
    decision,
  };
}

export function columnOf(told: readonly Told[], acted: ActedOn, judging: Judging): ReplayColumn {
  const { span } = judging;
  const fates = told.filter(({ raisedMs }) => raisedMs >= span.fromMs).flatMap((one) => acted.fates.get(one) ?? []);
  return { score: scoreIn(told, judging), jobs: jobsOf(fates), money: moneyIn(acted.jobs, judging) };
}

const scoreIn = (said: readonly Said[], { past, targets, span, deviceYearsFrom }: Judging): ReplayColumn['score'] =>
  scoreOf(scoreEpisodes(said, past.facts, targets, span), deviceYearsFrom(span.fromMs));

export function moneyIn(jobs: readonly Said[], { past, targets, span }: Judging): ReplayMoney | null {
  const currency = currencyOf(past);
  return currency === null ? null : moneyView(scoreEpisodes(jobs, past.facts, targets, span), currency);
}

export function modelReplayOf(
  candidate: Column & { acted: ActedOn },
  { mode, learned, inForce, caps, hasTimeLeft }: ModelOutcome,
  judging: Judging,
): ModelReplay {
  const { span, past } = judging;
  const other = inForce === null ? null : { ...inForce, acted: actOn(inForce.told, past, caps, span.toMs) };
  const inForceColumn = other === null ? null : columnOf(other.told, other.acted, judging);
  const actual = (within: Judging): ReplayColumn => ({
    score: scoreIn(past.alerts, within),
    jobs: null,
    money: moneyIn(past.jobs, within),
  });
  const unseenFromMs = learned?.toMs ?? null;
  const isPart = unseenFromMs !== null && unseenFromMs > span.fromMs && unseenFromMs < span.toMs;
  const after: Judging = { ...judging, span: { ...span, fromMs: unseenFromMs ?? span.fromMs } };
  return {
    mode,
    jobs: jobsOf([...candidate.acted.fates.values()]),
    inForce:
      other === null || inForceColumn === null
        ? null
        : { models: other.models, ...inForceColumn, jobs: jobsOf([...other.acted.fates.values()]) },
    learned: learned === null ? null : learnedView(learned, span),
    unseen: isPart
      ? {
          from: isoOf(after.span.fromMs),
          candidate: columnOf(candidate.told, candidate.acted, after),
          inForce: other === null ? null : columnOf(other.told, other.acted, after),
          actual: actual(after),
          failures: past.ends.filter(({ failedMs }) => failedMs >= after.span.fromMs).length,
        }
      : null,
    timeLeft: hasTimeLeft ? scoreTimeLeft(candidate.said, past.ends) : null,
  };
}

function learnedView({ fromMs, toMs }: Learned, span: ScoredSpan): NonNullable<ModelReplay['learned']> {
  const view = { from: fromMs === null ? null : isoOf(fromMs), to: toMs === null ? null : isoOf(toMs) };
  if (toMs === null) return { ...view, overlap: 'unknown' };
  if (toMs <= span.fromMs || (fromMs !== null && fromMs >= span.toMs)) return { ...view, overlap: 'none' };
  return { ...view, overlap: toMs >= span.toMs ? 'all' : 'part' };
}
