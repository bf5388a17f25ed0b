// Asks the horizon models of a device's product: keeps the device's log up with what is heard, and when it is due takes the events
// that came meanwhile, asks the acting model and the one in shadow, and says which answers stand above what acting costs.
import type { EpochMs } from '../../contracts/time.ts';
import type { Effect, Slice } from '../core/assess.ts';
import type { HorizonModel } from '../core/horizon/model.ts';
import {
  type Answer,
  hearReadings,
  isDue,
  keepVersions,
  type StandingEffect,
  worthStoring,
} from '../core/horizon/standing.ts';
import { newUnitLog, noteEvent } from '../core/horizon/unit-log.ts';
import { playbackOf } from '../core/horizon/history.ts';
import { type AskedAnswer, type Asker, createAsker, type HorizonState, settleAnswers } from '../core/horizon/watch.ts';
import { causeOfMode, type DevicePlan } from '../core/plan.ts';
import { triggerThreshold } from '../core/prognosis.ts';
import type { LoadedDevice } from '../device-states.ts';
import type { LoadedModel } from '../models/load-model.ts';
import type { ModelBook } from '../models/model-book.ts';
import type { Economics } from '../ports.ts';
import type { HorizonFacts } from './facts.ts';

export interface HorizonAsk {
  /** Takes a judged slice into the device's log; true when the models are to be asked now. */
  hear(loaded: LoadedDevice, slice: Slice): boolean;
  /** Asks after a slice that was heard. */
  ask(loaded: LoadedDevice, slice: Slice): Promise<Effect[]>;
  /** Asks at once when the device has events that its log does not know. */
  lookAtEvents(loaded: LoadedDevice, nowMs: EpochMs): Promise<Effect[]>;
  /** Whether a model speaks about the device, or did. */
  concerns(loaded: LoadedDevice): boolean;
  speaksOf(product: string): boolean;
}

export interface HorizonAskOptions {
  facts: HorizonFacts;
  economics: Economics;
  book: Pick<ModelBook, 'active' | 'shadow'>;
  /** Whether anybody will read what moved an answer; left out: somebody may read it of every answer. */
  isExplained?: (answer: AskedAnswer['answer'], about: Asked) => boolean;
}

/** What is known of the failure mode when an answer comes. */
export interface Asked {
  threshold: number | null;
  hasEpisode: boolean;
  /** The answer before it stood above the threshold. */
  wasOver: boolean;
}

/** Below this nobody is asked what a failure costs: no visit is worth so little. */
const WORTH_ASKING = 0.005;

interface Models {
  acting: LoadedModel | null;
  shadow: LoadedModel | null;
  horizonHours: number;
}

