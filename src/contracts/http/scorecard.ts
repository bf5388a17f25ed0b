// What predictions turned out to be worth: counts, rates with their intervals and n, and money, by model, product or failure mode.
import { Type, type Static } from 'typebox';
import { Money } from '../money.ts';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import { Choice, Instant, Nullable, PageQuery } from './page.ts';

/** A measured share or rate with its 80 % interval; null where n is 0. */
export const Measured = Type.Object({
  value: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  n: Type.Integer(),
});
export type Measured = Static<typeof Measured>;

export const SCORECARD_GROUPS = ['model', 'month', 'product', 'failure-mode', 'device'] as const;
export type ScorecardGroup = (typeof SCORECARD_GROUPS)[number];

export const ScorecardRow = Type.Object({
  /** What it is the figures of: a model and version, a version in a month, a product, a failure mode, a device. */
  key: Type.String(),
  /** Of the product or the failure mode; null where it is a model's row. */
  name: Nullable(Text),
  model: Nullable(Type.String()),
  modelVersion: Nullable(Type.String()),
  isShadow: Type.Boolean(),
  product: Nullable(Type.String()),
  component: Nullable(Type.String()),
  failureMode: Nullable(Type.String()),
  device: Nullable(Type.String()),
  /** In which a version said so, YYYY-MM. */
  month: Nullable(Type.String()),
  truePositives: Type.Integer(),
  falsePositives: Type.Integer(),
  falseNegatives: Type.Integer(),
  censored: Type.Integer(),
  /** Said, and too early to tell. */
  open: Type.Integer(),
  precision: Measured,
  recall: Measured,
  /** Hours from the first warning to the failure, of failures that came: median and the 10 % shortest. */
  leadHours: Type.Object({ median: Nullable(Type.Number()), p10: Nullable(Type.Number()), n: Type.Integer() }),
  falseAlarmsPerDeviceYear: Measured,
  deviceYears: Type.Number(),
  /** One entry a currency; episodes whose costs nobody knew are counted as unpriced. */
  worth: Type.Array(
    Type.Object({
      /** Right ones x (unplanned - planned), all as estimated when the warning was raised. */
      gross: Money,
      falseAlarmCost: Money,
      net: Money,
      /** Net with those right ones alone that a finding confirmed. */
      conservative: Money,
      n: Type.Integer(),
      /** Net with what the jobs really cost in the place of the estimates: of `n` of them something was captured. */
      actual: Type.Object({ net: Money, n: Type.Integer() }),
    }),
  ),
  unpriced: Type.Integer(),
});
export type ScorecardRow = Static<typeof ScorecardRow>;

export const ScorecardQuery = Type.Object({
  by: Type.Optional(Choice(SCORECARD_GROUPS)),
  product: Type.Optional(Code),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
});
export type ScorecardQuery = Static<typeof ScorecardQuery>;

export const Scorecard = Type.Object({
  by: Choice(SCORECARD_GROUPS),
  from: Nullable(Instant),
  to: Instant,
  rows: Type.Array(ScorecardRow),
});
export type Scorecard = Static<typeof Scorecard>;

export const PredictionEpisode = Type.Object({
  id: Type.Integer(),
  device: Code,
  product: Code,
  component: Type.String(),
  failureMode: Type.String(),
  model: Type.String(),
  modelVersion: Type.String(),
  isShadow: Type.Boolean(),
  alertId: Nullable(Type.Integer()),
  raisedAt: Instant,
  probability: Type.Number(),
  peakProbability: Type.Number(),
  outcome: Nullable(Choice(['true-positive', 'false-positive', 'censored'])),
  basis: Nullable(Choice(['finding', 'failure', 'horizon-over', 'acted-without-finding', 'too-late'])),
  judgedAt: Nullable(Instant),
  failedAt: Nullable(Instant),
  leadHours: Nullable(Type.Number()),
  workOrderId: Nullable(Type.Integer()),
});
export type PredictionEpisode = Static<typeof PredictionEpisode>;

export const EpisodeQuery = Type.Interface([PageQuery], {
  product: Type.Optional(Code),
  model: Type.Optional(Type.String({ maxLength: 64 })),
  version: Type.Optional(Type.String({ maxLength: 64 })),
  outcome: Type.Optional(Choice(['true-positive', 'false-positive', 'censored', 'open'])),
});
export type EpisodeQuery = Static<typeof EpisodeQuery>;
