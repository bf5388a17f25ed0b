// Runs a candidate over one device's history exactly as it would have run live: the same assessor, the same order, silence as it
// would have been noticed, people's acts when they came. Keeps the episodes it would have opened.
import { leavesOf, metricsOf } from '../../../contracts/condition-tree.ts';
import type { Condition } from '../../../contracts/rule-conditions.ts';
import type { Product } from '../../../contracts/product.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import type { Severity } from '../../../contracts/work-order-states.ts';
import type { Text } from '../../../contracts/text.ts';
import type { PrognosisAdvice } from '../advice.ts';
import { type Assessor, createAssessor, type Effect, type Slice } from '../assess.ts';
import type { EpisodeEffect } from '../episodes.ts';
import { type DevicePlan, planOf, type RulePlan } from '../plan.ts';
import { reasonOf } from '../reason.ts';
import { type DeviceState, type Episode, newDeviceState } from '../state.ts';
import type { Decision } from '../trigger/decide.ts';
import { applyVisit, type Visit } from './visit.ts';

export interface HistoryEpisode {
  cause: string;
  component: string | null;
  failureMode: string | null;
  severity: Severity;
  reason: Text;
  raisedMs: EpochMs;
  clearedMs: EpochMs | null;
  /** Of a failure mode, where somebody advised on it: what the first finding said. */
  prognosis: PrognosisAdvice | null;
  /** The job it asked for, once. */
  offer: HistoryOffer | null;
}

export interface HistoryOffer {
  madeMs: EpochMs;
  prognosis: PrognosisAdvice;
  decision: Decision['state'];
}

export interface HistoryJudge {
  readonly plan: DevicePlan;
  readonly state: DeviceState;
  /** Another one after each visit. */
  readonly assessor: Assessor;
  /** What the clock noticed and people did up to an instant. */
  passTo(atMs: EpochMs): void;
  /** Judges one commit, after what came to pass before it. */
  observe(slice: Slice): Effect[];
  /** Keeps the episodes of effects that were found beside `observe`. */
  note(effects: readonly Effect[]): void;
  /** The kept episode behind a raising or enriching effect. */
  episodeOf(episode: Episode): HistoryEpisode;
  /** Ends the history at `toMs`. */
  end(toMs: EpochMs): HistoryEpisode[];
}

/** A device is silent only from when it was first heard; more steps of silence than this at once are a mistake of ours. */
const MOST_TICKS = 1_000;

/** The metrics a rule must hear, `null` = everything: silence of the device is broken by anything it says. */
export const metricsHeardBy = (condition: Condition): string[] | null =>
  leavesOf(condition).some(({ metric }) => metric === undefined) ? null : metricsOf(condition);

/** What a rule needs of a product: its metrics, judged by no detector. */
export function planOfRule(product: Product, rule: RulePlan): DevicePlan {
  const plan = planOf(product, [rule]);
  const heard = metricsHeardBy(rule.condition);
  const kept = [...plan.metrics].filter(([code]) => heard === null || heard.includes(code));
  return { ...plan, modes: [], metrics: new Map(kept.map(([code, metric]) => [code, { ...metric, tuning: null }])) };
}

export function createHistoryJudge(plan: DevicePlan, visits: readonly Visit[] = []): HistoryJudge {
  const state = newDeviceState();
  let assessor = createAssessor(plan, state);
  const episodes: HistoryEpisode[] = [];
  const kept = new WeakMap<Episode, HistoryEpisode>();
  const waiting = [...visits].sort((a, b) => a.atMs - b.atMs);
  let next = 0;
  let listeningSinceMs: EpochMs | null = null;

  function clear(cause: string, atMs: EpochMs): void {
    const open = episodes.findLast((one) => one.cause === cause && one.clearedMs === null);
    if (open !== undefined) open.clearedMs = Math.max(open.raisedMs, atMs);
  }

  function note(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'clear') clear(effect.cause, effect.atMs);
      if (effect.kind !== 'raise') continue;
      const episode = newEpisode(plan, effect);
      episodes.push(episode);
      kept.set(effect.episode, episode);
    }
  }

  /** What would have been noticed by the clock alone before `untilMs`. */
  function passUntil(untilMs: EpochMs): void {
    if (listeningSinceMs === null) return;
    for (let ticks = 0; ticks < MOST_TICKS; ticks++) {
      const dueMs = assessor.dueMs(listeningSinceMs);
      if (dueMs === null || dueMs >= untilMs) return;
      note(assessor.tick(Math.max(dueMs, state.watermarkMs), listeningSinceMs));
      if (assessor.dueMs(listeningSinceMs) === dueMs) return;
    }
  }

  function visitUntil(untilMs: EpochMs): void {
    for (; next < waiting.length; next++) {
      const visit = waiting[next] as Visit;
      if (visit.atMs > untilMs) return;
      for (const cause of applyVisit(plan, state, visit)) clear(cause, visit.atMs);
      // What a visit changed is read again, as from the database.
      assessor = createAssessor(plan, state);
    }
  }

  function passTo(atMs: EpochMs): void {
    passUntil(atMs);
    visitUntil(atMs);
  }

  return {
    plan,
    state,
    get assessor() {
      return assessor;
    },
    note,
    passTo,
    observe(slice) {
      listeningSinceMs ??= slice.receivedAtMs;
      passTo(slice.receivedAtMs);
      const effects = assessor.observe(slice);
      note(effects);
      return effects;
    },
    episodeOf: (episode) => kept.get(episode) as HistoryEpisode,
    end(toMs) {
      passUntil(toMs);
      return episodes;
    },
  };
}

const newEpisode = (
  plan: DevicePlan,
  { subject, finding, atMs }: Exclude<EpisodeEffect, { kind: 'clear' }>,
): HistoryEpisode => ({
  cause: subject.cause,
  component: subject.mode?.component.code ?? subject.rule?.component ?? null,
  failureMode: subject.mode?.mode.code ?? null,
  severity: subject.rule?.severity ?? (subject.mode === null ? 'warning' : 'major'),
  reason: reasonOf(plan, subject, finding),
  raisedMs: atMs,
  clearedMs: null,
  prognosis: null,
  offer: null,
});