export function createHorizonAsk({ facts, economics, book, isExplained = () => true }: HorizonAskOptions): HorizonAsk {
  const askers = new WeakMap<object, Asker>();
  const gauges = new WeakMap<DevicePlan, ReadonlySet<string>>();

  function gaugesOf(plan: DevicePlan): ReadonlySet<string> {
    const known = gauges.get(plan) ?? gaugesIn(plan);
    gauges.set(plan, known);
    return known;
  }

  function askerOf({ content, version }: LoadedModel): Asker {
    const known = askers.get(content as object);
    if (known !== undefined) return known;
    const asker = createAsker(content as HorizonModel, version);
    askers.set(content as object, asker);
    return asker;
  }

  function modelsOf(product: string): Models | null {
    const acting = book.active('horizon', product);
    const shadow = book.shadow('horizon', product);
    const either = acting ?? shadow;
    if (either === null) return null;
    return { acting, shadow, horizonHours: (either.content as HorizonModel).horizonHours };
  }

  /** A log made from what the database knew at a commit, for a device whose product has a model since now. */
  async function begin({ device, plan, stored }: LoadedDevice, receivedMs: EpochMs): Promise<HorizonState> {
    const toMs = stored.state.measuredToMs;
    const log = newUnitLog();
    const history = await facts.history(device.id, plan.product, { toMs, receivedMs });
    playbackOf(history, log).playTo(Math.max(toMs, receivedMs));
    const eventsTo = await facts.newestEvent(device.id, receivedMs);
    return { log, eventsTo, askedMs: toMs, answers: [], told: [] };
  }

  /** Events that the log does not know yet, up to a commit; how many. */
  async function takeEvents(horizon: HorizonState, deviceId: number, toMs: EpochMs): Promise<number> {
    const events = await facts.eventsAfter(deviceId, horizon.eventsTo, toMs);
    for (const { id, code, atMs } of events) {
      noteEvent(horizon.log, code, atMs);
      horizon.eventsTo = id;
    }
    return events.length;
  }

  async function thresholdsOf({ device }: LoadedDevice, answers: readonly AskedAnswer[], model: HorizonModel) {
    const thresholds = new Map<string, number | null>();
    for (const { answer } of answers) {
      const { component, failureMode, value } = answer;
      const own = model.components.find((one) => one.component === component)?.threshold ?? null;
      const costs = value < WORTH_ASKING ? null : await economics(device.code, component, failureMode);
      thresholds.set(component, costs === null ? own : triggerThreshold(costs));
    }
    return thresholds;
  }

  async function ask(loaded: LoadedDevice, { acting, shadow }: Models, atMs: EpochMs): Promise<Effect[]> {
    const { state } = loaded.stored;
    const horizon = state.horizon as HorizonState;
    horizon.askedMs = atMs;
    keepVersions(
      horizon,
      [acting, shadow].flatMap((model) => (model === null ? [] : [model.version])),
    );
    const statics = await facts.statics(loaded.device.id, atMs);
    const said = async (model: LoadedModel, isShadow: boolean): Promise<StandingEffect> => {
      const asked = askerOf(model).ask(horizon.log, statics, atMs, state.days?.closed);
      const thresholds = await thresholdsOf(loaded, asked, model.content as HorizonModel);
      const answers = asked.map(({ answer, partsOf }): Answer => {
        const { component, failureMode } = answer;
        const hasEpisode = state.episodes.some(({ cause }) => cause === causeOfMode(component, failureMode));
        const threshold = thresholds.get(component) ?? null;
        const wasOver = horizon.answers.some((one) => one.component === component && one.isOver);
        return { ...answer, parts: isExplained(answer, { threshold, hasEpisode, wasOver }) ? partsOf() : [] };
      });
      return { kind: 'standing', atMs, answers, isShadow, thresholds };
    };
    const effects: Effect[] = [];
    if (shadow !== null) effects.push(kept(horizon, await said(shadow, true)));
    if (acting === null) horizon.answers = [];
    else {
      const effect = await said(acting, false);
      const changed = settleAnswers(horizon, effect.answers, effect.thresholds);
      effects.push(kept(horizon, effect));
      if (changed) effects.push(...loaded.assessor.judge());
    }
    return effects.filter((effect) => effect.kind !== 'standing' || effect.answers.length > 0);
  }

  return {
    speaksOf: (product) => modelsOf(product) !== null,
    concerns: ({ plan, stored }) => stored.state.horizon !== undefined || modelsOf(plan.product.code) !== null,
    hear({ plan, stored: { state } }, slice) {
      const models = modelsOf(plan.product.code);
      if (models === null) {
        delete state.horizon;
        return false;
      }
      if (state.horizon !== undefined) hearReadings(state.horizon, gaugesOf(plan), slice);
      return isDue(state, models.horizonHours);
    },
    async ask(loaded, slice) {
      const { plan, stored } = loaded;
      const models = modelsOf(plan.product.code);
      if (models === null) return [];
      stored.state.horizon ??= await begin(loaded, slice.receivedAtMs);
      if (!isDue(stored.state, models.horizonHours)) return [];
      await takeEvents(stored.state.horizon, loaded.device.id, slice.receivedAtMs);
      return ask(loaded, models, stored.state.measuredToMs);
    },
    async lookAtEvents(loaded, nowMs) {
      const models = modelsOf(loaded.plan.product.code);
      const { state } = loaded.stored;
      if (models === null || state.horizon === undefined) return [];
      if ((await takeEvents(state.horizon, loaded.device.id, nowMs)) === 0) return [];
      return ask(loaded, models, Math.max(state.measuredToMs, newestOf(state.horizon)));
    },
  };
}

const newestOf = ({ log }: HorizonState): EpochMs => Math.max(...log.events.map(({ timesMs }) => timesMs.at(-1) ?? 0));

const kept = (horizon: HorizonState, effect: StandingEffect): StandingEffect => ({
  ...effect,
  answers: worthStoring(horizon, effect.answers),
});

const gaugesIn = ({ metrics }: DevicePlan): ReadonlySet<string> =>
  new Set([...metrics].flatMap(([code, { tuning }]) => (tuning === null ? [] : [code])));
