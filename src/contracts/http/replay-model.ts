// What the time machine says of a model besides the figures of every candidate: the jobs its prognoses would have led to, the models
// in force on the same history, and what it says of months that it did not learn from.
import { Type, type Static } from 'typebox';
import { Instant, Nullable, Choice } from './page.ts';
import { MODEL_KINDS, MODEL_MODES } from './models.ts';
import { Money } from '../money.ts';
import { Measured } from './scorecard.ts';

/** Episodes against failures, as domain scoring counts them. */
export const ReplayScore = Type.Object({
  alerts: Type.Integer(),
  truePositives: Type.Integer(),
  falsePositives: Type.Integer(),
  falseNegatives: Type.Integer(),
  /** Of these: averted by a predictive job before it would have spoken; whether it would have later nobody knows. */
  averted: Type.Integer(),
  /** Somebody acted and no finding is known. */
  censored: Type.Integer(),
  /** Too early to tell. */
  open: Type.Integer(),
  /** Speak of no failure mode, so that no failure can prove them right or wrong. */
  unscored: Type.Integer(),
  precision: Measured,
  recall: Measured,
  leadHours: Type.Object({ median: Nullable(Type.Number()), p10: Nullable(Type.Number()), n: Type.Integer() }),
  falseAlarmsPerDeviceYear: Measured,
});
export type ReplayScore = Static<typeof ReplayScore>;

/** In one currency, by the estimates that decide when to act. */
export const ReplayMoney = Type.Object({
  planned: Money,
  needless: Money,
  unplanned: Money,
  total: Money,
  /** Right ones x (unplanned - planned) - wrong ones x needless. */
  netAvoidance: Money,
});
export type ReplayMoney = Static<typeof ReplayMoney>;

export const JOB_FATES = ['opened', 'proposed', 'held', 'withdrawn', 'recorded', 'merged'] as const;
export type JobFateName = (typeof JOB_FATES)[number];

/** What its prognoses would have asked for, by p* of each: what became a job under the caps of stations, and what did not. */
export const ReplayJobs = Type.Object({
  opened: Type.Integer(),
  /** Asked of a person. */
  proposed: Type.Integer(),
  /** Waited for room at the end. */
  held: Type.Integer(),
  /** Their alert was over before there was room. */
  withdrawn: Type.Integer(),
  /** The model was in shadow. */
  recorded: Type.Integer(),
  /** A job for the same thing was open. */
  merged: Type.Integer(),
});
export type ReplayJobs = Static<typeof ReplayJobs>;

export const ReplayColumn = Type.Object({
  score: ReplayScore,
  /** Null: what really happened. */
  jobs: Nullable(ReplayJobs),
  money: Nullable(ReplayMoney),
});
export type ReplayColumn = Static<typeof ReplayColumn>;

const ModelName = Type.Object({ kind: Choice(MODEL_KINDS), version: Type.Integer() });

export const ModelReplay = Type.Object({
  /** What could follow from its prognoses; money is of the jobs they led to, a proposal counted as if it had been confirmed. */
  mode: Choice(MODEL_MODES),
  jobs: ReplayJobs,
  /** The same history under what is in force now; null: the candidate is. Without models: the detector alone. */
  inForce: Nullable(
    Type.Object({ models: Type.Array(ModelName), score: ReplayScore, jobs: ReplayJobs, money: Nullable(ReplayMoney) }),
  ),
  /** The months it learned from, null in them where nobody knows; null: it learns from no months. */
  learned: Nullable(
    Type.Object({
      from: Nullable(Instant),
      to: Nullable(Instant),
      /** How much of the time that was judged they are. */
      overlap: Choice(['none', 'part', 'all', 'unknown']),
    }),
  ),
  /** The part after the end of its training alone; null where there is none, or where all of it is. */
  unseen: Nullable(
    Type.Object({
      from: Instant,
      candidate: ReplayColumn,
      inForce: Nullable(ReplayColumn),
      actual: ReplayColumn,
      failures: Type.Integer(),
    }),
  ),
  /** Of a model of remaining life: how what it would have told turned out. */
  timeLeft: Nullable(
    Type.Object({
      answers: Type.Integer(),
      errorHours: Nullable(Type.Number()),
      errorN: Type.Integer(),
      /** Share of failures inside P10 to P90. */
      coverage: Measured,
    }),
  ),
});
export type ModelReplay = Static<typeof ModelReplay>;
