// The time machine: what a rule version or a model would have done on stored history, held against what really happened.
import { Type, type Static } from 'typebox';
import { Money } from '../money.ts';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import { SEVERITIES } from '../work-order-states.ts';
import { MODEL_KINDS } from './models.ts';
import { Choice, Instant, Nullable, PageQuery } from './page.ts';
import { Measured } from './scorecard.ts';

export const NewReplay = Type.Object({
  /** Of a rule: absent = the newest. */
  version: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Absent: a year before `to`. */
  from: Type.Optional(Instant),
  /** Absent: now. */
  to: Type.Optional(Instant),
});
export type NewReplay = Static<typeof NewReplay>;

export const REPLAY_STATES = ['queued', 'running', 'finished', 'failed', 'cancelled'] as const;
export const EPISODE_OUTCOMES = ['true-positive', 'false-positive', 'censored', 'open', 'unscored'] as const;

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

export const ReplayedEpisode = Type.Object({
  device: Code,
  raisedAt: Instant,
  clearedAt: Nullable(Instant),
  severity: Choice(SEVERITIES),
  reason: Text,
  outcome: Choice(EPISODE_OUTCOMES),
  failedAt: Nullable(Instant),
  leadHours: Nullable(Type.Number()),
  /** It would have paid to open a job for it. */
  opensJob: Type.Boolean(),
});
export type ReplayedEpisode = Static<typeof ReplayedEpisode>;

/** Something that really happened; `id` is of the alert or the work order. */
export const Happened = Type.Object({
  kind: Choice(['alert', 'job', 'failure']),
  device: Code,
  at: Instant,
  id: Type.Integer(),
  title: Text,
  /** Of a job: what was found. */
  confirmed: Nullable(Type.Boolean()),
  /** A failure, or what a predictive job averted, that the candidate would not have warned of by then. */
  missed: Type.Boolean(),
});
export type Happened = Static<typeof Happened>;

export const ReplayResult = Type.Object({
  devices: Type.Integer(),
  /** When the first of them was first heard in this time; null: none was. */
  heardFrom: Nullable(Instant),
  /** From each device's own first reading on. */
  deviceYears: Type.Number(),
  readings: Type.Integer(),
  /** Device-months judged by hourly means because their readings are too many. */
  thinned: Type.Integer(),
  /** Failure modes that can prove it right or wrong. */
  failureModes: Type.Array(Type.Object({ component: Code, failureMode: Code, name: Text })),
  candidate: ReplayScore,
  actual: ReplayScore,
  failures: Type.Integer(),
  /** Jobs it would have opened, and predictive jobs there were. */
  jobs: Type.Object({ candidate: Type.Integer(), actual: Type.Integer() }),
  /** Probability that one of its alerts is right, from this history, and the mean p* above which a job pays. */
  probability: Nullable(Type.Number()),
  threshold: Nullable(Type.Number()),
  /** Null where master data cannot price it, or in several currencies. */
  money: Nullable(Type.Object({ candidate: ReplayMoney, actual: ReplayMoney })),
  /** The first of them. */
  episodes: Type.Array(ReplayedEpisode),
  happened: Type.Array(Happened),
});
export type ReplayResult = Static<typeof ReplayResult>;

export const Replay = Type.Object({
  id: Type.Integer(),
  rule: Nullable(Type.Integer()),
  version: Nullable(Type.Integer()),
  model: Nullable(Type.String()),
  from: Instant,
  to: Instant,
  state: Choice(REPLAY_STATES),
  /** Devices judged, of how many. */
  done: Type.Integer(),
  total: Type.Integer(),
  askedBy: Type.String(),
  askedAt: Instant,
  finishedAt: Nullable(Instant),
  error: Nullable(Type.String()),
  result: Nullable(ReplayResult),
});
export type Replay = Static<typeof Replay>;

export const ReplayQuery = Type.Interface([PageQuery], {
  rule: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Kind of the model. */
  model: Type.Optional(Choice(MODEL_KINDS)),
});
export type ReplayQuery = Static<typeof ReplayQuery>;
