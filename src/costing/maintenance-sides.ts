// The parts cost is told apart in: maintenance that prevents, maintenance a failure caused, and what is neither. Pure.
import { COST_ELEMENTS, type CostElement, PREVENTIVE_KINDS, REACTIVE_KINDS } from '../contracts/costs.ts';

export const SIDES = ['preventive', 'reactive'] as const;
export type Side = (typeof SIDES)[number];
export type ValuePart = Side | 'neither';

const PREVENTIVE: readonly string[] = PREVENTIVE_KINDS;
const REACTIVE: readonly string[] = REACTIVE_KINDS;

export const partOfKind = (kind: string | null): ValuePart =>
  kind !== null && PREVENTIVE.includes(kind)
    ? 'preventive'
    : kind !== null && REACTIVE.includes(kind)
      ? 'reactive'
      : 'neither';

export interface PartSums {
  minorByElement: ReadonlyMap<CostElement, bigint>;
  jobs: number;
  downtimeMinutes: number;
}
export type ValueSums = Record<ValuePart, PartSums>;

const NOTHING: PartSums = { minorByElement: new Map(), jobs: 0, downtimeMinutes: 0 };
export const NO_VALUE: ValueSums = { preventive: NOTHING, reactive: NOTHING, neither: NOTHING };

const addParts = (a: PartSums, b: PartSums): PartSums => ({
  minorByElement: new Map(
    COST_ELEMENTS.flatMap((element): [CostElement, bigint][] => {
      const [own, more] = [a.minorByElement.get(element), b.minorByElement.get(element)];
      return own === undefined && more === undefined ? [] : [[element, (own ?? 0n) + (more ?? 0n)]];
    }),
  ),
  jobs: a.jobs + b.jobs,
  downtimeMinutes: a.downtimeMinutes + b.downtimeMinutes,
});

export const addValues = (a: ValueSums, b: ValueSums): ValueSums => ({
  preventive: addParts(a.preventive, b.preventive),
  reactive: addParts(a.reactive, b.reactive),
  neither: addParts(a.neither, b.neither),
});

export const costOf = ({ minorByElement }: PartSums): bigint =>
  [...minorByElement.values()].reduce((sum, minor) => sum + minor, 0n);

export const totalOf = ({ preventive, reactive, neither }: ValueSums): bigint =>
  costOf(preventive) + costOf(reactive) + costOf(neither);

/** Sums by key, gathered line by line. */
export interface ValueLedger {
  addCost(key: string, part: ValuePart, element: CostElement, minor: bigint): void;
  addJobs(key: string, part: ValuePart, jobs: number, downtimeMinutes: number): void;
  of(key: string): ValueSums;
}

export function createValueLedger(): ValueLedger {
  const sums = new Map<string, ValueSums>();
  const add = (key: string, part: ValuePart, own: PartSums): void => {
    const known = sums.get(key) ?? NO_VALUE;
    sums.set(key, { ...known, [part]: addParts(known[part], own) });
  };
  return {
    addCost: (key, part, element, minor) => add(key, part, { ...NOTHING, minorByElement: new Map([[element, minor]]) }),
    addJobs: (key, part, jobs, downtimeMinutes) => add(key, part, { ...NOTHING, jobs, downtimeMinutes }),
    of: (key) => sums.get(key) ?? NO_VALUE,
  };
}
