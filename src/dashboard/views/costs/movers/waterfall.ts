// The steps of a waterfall: from what was before, over volume, mix and rate, to what is after; each starts where the one
// before it ended. Lengths are shares of the drawn width and become numbers only here. Pure.
import type { VarianceSplit } from '../../../../contracts/http/cost-comparison.ts';
import { minorOf, type Money } from '../../../../contracts/money.ts';

export const STEPS = ['before', 'volume', 'mix', 'rate', 'after'] as const;
export type StepName = (typeof STEPS)[number];

export interface WaterfallStep {
  name: StepName;
  minor: bigint;
  /** Where it starts and ends, in minor units from zero. */
  from: bigint;
  to: bigint;
  /** Of the width, 0 to 1. */
  start: number;
  length: number;
}

const minor = (money: Money): bigint => minorOf(money) ?? 0n;

export function waterfallOf(before: Money, split: Pick<VarianceSplit, 'volume' | 'mix' | 'rate'>): WaterfallStep[] {
  let at = minor(before);
  const steps = [{ name: 'before' as StepName, minor: at, from: 0n, to: at }];
  for (const name of ['volume', 'mix', 'rate'] as const) {
    const amount = minor(split[name]);
    steps.push({ name, minor: amount, from: at, to: at + amount });
    at += amount;
  }
  steps.push({ name: 'after', minor: at, from: 0n, to: at });
  const ends = steps.flatMap(({ from, to }) => [from, to]);
  const [least, most] = [ends.reduce((a, b) => (b < a ? b : a)), ends.reduce((a, b) => (b > a ? b : a))];
  const width = Number(most - least);
  const share = (minorUnits: bigint): number => (width === 0 ? 0 : Number(minorUnits) / width);
  return steps.map((step) => {
    const [low, high] = step.from < step.to ? [step.from, step.to] : [step.to, step.from];
    return { ...step, start: share(low - least), length: share(high - low) };
  });
}
