// What is held against what on the tab of movers, as its URL says, and the question that makes of it. Pure.
import { type Dimension, DIMENSIONS } from '../../../../contracts/costs.ts';
import { VOLUME_UNITS, type VolumeUnit } from '../../../../contracts/http/cost-comparison.ts';
import { type PeriodRange, rangeBefore, rangeText, shiftPeriod } from '../../../state/periods.ts';
import { costFilterOf, type ScopeFilter } from '../../../state/scope-filter.ts';
import type { CellKeys } from '../explain/explain-cell.ts';

/** The months before, the same months a year before, or two values of a dimension in the same months. */
export const BASES = ['before', 'year', 'values'] as const;
export type Basis = (typeof BASES)[number];

/** A split is of periods: they are no groups of it. */
export const MOVER_DIMENSIONS = DIMENSIONS.filter((one) => one !== 'period');

export interface MoverSettings {
  basis: Basis;
  by: Dimension;
  within: Dimension | null;
  unit: VolumeUnit;
  /** Where two values are held against each other. */
  values: { dimension: Dimension; before: string | null; after: string | null };
}

type Query = Readonly<Record<string, string | undefined>>;

const dimensionOf = (text: string | undefined): Dimension | null =>
  MOVER_DIMENSIONS.find((one) => one === text) ?? null;

export function moverSettingsOf(query: Query): MoverSettings {
  const by = dimensionOf(query['by']) ?? 'product';
  const within = dimensionOf(query['within']);
  return {
    basis: BASES.find((one) => one === query['basis']) ?? 'before',
    by,
    within: within === by ? null : within,
    unit: VOLUME_UNITS.find((one) => one === query['volume']) ?? 'jobs',
    values: {
      dimension: dimensionOf(query['of']) ?? 'product-line',
      before: query['a'] ?? null,
      after: query['b'] ?? null,
    },
  };
}

const aYearBefore = ({ from, to }: PeriodRange): PeriodRange => ({
  from: shiftPeriod(from, -12),
  to: shiftPeriod(to, -12),
});

export const rangeAgainst = ({ basis }: MoverSettings, range: PeriodRange): PeriodRange =>
  basis === 'before' ? rangeBefore(range) : basis === 'year' ? aYearBefore(range) : range;

/** Where the cost of each side is: in its months, and of two values in that value. */
export function sideCells(settings: MoverSettings, range: PeriodRange): { before: CellKeys; after: CellKeys } {
  const { basis, values } = settings;
  const side = (months: PeriodRange, value: string | null): CellKeys => ({
    period: rangeText(months),
    ...(basis === 'values' ? { [values.dimension]: value } : {}),
  });
  return { before: side(rangeAgainst(settings, range), values.before), after: side(range, values.after) };
}

export interface MoversQuestion {
  by: string;
  period: string;
  against: string;
  volume: VolumeUnit;
  filter: string | null;
  againstFilter: string | null;
}

/** `null` while two values are still to be chosen. */
export function questionOf(settings: MoverSettings, scope: ScopeFilter): MoversQuestion | null {
  const { basis, by, within, unit, values } = settings;
  const question = {
    by: within === null ? by : `${by},${within}`,
    period: rangeText(scope.range),
    against: rangeText(rangeAgainst(settings, scope.range)),
    volume: unit,
  };
  if (basis !== 'values') return { ...question, filter: costFilterOf(scope), againstFilter: null };
  if (values.before === null || values.after === null) return null;
  return {
    ...question,
    filter: costFilterOf(scope, { [values.dimension]: values.after }),
    againstFilter: costFilterOf(scope, { [values.dimension]: values.before }),
  };
}
