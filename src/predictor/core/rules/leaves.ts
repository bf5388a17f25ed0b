// The parts of a condition that look at the device itself: each takes one reading, or silence, and keeps its value, since
// when it holds and the worst it has seen.
import type {
  Condition,
  LeafCondition,
  NoDataCondition,
  RateCondition,
  ThresholdCondition,
} from '../../../contracts/rule-conditions.ts';
import { SILENT_INTERVALS, type ValueCondition } from '../../../contracts/condition-freshness.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import { NEVER_MS, type NodeState } from '../state.ts';
import { PER_MS, slopeOf, takeStep } from './rate-window.ts';

export interface RuleReading {
  metric: string;
  atMs: EpochMs;
  value: number;
  label: string | undefined;
  /** Time it stands for where it is a mean of history, else 0. */
  spanMs: number;
}

type Limited = ThresholdCondition | RateCondition;

const isBeyond = (condition: Limited, value: number): boolean =>
  'above' in condition ? value > condition.above : value < condition.below;

const isClear = (condition: Limited, value: number): boolean =>
  'above' in condition ? value <= (condition.clear ?? condition.above) : value >= (condition.clear ?? condition.below);

const worseOf = (condition: Limited, a: number, b: number): number =>
  'above' in condition ? Math.max(a, b) : Math.min(a, b);

export const limitOf = (condition: Limited): number => ('above' in condition ? condition.above : condition.below);

/** A state metric's label; a boolean has none. */
export const stateOf = ({ label, value }: RuleReading): string => label ?? (value === 0 ? 'false' : 'true');

/** `freshMs`: how long it counts. */
export function takeReading(condition: LeafCondition, state: NodeState, reading: RuleReading, freshMs: number): void {
  const countsMs = Math.max(freshMs, SILENT_INTERVALS * reading.spanMs);
  if (condition.kind !== 'no-data') state.freshToMs = Math.max(state.freshToMs ?? NEVER_MS, reading.atMs + countsMs);
  switch (condition.kind) {
    case 'threshold':
      return takeValue(condition, state, reading, reading.value, (condition.forSeconds ?? 0) * 1000);
    case 'rate': {
      const windowMs = condition.overSeconds * 1000;
      takeStep(state.marks, windowMs, reading.atMs, reading.value);
      const rate = slopeOf(state.marks, windowMs, PER_MS[condition.per]);
      // Too little of the window is known, which ends nothing and begins nothing.
      return rate === null ? undefined : takeValue(condition, state, reading, rate, 0);
    }
    case 'state':
      return takeState(state, reading, condition.in.includes(stateOf(reading)), (condition.forSeconds ?? 0) * 1000);
    case 'no-data':
      return hear(state, reading.atMs);
  }
}

function takeValue(condition: Limited, state: NodeState, { atMs }: RuleReading, value: number, forMs: number): void {
  if (state.value === true) {
    state.worst = worseOf(condition, state.worst, value);
    if (!isClear(condition, value)) return;
    state.value = false;
    state.sinceMs = null;
    return;
  }
  state.value = false;
  if (!isBeyond(condition, value)) {
    state.sinceMs = null;
    return;
  }
  state.worst = state.sinceMs === null ? value : worseOf(condition, state.worst, value);
  state.sinceMs ??= atMs;
  state.value = atMs - state.sinceMs >= forMs;
}

function takeState(state: NodeState, { atMs, value }: RuleReading, isIn: boolean, forMs: number): void {
  state.worst = value;
  state.sinceMs = isIn ? (state.sinceMs ?? atMs) : null;
  state.value = state.sinceMs !== null && (state.value === true || atMs - state.sinceMs >= forMs);
}

const isStale = (condition: Condition, { freshToMs }: NodeState, atMs: EpochMs): boolean =>
  isValue(condition) && atMs >= (freshToMs ?? NEVER_MS);

export const isValue = (condition: Condition): condition is ValueCondition =>
  condition.kind === 'threshold' || condition.kind === 'state' || condition.kind === 'rate';

/** What a part says at an instant: of a value that was not heard for too long, nothing. */
export const saidAt = (condition: Condition, state: NodeState, atMs: EpochMs): boolean | null =>
  isStale(condition, state, atMs) ? null : state.value;

/** What nobody heard is no part of a hold that has not counted yet; one that has ends at its clear level alone. */
export function breakHold(condition: Condition, state: NodeState, atMs: EpochMs): void {
  if (state.value !== true && isStale(condition, state, atMs)) state.sinceMs = null;
}

/** Anything heard ends a silence. */
export function hear(state: NodeState, atMs: EpochMs): void {
  state.value = false;
  state.sinceMs = Math.max(state.sinceMs ?? atMs, atMs);
}

/**
 * Silence grows with the server's clock alone. It is counted from when the server began to listen, at the earliest: what was not
 * heard while nobody listened says nothing about the device.
 */
export function takeSilence(state: NodeState, forMs: number, nowMs: EpochMs, listeningSinceMs: EpochMs): void {
  if (state.sinceMs === null || state.value === true) return;
  state.value = nowMs - Math.max(state.sinceMs, listeningSinceMs) >= forMs;
}

/** How long the silence must be; `intervalS`: what the catalogue expects of the metric, or of the device's quickest. */
export const silenceMsOf = (condition: NoDataCondition, intervalS: number): number =>
  1000 * ('forSeconds' in condition ? condition.forSeconds : condition.intervals * intervalS);
