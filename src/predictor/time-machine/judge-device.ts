// Judges one device's history as an instance with certain models in force would have judged it live: the same assessor, the same
// asking of models, the same advice and decision to act. What it says is kept and stored nowhere.
import type { EpochMs } from '../../contracts/time.ts';
import { adviceOf } from '../core/advice.ts';
import type { Effect, Slice } from '../core/assess.ts';
import { startAdaptive } from '../core/conformal/adaptive.ts';
import type { EpisodeEffect } from '../core/episodes.ts';
import { askedAt, freshTimeLeft, type LifeAnswer, lifeAnswerOf } from '../core/remaining-life/component-ask.ts';
import type { ComponentLifeModel } from '../core/remaining-life/stored-life.ts';
import { NEVER_MS } from '../core/state.ts';
import { createHistoryJudge, type HistoryEpisode } from '../core/time-machine/judge-history.ts';
import type { SaidTimeLeft } from '../core/time-machine/time-left-score.ts';
import type { Visit } from '../core/time-machine/visit.ts';
import type { TimeLeft } from '../core/trend.ts';
import { decide, type TriggerMode } from '../core/trigger/decide.ts';
import type { DevicePlan } from '../core/plan.ts';
import type { LoadedDevice } from '../device-states.ts';
import type { HorizonAsk } from '../horizon/ask.ts';
import type { LoadedModel } from '../models/load-model.ts';
import { type DevicePast, eventsHeardBy, happeningsKnownAt } from './device-past.ts';
import type { Judged } from './facts.ts';
import { openGaugeLog } from './gauge-log.ts';
import type { PastEvidence } from './past-evidence.ts';

/** What judges, besides the detector that is always there. */
export interface DeviceModels {
  horizon: HorizonAsk;
  lives: readonly LoadedModel[];
  /** What may follow from a prognosis. */
  mode: TriggerMode;
}

export interface DeviceJudgeOptions {
  device: Judged;
  plan: DevicePlan;
  visits: readonly Visit[];
  /** `null`: a rule, which speaks of no probability and asks for no job. */
  models: DeviceModels | null;
  past: DevicePast | null;
  /** Readings of gauges from before the time that is judged, for the models of remaining life. */
  before: Parameters<typeof openGaugeLog>[1];
  evidence: PastEvidence;
}

export interface DeviceJudge {
  /** A promise only where there is something to wait for: most commits find nothing and ask no model. */
  take(slice: Slice): Promise<void> | null;
  end(toMs: EpochMs): { episodes: HistoryEpisode[]; said: SaidTimeLeft[] };
}

type Speaking = Extract<EpisodeEffect, { kind: 'raise' | 'enrich' }>;

