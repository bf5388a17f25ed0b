// Runs a candidate over one device's history exactly as it would have run live: the same assessor, the same order, silence as it
// would have been noticed. Keeps the episodes it would have opened.
import { leavesOf, metricsOf } from '../../../contracts/condition-tree.ts';
import type { Condition } from '../../../contracts/rule-conditions.ts';
import type { Component, Product } from '../../../contracts/product.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import type { Severity } from '../../../contracts/work-order-states.ts';
import type { Text } from '../../../contracts/text.ts';
import { createAssessor, type Effect, type Slice } from '../assess.ts';
import type { EpisodeEffect } from '../episodes.ts';
import { type DevicePlan, planOf, type RulePlan } from '../plan.ts';
import { reasonOf } from '../reason.ts';
import { resetComponent } from '../repair.ts';
import { newDeviceState } from '../state.ts';

export interface HistoryEpisode {
  cause: string;
  component: string | null;
  failureMode: string | null;
  severity: Severity;
  reason: Text;
  raisedMs: EpochMs;
  clearedMs: EpochMs | null;
}

/** A repair that was reported: the normal of the component is learned anew from here on. */
export interface Repair {
  atMs: EpochMs;
  component: Component;
}

export interface HistoryJudge {
  take(slices: readonly Slice[]): void;
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

export function createHistoryJudge(plan: DevicePlan, repairs: readonly Repair[] = []): HistoryJudge {
  const state = newDeviceState();
  const assessor = createAssessor(plan, state);
  const episodes: HistoryEpisode[] = [];
  const waiting = [...repairs].sort((a, b) => a.atMs - b.atMs);
  let listeningSinceMs: EpochMs | null = null;

  function note(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'raise') episodes.push(episodeOf(plan, effect));
      if (effect.kind !== 'clear') continue;
      const open = episodes.findLast(({ cause, clearedMs }) => cause === effect.cause && clearedMs === null);
      if (open !== undefined) open.clearedMs = Math.max(open.raisedMs, effect.atMs);
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

  return {
    take(slices) {
      for (const slice of slices) {
        listeningSinceMs ??= slice.receivedAtMs;
        passUntil(slice.receivedAtMs);
        while (waiting[0] !== undefined && waiting[0].atMs <= slice.receivedAtMs) {
          const { component, atMs } = waiting.shift() as Repair;
          resetComponent(state, component, atMs);
        }
        note(assessor.observe(slice));
      }
    },
    end(toMs) {
      passUntil(toMs);
      return episodes;
    },
  };
}

const episodeOf = (
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
});
