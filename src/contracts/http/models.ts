// Models that judge devices: versions with what they were trained on and how good they are, trainings under way, and drift.
import { Type, type Static } from 'typebox';
import { Code } from '../product.ts';
import { Text, WORDS_PATTERN } from '../text.ts';
import { Choice, Instant, Nullable, PageQuery } from './page.ts';

export const MODEL_KINDS = ['sign-drift', 'horizon', 'remaining-life'] as const;
export type ModelKindName = (typeof MODEL_KINDS)[number];
export const MODEL_STATES = ['draft', 'shadow', 'active', 'retired'] as const;
export type ModelState = (typeof MODEL_STATES)[number];
/** What may follow from a model in force: its record alone, a proposal to a person, a work order. */
export const MODEL_MODES = ['shadow', 'suggest', 'auto'] as const;
export type ModelMode = (typeof MODEL_MODES)[number];

/** One bin of the reliability diagram: what was said against what happened, with the 80 % interval of the latter. */
export const ReliabilityBin = Type.Object({
  from: Type.Number(),
  to: Type.Number(),
  n: Type.Integer(),
  mean: Type.Number(),
  observed: Type.Number(),
  low: Type.Number(),
  high: Type.Number(),
});
export type ReliabilityBin = Static<typeof ReliabilityBin>;

/** On held-out devices and time; a figure that could not be measured is null. */
export const ModelFigures = Type.Object({
  rows: Type.Integer(),
  positives: Nullable(Type.Integer()),
  failures: Nullable(Type.Integer()),
  auc: Nullable(Type.Number()),
  averagePrecision: Nullable(Type.Number()),
  precision: Nullable(Type.Number()),
  recall: Nullable(Type.Number()),
  brier: Nullable(Type.Number()),
  brierSkill: Nullable(Type.Number()),
  /** Mean absolute error in hours, and the share of truths inside P10 to P90, of remaining life. */
  errorHours: Nullable(Type.Number()),
  coverage: Nullable(Type.Number()),
  reliability: Type.Array(ReliabilityBin),
});
export type ModelFigures = Static<typeof ModelFigures>;

export const TrainedOn = Type.Object({
  from: Nullable(Instant),
  to: Nullable(Instant),
  devices: Type.Integer(),
  rows: Type.Integer(),
  positives: Type.Integer(),
  failures: Type.Integer(),
  seed: Type.Integer(),
});
export type TrainedOn = Static<typeof TrainedOn>;

export const ModelChange = Type.Object({
  at: Instant,
  actor: Type.String(),
  change: Type.String(),
  mode: Nullable(Choice(MODEL_MODES)),
  note: Nullable(Type.String()),
});
export type ModelChange = Static<typeof ModelChange>;

export const InputDrift = Type.Object({
  name: Text,
  /** Stability index, and how far it may go: as far as a stretch of the training set went from the whole of it. */
  psi: Type.Number(),
  limit: Type.Number(),
  /** Part of the model's questions that go to it. */
  use: Type.Number(),
});
export type InputDrift = Static<typeof InputDrift>;

export const DriftFigures = Type.Object({
  at: Instant,
  /** Population stability index of the probabilities said lately against those of the weeks after activation. */
  scorePsi: Nullable(Type.Number()),
  scoreRows: Type.Integer(),
  /** Brier score over prognoses whose horizon has passed, and of always saying the base rate. */
  brier: Nullable(Type.Number()),
  brierOfBaseRate: Nullable(Type.Number()),
  brierRows: Type.Integer(),
  /** Share of realised times to failure inside P10 to P90. */
  coverage: Nullable(Type.Number()),
  coverageRows: Type.Integer(),
  scorePsiLimit: Type.Number(),
  coverageLimit: Type.Number(),
  /** Inputs of late against those it was trained on, the farthest over its limit first; empty where there is too little. */
  inputs: Type.Array(InputDrift),
  inputRows: Type.Integer(),
  /** Why it should be trained anew; null: no reason to. */
  proposal: Nullable(Text),
});
export type DriftFigures = Static<typeof DriftFigures>;

/** Probabilities over time of a device, instants in milliseconds, and the horizon before each of its failures. */
export const ScoreTrace = Type.Object({
  device: Type.String(),
  component: Type.String(),
  threshold: Type.Number(),
  atMs: Type.Array(Type.Number()),
  probability: Type.Array(Type.Number()),
  windows: Type.Array(Type.Object({ fromMs: Type.Number(), toMs: Type.Number() })),
});
export type ScoreTrace = Static<typeof ScoreTrace>;

