// Trains and evaluates models in the background: gathers the set in pages, fits it in a process of its own, keeps the result as a draft. One at a
// time, with progress, to be cancelled; a process that ends takes its run with it and says so.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { BaseLogger } from 'pino';
import type { ModelFigures, ModelRun, TrainModel } from '../../contracts/http/models.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Text } from '../../contracts/text.ts';
import type { Clock } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import { fitInProcess } from './fit-in-process.ts';
import type { GatheredSet, ModelKind, ModelKinds } from './kinds.ts';
import { askForEnd, claimRun, endRun, listRuns, type NewRun, oneRun, reportRun } from './run-rows.ts';
import { insertModel, tellModel } from './store-model.ts';
import { keepPlots } from './model-plots.ts';

export interface Trainer {
  train(order: TrainModel, actor: string): Promise<ModelRun>;
  /** On what became known after its training. */
  evaluate(modelId: number, actor: string): Promise<ModelRun>;
  runs(): Promise<ModelRun[]>;
  run(id: number): Promise<ModelRun | null>;
  cancel(id: number, actor: string): Promise<ModelRun>;
  /** Resolves when nothing is under way in this process. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface TrainerOptions {
  database: Database;
  kinds: ModelKinds;
  clock: Clock;
  log: BaseLogger;
  codeVersion: string;
}

const DEFAULT_SEED = 1;
/** How often a run says how far it is, and looks whether it is to end. */
const REPORT_EVERY_MS = 500;
/** Share of the work that gathering is. */
const GATHERING = 0.3;

class Cancelled extends Error {}

interface Progress {
  share: number;
  stage: 'gathering' | 'fitting';
}

type Work = (progress: Progress, signal: AbortSignal) => Promise<{ modelId: number; detail: Text }>;

export function createTrainer({ database, kinds, clock, log, codeVersion }: TrainerOptions): Trainer {
  // What a caller set going is the house's own work: it has no caller's time limit.
  const asHouse = AsyncLocalStorage.snapshot();
  const under = new Map<number, { abort: AbortController; ended: Promise<void> }>();

  async function follow(id: number, work: Work, abort: AbortController): Promise<void> {
    const progress: Progress = { share: 0, stage: 'gathering' };
    const report = async (): Promise<void> => {
      if (await reportRun(database, id, progress.share, progress.stage)) abort.abort(new Cancelled());
    };
    const timer = setInterval(() => {
      report().catch((error: unknown) => log.warn({ run: id, error }, 'a training could not say how far it is'));
    }, REPORT_EVERY_MS);
    try {
      const done = await work(progress, abort.signal);
      await endRun(database, id, { state: 'done', ...done });
    } catch (error) {
      await endRun(database, id, endOf(error, abort.signal));
      log.warn({ run: id, error }, 'a training or evaluation ended without a result');
    } finally {
      clearInterval(timer);
    }
  }

  async function begin(run: NewRun, work: Work): Promise<ModelRun> {
    const claimed = await claimRun(database, run);
    const abort = new AbortController();
    const ended = asHouse(() => follow(claimed.id, work, abort))
      .catch((error: unknown) =>
        log.error({ run: claimed.id, error }, 'the end of a training could not be written down'),
      )
      .finally(() => under.delete(claimed.id));
    under.set(claimed.id, { abort, ended });
    return claimed;
  }

  const learning = (kind: ModelKind | null, name: string): Required<ModelKind> => {
    if (kind?.gather === undefined)
      throw new Problem('refused', `kind: models of kind ${name} are not learned from data`);
    return kind as Required<ModelKind>;
  };

  async function gather(
    kind: Required<ModelKind>,
    run: NewRun,
    span: { fromMs: number | null; toMs: number },
    { progress, signal }: { progress: Progress; signal: AbortSignal },
  ): Promise<GatheredSet> {
    const onProgress = (share: number): void => void (progress.share = share * GATHERING);
    const { product, component } = run;
    return kind.gather(database, { product: product as string, component, ...span, onProgress, signal });
  }

  const fitting = (progress: Progress) => {
    progress.stage = 'fitting';
    return (share: number): void => void (progress.share = GATHERING + share * (1 - GATHERING));
  };

  return {
    async train(order, actor) {
      const kind = learning(kinds[order.kind], order.kind);
      const atMs = clock.now();
      const toMs = order.to === undefined ? atMs : Date.parse(order.to);
      if (toMs > atMs) throw new Problem('refused', 'to: lies in the future');
      await requireProduct(database, order.product, order.component ?? null);
      const { product, component = null, seed = DEFAULT_SEED } = order;
      const run: NewRun = { task: 'train', kind: order.kind, product, component, modelId: null, seed, actor, atMs };
      return begin(run, async (progress, signal) => {
        const { set, trainedOn } = await gather(kind, run, { fromMs: null, toMs }, { progress, signal });
        const onProgress = fitting(progress);
        const fitted = await fitInProcess({ task: 'fit', kind: order.kind, set, seed }, { onProgress, signal });
        if (fitted.word !== 'fitted') throw new Error('the fitting process answered another question');
        const { content, figures, plots } = fitted;
        kind.load(content);
        const modelId = await database.transaction(async (tx) => {
          const id = await insertModel(tx, {
            kind: order.kind,
            product,
            component,
            content,
            figures,
            trainedOn: { ...trainedOn, seed },
            codeVersion,
            author: actor,
            change: 'trained',
            note: null,
            atMs: clock.now(),
          });
          await keepPlots(tx, { modelId: id, origin: 'training', plots, atMs: clock.now() });
          return id;
        });
        return { modelId, detail: { en: `Kept as a draft: model ${modelId}`, zh: `已保存为草稿：模型 ${modelId}` } };
      });
    },
    async evaluate(modelId, actor) {
      const stored = await storedOf(database, modelId);
      const kind = learning(kinds[stored.kind], stored.kind);
      const atMs = clock.now();
      const { product, component, seed } = stored;
      const run: NewRun = { task: 'evaluate', kind: stored.kind, product, component, modelId, seed, actor, atMs };
      return begin(run, async (progress, signal) => {
        const span = { fromMs: stored.trainedToMs, toMs: atMs };
        const { set, trainedOn } = await gather(kind, run, span, { progress, signal });
        const content: unknown = JSON.parse(stored.content);
        const task = { task: 'evaluate', kind: stored.kind, set, seed, content } as const;
        const { figures, plots } = await fitInProcess(task, { onProgress: fitting(progress), signal });
        if (figures.rows === 0) throw nothingNew(modelId);
        const note = noteOf(figures, trainedOn);
        await database.transaction(async (tx) => {
          await tellModel(tx, { id: modelId, change: 'evaluated', actor, mode: null, note, atMs: clock.now() });
          await keepPlots(tx, { modelId, origin: 'evaluation', plots, atMs: clock.now() });
        });
        const n = figures.rows;
        return { modelId, detail: { en: `Evaluated on ${n} later rows`, zh: `已用训练之后的 ${n} 行数据评估` } };
      });
    },
    runs: () => listRuns(database),
    run: (id) => oneRun(database, id),
    async cancel(id, actor) {
      await askForEnd(database, id, actor);
      const mine = under.get(id);
      mine?.abort.abort(new Cancelled());
      await mine?.ended;
      const run = await oneRun(database, id);
      if (run === null) throw new Problem('not-found', `There is no training ${id}`);
      return run;
    },
    async idle() {
      await Promise.all([...under.values()].map(({ ended }) => ended));
    },
    async close() {
      for (const { abort } of under.values()) abort.abort(new Error('the process ends'));
      await Promise.all([...under.values()].map(({ ended }) => ended));
    },
  };
}

function endOf(error: unknown, signal: AbortSignal): Parameters<typeof endRun>[2] {
  if (signal.reason instanceof Cancelled) {
    return { state: 'cancelled', modelId: null, detail: { en: 'Cancelled', zh: '已取消' } };
  }
  const words = error instanceof Error ? error.message : String(error);
  const told = error instanceof Problem && isText(error.extra.text) ? error.extra.text : { en: words, zh: words };
  return { state: error instanceof Problem ? 'refused' : 'failed', modelId: null, detail: told };
}

const nothingNew = (modelId: number): Problem => {
  const en = 'Nothing whose horizon is over became known after its training yet';
  return new Problem('refused', `model ${modelId}: ${en}`, { text: { en, zh: '训练之后还没有可供评估的新数据' } });
};

function noteOf(figures: ModelFigures, { from, to }: GatheredSet['trainedOn']): string {
  const share = (name: string, value: number | null): string[] =>
    value === null ? [] : [`${name} ${(value * 100).toFixed(1)} %`];
  const told = [
    ...share('AUC', figures.auc),
    ...share('Brier skill', figures.brierSkill),
    ...share('recall', figures.recall),
  ];
  return [...told, `n ${figures.rows}`, `${from?.slice(0, 10)} to ${to?.slice(0, 10)}`].join(', ');
}

const isText = (value: unknown): value is Text =>
  typeof value === 'object' && value !== null && 'en' in value && 'zh' in value;

async function requireProduct(database: Database, code: string, component: string | null): Promise<void> {
  const { rows } = await database.query<{ components: { code: string }[] }>(
    `SELECT definition->'components' AS components FROM product WHERE code = $1`,
    [code],
  );
  if (rows[0] === undefined) throw new Problem('refused', `product: there is no product ${code}`);
  if (component !== null && !rows[0].components.some((one) => one.code === component)) {
    throw new Problem('refused', `component: ${code} has no component ${component}`);
  }
}

interface Stored {
  kind: NewRun['kind'];
  product: string;
  component: string | null;
  content: string;
  seed: number;
  trainedToMs: number | null;
}

async function storedOf(database: Database, id: number): Promise<Stored> {
  const { rows } = await database.query<{
    kind: NewRun['kind'];
    product: string | null;
    component: string | null;
    content: string;
    training: { seed?: number; to?: string };
  }>('SELECT kind, product_code AS product, component, content, training FROM model WHERE id = $1', [id]);
  const row = rows[0];
  if (row === undefined) throw new Problem('not-found', `There is no model ${id}`);
  if (row.product === null) throw new Problem('refused', `model ${id} comes with the program; its figures are live`);
  const { kind, product, component, content, training } = row;
  const trainedToMs = training.to === undefined ? null : Date.parse(training.to);
  return { kind, product, component, content, seed: training.seed ?? DEFAULT_SEED, trainedToMs };
}
