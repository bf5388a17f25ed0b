// The time machine: what a rule version or a model would have done on stored history, held against what really happened.
import { Type, type Static } from 'typebox';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import { SEVERITIES } from '../work-order-states.ts';
import { MODEL_KINDS, MODEL_MODES } from './models.ts';
import { Choice, Instant, Nullable, PageQuery } from './page.ts';
import { JOB_FATES, ModelReplay, ReplayMoney, ReplayScore } from './replay-model.ts';

export const NewReplay = Type.Object({
  /** Of a rule: absent = the newest. */
  version: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Absent: a year before `to`. */
  from: Type.Optional(Instant),
  /** Absent: now. */
  to: Type.Optional(Instant),
  /** Of a model, what may follow from its prognoses. Absent: what may now if it is in force, else `auto`. */
  mode: Type.Optional(Choice(MODEL_MODES)),
});
export type NewReplay = Static<typeof NewReplay>;

export const REPLAY_STATES = ['queued', 'running', 'finished', 'failed', 'cancelled'] as const;
export const EPISODE_OUTCOMES = ['true-positive', 'false-positive', 'censored', 'open', 'unscored'] as const;

export const ReplayedEpisode = Type.Object({
  device: Code,
  raisedAt: Instant,
  clearedAt: Nullable(Instant),
  severity: Choice(SEVERITIES),
  reason: Text,
  outcome: Choice(EPISODE_OUTCOMES),
  failedAt: Nullable(Instant),
  leadHours: Nullable(Type.Number()),
  /** It would have paid to open a job for it; of a model: one would have been opened, or proposed. */
  opensJob: Type.Boolean(),
  /** Of a model: how likely it said a failure is, against p*, and what became of the job it asked for. */
  prognosis: Type.Optional(
    Type.Object({
      probability: Type.Number(),
      threshold: Nullable(Type.Number()),
      job: Nullable(Choice(JOB_FATES)),
    }),
  ),
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
  /**
   * Probability that one of its alerts is right, from this history, and the mean p* above which a job pays. Of a model there is none:
   * each of its prognoses has its own.
   */
  probability: Nullable(Type.Number()),
  threshold: Nullable(Type.Number()),
  /** Null where master data cannot price it, or in several currencies. */
  money: Nullable(Type.Object({ candidate: ReplayMoney, actual: ReplayMoney })),
  /** The first of them. */
  episodes: Type.Array(ReplayedEpisode),
  happened: Type.Array(Happened),
  /** Of a model alone. */
  modelled: Type.Optional(ModelReplay),
});
export type ReplayResult = Static<typeof ReplayResult>;

export const Replay = Type.Object({
  id: Type.Integer(),
  rule: Nullable(Type.Integer()),
  version: Nullable(Type.Integer()),
  model: Nullable(Type.String()),
  modelId: Nullable(Type.Integer()),
  modelVersion: Nullable(Type.Integer()),
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
  modelId: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type ReplayQuery = Static<typeof ReplayQuery>;