export function createDeviceJudge(options: DeviceJudgeOptions): DeviceJudge {
  const { device, plan, visits, models, past, before, evidence } = options;
  const judge = createHistoryJudge(plan, visits);
  const { state } = judge;
  const loaded: LoadedDevice = {
    device: { id: device.id, code: device.code },
    plan,
    get assessor() {
      return judge.assessor;
    },
    stored: { version: 0, state },
    unsaved: 0,
    planRevision: 0,
  };
  const gauges = new Set([...plan.metrics].flatMap(([code, { metric }]) => (metric.kind === 'gauge' ? [code] : [])));
  const lives = models?.lives ?? [];
  const log = lives.length === 0 ? null : openGaugeLog(gauges, before);
  const answers = new Map<LoadedModel, { askedMs: EpochMs; told: (LifeAnswer & { cap: number })[] }>(
    lives.map((model) => [model, { askedMs: NEVER_MS, told: [] }]),
  );
  let looked = 0;

  function timeLeftAt(component: string, atMs: EpochMs, line: TimeLeft | null): TimeLeft | null {
    const model = lives.find((one) => one.component === component);
    const told = model === undefined ? [] : (answers.get(model)?.told ?? []);
    return freshTimeLeft(told, atMs) ?? line;
  }

  async function advise(effect: Speaking): Promise<void> {
    const { subject, finding, episode, atMs } = effect;
    const { mode } = subject;
    if (mode === null || models === null) return;
    const timeLeft = timeLeftAt(mode.component.code, atMs, finding.timeLeft);
    const advice = adviceOf(plan, subject, { ...finding, timeLeft }, await evidence.at(device, mode, atMs));
    const { prognosis } = advice;
    const kept = judge.episodeOf(episode);
    if (effect.kind === 'raise') Object.assign(kept, { severity: advice.severity, prognosis });
    if (episode.triggered || prognosis === null) return;
    const { probability, threshold, costs } = prognosis;
    const offer = { probability: probability.value, threshold, hasCosts: costs !== null };
    const decision = decide({ ...offer, mode: models.mode });
    if (decision === null) return;
    episode.triggered = true;
    kept.offer = { madeMs: atMs, prognosis, decision: decision.state };
  }

  async function adviseAll(effects: readonly Effect[]): Promise<void> {
    for (const effect of effects) if (effect.kind === 'raise' || effect.kind === 'enrich') await advise(effect);
  }

  /** A model is asked soon after an event, not only when the next reading comes. */
  async function lookAtEvents(horizon: HorizonAsk, known: DevicePast, untilMs: EpochMs): Promise<void> {
    const { events } = known;
    while (looked < events.length && (events[looked]?.heardMs ?? Infinity) < untilMs) {
      const { heardMs } = events[looked] as DevicePast['events'][number];
      looked = eventsHeardBy(events, heardMs);
      if (state.horizon === undefined) continue;
      judge.passTo(heardMs);
      const effects = await horizon.lookAtEvents(loaded, heardMs);
      judge.note(effects);
      await adviseAll(effects);
    }
  }

  function askLives(known: DevicePast): void {
    if (state.measuredToMs === NEVER_MS) return;
    for (const [model, asked] of answers) {
      const content = model.content as ComponentLifeModel;
      const atMs = askedAt(content, state.measuredToMs);
      if (atMs <= asked.askedMs) continue;
      asked.askedMs = atMs;
      const happenings = happeningsKnownAt(plan.product, known, atMs);
      const history = { unit: device.code, statics: {}, happenings, readings: log?.readings() ?? [] };
      const answer = lifeAnswerOf(plan.product, content, history, { atMs, width: startAdaptive() });
      if (answer !== null) asked.told.push({ ...answer, cap: content.life.cap });
    }
  }

  function hearLives(slice: Slice): void {
    if (log === null || past === null) return;
    log.hear(slice);
    askLives(past);
  }

  /** `horizon`: it has something to be asked. */
  async function follow(slice: Slice, effects: readonly Effect[], horizon: HorizonAsk | null): Promise<void> {
    await adviseAll(effects);
    const more = horizon === null ? [] : await horizon.ask(loaded, slice);
    judge.note(more);
    await adviseAll(more);
    hearLives(slice);
  }

  function takeNow(slice: Slice, horizon: HorizonAsk | null): Promise<void> | null {
    const effects = judge.observe(slice);
    const isAsked = horizon?.hear(loaded, slice) === true;
    if (effects.length > 0 || isAsked) return follow(slice, effects, isAsked ? horizon : null);
    hearLives(slice);
    return null;
  }

  async function takeAfterEvents(slice: Slice, horizon: HorizonAsk, known: DevicePast): Promise<void> {
    await lookAtEvents(horizon, known, slice.receivedAtMs);
    await takeNow(slice, horizon);
  }

  return {
    take(slice) {
      const horizon = models?.horizon.concerns(loaded) === true ? models.horizon : null;
      const hasEvents = (past?.events[looked]?.heardMs ?? Infinity) < slice.receivedAtMs;
      return hasEvents && horizon !== null && past !== null
        ? takeAfterEvents(slice, horizon, past)
        : takeNow(slice, horizon);
    },
    end(toMs) {
      const said = [...answers].flatMap(([{ component }, { told }]) =>
        told.map(({ hours, moreThanHours: moreThan, atMs, isFamiliar, cap, horizonHours }) => ({
          ...hours,
          device: device.code,
          component: component ?? '',
          atMs,
          moreThan,
          isFamiliar,
          cap,
          horizonHours,
        })),
      );
      return { episodes: judge.end(toMs), said };
    },
  };
}