/** What was told of a life against what was left of it, hours, step by step. */
export const ToldLife = Type.Object({
  life: Type.String(),
  leftHours: Type.Array(Type.Number()),
  p10: Type.Array(Type.Number()),
  p50: Type.Array(Type.Number()),
  p90: Type.Array(Type.Number()),
});
export type ToldLife = Static<typeof ToldLife>;

export const PLOT_ORIGINS = ['training', 'evaluation'] as const;

export const PlottedModel = Type.Object({
  traces: Type.Array(ScoreTrace),
  lives: Type.Array(ToldLife),
  /** More left than this is told as "more than". */
  capHours: Nullable(Type.Number()),
});
export type PlottedModel = Static<typeof PlottedModel>;

/** Of devices and lives the model had not seen: held out of its training, or known since. */
export const ModelPlots = Type.Interface([PlottedModel], { origin: Choice(PLOT_ORIGINS), at: Instant });
export type ModelPlots = Static<typeof ModelPlots>;

export const Model = Type.Object({
  id: Type.Integer(),
  kind: Choice(MODEL_KINDS),
  /** null: every product. */
  product: Nullable(Code),
  component: Nullable(Type.String()),
  version: Type.Integer(),
  state: Choice(MODEL_STATES),
  mode: Choice(MODEL_MODES),
  contentHash: Type.String(),
  contentBytes: Type.Integer(),
  codeVersion: Type.String(),
  author: Type.String(),
  approver: Nullable(Type.String()),
  createdAt: Instant,
  trainedOn: Nullable(TrainedOn),
  figures: Nullable(ModelFigures),
  /** Why the content could not be loaded; the last good version judges instead. */
  refused: Nullable(Type.String()),
  drift: Nullable(DriftFigures),
});
export type Model = Static<typeof Model>;

export const ModelDetail = Type.Object({
  model: Model,
  history: Type.Array(ModelChange),
  drift: Type.Array(DriftFigures),
});
export type ModelDetail = Static<typeof ModelDetail>;

export const ModelQuery = Type.Interface([PageQuery], {
  kind: Type.Optional(Choice(MODEL_KINDS)),
  product: Type.Optional(Code),
  state: Type.Optional(Choice(MODEL_STATES)),
});
export type ModelQuery = Static<typeof ModelQuery>;

const Note = Type.String({ pattern: WORDS_PATTERN, maxLength: 500 });
export const ActivateModel = Type.Object({ mode: Choice(MODEL_MODES), note: Note });
export type ActivateModel = Static<typeof ActivateModel>;
export const ModelNote = Type.Object({ note: Note });

export const TrainModel = Type.Object({
  kind: Choice(MODEL_KINDS),
  product: Code,
  component: Type.Optional(Code),
  /** Data up to here; left out: up to now. */
  to: Type.Optional(Instant),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
});
export type TrainModel = Static<typeof TrainModel>;

/** What a product could learn from: confirmed failures of its components, most first, and how many one needs. */
export const Learnable = Type.Object({
  product: Code,
  name: Text,
  components: Type.Array(Type.Object({ component: Code, name: Text, failures: Type.Integer() })),
  /** Failures of one component: for a probability within the horizon, and for remaining life. */
  needed: Type.Object({ horizon: Type.Integer(), 'remaining-life': Type.Integer() }),
});
export type Learnable = Static<typeof Learnable>;

export const MODEL_RUN_STATES = ['running', 'done', 'refused', 'failed', 'cancelled'] as const;
export type ModelRunState = (typeof MODEL_RUN_STATES)[number];

export const ModelRun = Type.Object({
  id: Type.Integer(),
  task: Choice(['train', 'evaluate']),
  kind: Choice(MODEL_KINDS),
  product: Nullable(Code),
  component: Nullable(Type.String()),
  /** The model it made or evaluates. */
  modelId: Nullable(Type.Integer()),
  askedBy: Type.String(),
  askedAt: Instant,
  state: Choice(MODEL_RUN_STATES),
  share: Type.Number(),
  stage: Type.String(),
  endedAt: Nullable(Instant),
  /** What came of it, or what is missing. */
  detail: Nullable(Text),
});
export type ModelRun = Static<typeof ModelRun>;

/** A model as it is carried from one instance to another; the hash is of the canonical JSON of `content`. */
export const ModelFile = Type.Object({
  stethosModel: Type.Literal(1),
  kind: Choice(MODEL_KINDS),
  product: Nullable(Code),
  component: Nullable(Type.String({ maxLength: 64 })),
  version: Type.Integer(),
  codeVersion: Type.String({ maxLength: 64 }),
  trainedOn: Nullable(TrainedOn),
  figures: Nullable(ModelFigures),
  contentHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  content: Type.Unknown(),
});
export type ModelFile = Static<typeof ModelFile>;
