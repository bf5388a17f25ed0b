// The predictor room: judges committed readings, keeps alert episodes and health, triggers preventive work, and learns from how
// jobs ended. Puts its parts together; each is a file of its own.
import type { BaseLogger } from 'pino';
import type { Registry } from 'prom-client';
import type { CommittedBatch } from '../contracts/readings.ts';
import type { Clock } from '../contracts/time.ts';
import { type Consumer, startConsumer } from '../db/consumer.ts';
import type { Database } from '../db/database.ts';
import type { EventLog } from '../db/event-log.ts';
import { type AlertCommands, createAlertCommands } from './alert-commands.ts';
import { watchShelf } from './alert-shelf.ts';
import { type AlertReads, createAlertReads } from './alerts.ts';
import { UNUSUAL_SCORE } from './core/channels/watch.ts';
import { createDeviceStates } from './device-states.ts';
import { follow, FOLLOWED, STATE_CHANGED } from './followers.ts';
import { createHealthReads, type HealthReads } from './health-reads.ts';
import { createHorizonAsk } from './horizon/ask.ts';
import { type EventWatch, watchEvents } from './horizon/event-watch.ts';
import { storedFacts } from './horizon/facts.ts';
import { createInbox } from './inbox.ts';
import { type ModelRegistry, openModelRegistry } from './models/registry.ts';
import { type ComponentSwaps, createComponentSwaps } from './baselines/component-swaps.ts';
import { createScorecard, type ScorecardReads } from './outcomes/scorecard.ts';
import { DEFAULT_LIMITS, type PredictorLimits } from './limits.ts';
import { predictorMetrics } from './metrics.ts';
import { openPeerBook } from './peers/peer-book.ts';
import type { Catalogue, DataQuality, Economics } from './ports.ts';
import { createLifeAsk } from './remaining-life/ask.ts';
import { openRuleBook } from './rule-book.ts';
import { createRules, type Rules } from './rules.ts';
import { createAgeingReads } from './survival/ageing.ts';
import { createSurvivalReads, type SurvivalReads } from './survival/survival-reads.ts';
import { createProposals, type Proposals } from './trigger/proposals.ts';
import { type ReplayLimits, type Replays, startReplays } from './time-machine/replays.ts';
import { createWorker } from './worker.ts';

export interface PredictorOptions {
  database: Database;
  eventLog: EventLog;
  catalogue: Catalogue;
  economics: Economics;
  /** Left out where nobody watches the data: explanations say nothing of it then. */
  quality?: DataQuality;
  clock: Clock;
  log: BaseLogger;
  metrics: Registry;
  /** Of this program, kept with the models it makes. */
  codeVersion?: string;
  /** False in a process that only answers questions: it judges nothing and follows no events. */
  isJudging?: boolean;
  /** Score, 0 to 1, from which a metric is unusual for its unit; left out: the default. */
  unusualScore?: number;
  limits?: Partial<PredictorLimits>;
  replayLimits?: Partial<ReplayLimits>;
}

export interface Predictor {
  readonly alerts: AlertReads;
  readonly alertCommands: AlertCommands;
  readonly health: HealthReads;
  readonly rules: Rules;
  readonly componentSwaps: ComponentSwaps;
  readonly replays: Replays;
  readonly models: ModelRegistry;
  readonly survival: SurvivalReads;
  readonly proposals: Proposals;
  readonly scorecard: ScorecardReads;
  /** What a commit made durable, in order. Never waits and never fails. */
  observe(batch: CommittedBatch): void;
  /** Resolves when everything observed and every event so far has been dealt with. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export async function startPredictor(options: PredictorOptions): Promise<Predictor> {
  const { database, eventLog, catalogue, economics, clock, log, isJudging = true } = options;
  const limits: PredictorLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const { codeVersion = 'unknown', unusualScore = UNUSUAL_SCORE } = options;
  const models = await openModelRegistry({ database, clock, log, codeVersion, everyMs: limits.rulesEveryMs });
  const rules = await openRuleBook({ db: database, clock, log, everyMs: limits.rulesEveryMs });
  const peers = await openPeerBook({ db: database, log, everyMs: limits.peersEveryMs });
  const states = createDeviceStates({ database, catalogue, rules, peers, limit: limits.devicesInMemory, unusualScore });
  const inbox = createInbox(limits.inboxReadings, () => metrics.overflows.inc());
  const metrics = predictorMetrics(
    options.metrics,
    () => inbox.readings(),
    () => states.size(),
  );
  const horizon = createHorizonAsk({ facts: storedFacts(database), economics, book: models.book });
  const life = createLifeAsk({ database, book: models.book });
  const ageing = createAgeingReads(database, clock);
  const worker = createWorker({
    database,
    clock,
    economics,
    ageing,
    horizon,
    life,
    states,
    inbox,
    limits,
    metrics,
    log,
  });
  const alerts = createAlertReads(database, options.quality);

  const changed = new Set<string>();
  const stopListening = database.onNotify(STATE_CHANGED, () => {
    for (const device of changed) worker.invalidate(device);
    changed.clear();
  });
  const stopFollowing = eventLog.subscribe((events) => {
    for (const event of events) if (event.type === 'device.changed') states.replan(event.payload.device);
  });

  let consumer: Consumer | null = null;
  let silenceTimer: NodeJS.Timeout | undefined;
  const replays = startReplays({
    database,
    economics,
    book: models.book,
    clock,
    log,
    isWorking: isJudging,
    unusualScore,
    limits: options.replayLimits ?? {},
  });
  let eventWatch: EventWatch | undefined;
  const shelf = isJudging ? watchShelf({ database, clock, log, everyMs: limits.shelfEveryMs }) : null;
  if (isJudging) {
    consumer = await startConsumer({
      database,
      eventLog,
      log,
      name: 'predictor',
      types: FOLLOWED,
      async handle(tx, event) {
        const device = await follow(tx, event);
        if (device === null) return;
        changed.add(device);
        tx.notify(STATE_CHANGED);
      },
    });
    const { rows } = await database.query<{ code: string }>('SELECT code FROM device ORDER BY id');
    for (const { code } of rows) inbox.markBehind(code);
    worker.wake();
    eventWatch = await watchEvents({
      database,
      everyMs: limits.eventsEveryMs,
      log,
      onEvents: (device) => worker.lookAt(device),
      speaksOf: (product) => horizon.speaksOf(product),
    });
    silenceTimer = setInterval(() => worker.lookAtSilent(), limits.silenceEveryMs);
  }

  return {
    alerts,
    alertCommands: createAlertCommands({ database, reads: alerts, clock }),
    health: createHealthReads(database, clock),
    models,
    survival: createSurvivalReads(database, clock),
    proposals: createProposals(database, clock),
    scorecard: createScorecard(database, clock),
    componentSwaps: createComponentSwaps(database, clock),
    rules: createRules(database, rules, clock),
    replays,
    observe(batch) {
      inbox.put(batch);
      worker.wake();
    },
    async idle() {
      await worker.idle();
      await consumer?.idle();
      await worker.idle();
    },
    async close() {
      stopFollowing();
      await models.close();
      clearInterval(silenceTimer);
      await replays.close();
      eventWatch?.close();
      await shelf?.close();
      await consumer?.close();
      await worker.close();
      stopListening();
      rules.close();
      peers.close();
    },
  };
}
