// A question about cost turned into the plan of a pass, and the groups that come out turned back into values.
import type { Scope } from '../../contracts/access.ts';
import type { Dimension } from '../../contracts/costs.ts';
import type { Period } from '../../contracts/time.ts';
import { codesOf, type DimensionFilters } from '../core/cost-query.ts';
import type { ValueMappings } from '../core/value-mapping.ts';
import { FACT_DIMENSIONS } from '../dimension-columns.ts';
import { type Dictionaries, LINE_COLUMNS, type LineColumn } from './lines.ts';
import type { Factor, Stage } from './pivot.ts';

export interface CubeQuestion {
  by: readonly Dimension[];
  filters: DimensionFilters;
  scope: Scope;
  mappings: ValueMappings;
  currency: string;
  periods: readonly Period[];
}

/** The period is no column: all lines of a segment have the same. */
const COLUMN_OF: Readonly<Record<Exclude<Dimension, 'period'>, LineColumn>> = {
  ...FACT_DIMENSIONS,
  element: 'element',
  pool: 'pool',
  'work-order': 'work_order_id',
};
const DIMENSION_OF = new Map(
  (Object.entries(COLUMN_OF) as [Exclude<Dimension, 'period'>, LineColumn][]).map(([d, column]) => [column, d]),
);

/** Keys stay whole numbers in floating point, also times the groups of the stage before. */
const KEY_LIMIT = 2 ** 36;
const LEFT_OUT = Number.NEGATIVE_INFINITY;

interface Axis {
  dimension: Dimension;
  stage: number;
  stride: number;
  size: number;
}

export interface QuestionPlan {
  stages: Stage[];
  /** Base of the keys of a period's lines; -Infinity of one that is filtered out. */
  baseOf(period: Period): number;
  valuesOf(keys: readonly number[]): Record<string, string | null>;
}

/** Where a column's lines stand by code: in the scope and the filters, or left out. */
function admitted(column: LineColumn, question: CubeQuestion, dictionaries: Dictionaries): Uint8Array | null {
  const { filters, scope, mappings, currency } = question;
  const dictionary = dictionaries[column];
  const conditions: string[][] = [];
  const dimension = DIMENSION_OF.get(column);
  const wanted = dimension === undefined ? undefined : filters[dimension];
  if (dimension !== undefined && wanted !== undefined)
    conditions.push(codesOf(wanted).flatMap((code) => mappings.valuesOf(dimension, code)));
  // Where there is but one currency, a pass over its column would be for nothing.
  const isOnlyOne = dictionary.size() === 2 && dictionary.find(currency) !== null;
  if (column === 'currency' && !isOnlyOne) conditions.push([currency]);
  // Merging two customers widens nobody's view: the scope holds for values as they were posted.
  if (column === 'region' && scope.regions) conditions.push([...scope.regions]);
  if (column === 'customer' && scope.customers) conditions.push([...scope.customers]);
  if (conditions.length === 0) return null;
  const met = new Uint8Array(dictionary.size());
  for (const values of conditions) {
    for (const code of new Set(values.map((value) => dictionary.find(value))))
      if (code !== null) met[code] = (met[code] ?? 0) + 1;
  }
  return met.map((count) => (count === conditions.length ? 1 : 0));
}

/** The code each code counts as. */
function standInOf(dimension: Dimension, column: LineColumn, { mappings }: CubeQuestion, dictionaries: Dictionaries) {
  const dictionary = dictionaries[column];
  // Jobs are numbers, and none stands for another.
  if (dimension === 'work-order') return (code: number): number => code;
  return (code: number): number => {
    const text = dictionary.textOf(code);
    return text === null ? 0 : dictionary.codeOf(mappings.standFor(dimension, text));
  };
}

function tableOf(column: LineColumn, axis: Axis | undefined, question: CubeQuestion, dictionaries: Dictionaries) {
  const isAdmitted = admitted(column, question, dictionaries);
  if (!axis && !isAdmitted) return null;
  const standIn = axis ? standInOf(axis.dimension, column, question, dictionaries) : () => 0;
  const table = new Float64Array(dictionaries[column].size());
  for (let code = 0; code < table.length; code += 1) {
    table[code] = isAdmitted && isAdmitted[code] === 0 ? LEFT_OUT : axis ? standIn(code) * axis.stride : 0;
  }
  return table;
}

/** Sizes are taken when every value that stands for another has its code. */
function sizeOf(dimension: Dimension, question: CubeQuestion, dictionaries: Dictionaries): number {
  if (dimension === 'period') return question.periods.length;
  const column = COLUMN_OF[dimension];
  const dictionary = dictionaries[column];
  const standIn = standInOf(dimension, column, question, dictionaries);
  for (let code = dimension === 'work-order' ? 0 : dictionary.size() - 1; code > 0; code -= 1) standIn(code);
  return dictionary.size();
}

function axesOf(question: CubeQuestion, dictionaries: Dictionaries): Axis[] {
  let [stage, stride] = [0, 1];
  // The period comes first: its share of the key is in the base, which is of the first stage.
  const inOrder = question.by.toSorted((a, b) => Number(b === 'period') - Number(a === 'period'));
  return inOrder.map((dimension) => {
    const size = sizeOf(dimension, question, dictionaries);
    if (stride > 1 && stride * size > KEY_LIMIT) [stage, stride] = [stage + 1, 1];
    const axis = { dimension, stage, stride, size };
    stride *= size;
    return axis;
  });
}

export function planQuestion(question: CubeQuestion, dictionaries: Dictionaries): QuestionPlan {
  const axes = axesOf(question, dictionaries);
  const stages = Array.from({ length: (axes.at(-1)?.stage ?? 0) + 1 }, (_, stage) => ({
    factors: [] as Factor[],
    space: axes.filter((axis) => axis.stage === stage).reduce((space, { size }) => space * size, 1),
  }));
  for (const column of LINE_COLUMNS) {
    const axis = axes.find(({ dimension }) => dimension !== 'period' && COLUMN_OF[dimension] === column);
    const table = tableOf(column, axis, question, dictionaries);
    if (table) stages[axis?.stage ?? 0]?.factors.push({ column, table });
  }
  const { filters, periods } = question;
  const hasPeriods = axes.some(({ dimension }) => dimension === 'period');
  return {
    stages,
    baseOf(period) {
      if (filters.period !== undefined && filters.period !== period) return LEFT_OUT;
      return hasPeriods ? periods.indexOf(period) : 0;
    },
    valuesOf: (keys) =>
      Object.fromEntries(
        axes.map(({ dimension, stage, stride, size }) => {
          const code = Math.floor((keys[stage] ?? 0) / stride) % size;
          return [
            dimension,
            dimension === 'period' ? (periods[code] ?? null) : dictionaries[COLUMN_OF[dimension]].textOf(code),
          ];
        }),
      ),
  };
}
