// A rule's condition as a tree: what is inside it, which metrics it reads, and by which clock it is judged.
import type { Condition, LeafCondition } from './rule-conditions.ts';

export function childrenOf(condition: Condition): readonly Condition[] {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of;
  return condition.kind === 'duration' || condition.kind === 'repeating' ? [condition.condition] : [];
}

/** The condition and everything inside it, each before what is inside it. */
export const conditionsOf = (condition: Condition): Condition[] => [
  condition,
  ...childrenOf(condition).flatMap(conditionsOf),
];

export const leavesOf = (condition: Condition): LeafCondition[] =>
  conditionsOf(condition).filter((one): one is LeafCondition => childrenOf(one).length === 0);

/** Every metric it reads, in the order of writing, each once. */
export const metricsOf = (condition: Condition): string[] => [
  ...new Set(leavesOf(condition).flatMap(({ metric }) => metric ?? [])),
];

/** Silence is judged by the server's clock, and so is everything joined to it. */
export const isClocked = (condition: Condition): boolean => leavesOf(condition).some(({ kind }) => kind === 'no-data');
