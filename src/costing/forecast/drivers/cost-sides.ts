// The cost of each series by what it follows: failures, plans, or neither; month by month as the pivot answers it.
import type { Scope } from '../../../contracts/access.ts';
import type { Dimension } from '../../../contracts/costs.ts';
import type { Period } from '../../../contracts/time.ts';
import { codesOf, parseFilter } from '../../core/cost-query.ts';
import type { CostSide } from '../../core/forecast/drivers/driver-model.ts';
import { type MonthSeries, type ReadSummary, readMonthSeries, type SeriesQuestion } from '../month-series.ts';

/** A predictive job is done in place of a failure. */
const KINDS: Readonly<Record<'failure' | 'planned', readonly string[]>> = {
  failure: ['corrective', 'predictive', 'remote-support'],
  planned: ['preventive', 'inspection'],
};

export function sideOfKind(kind: string | null): CostSide {
  if (kind !== null && KINDS.failure.includes(kind)) return 'failure';
  return kind !== null && KINDS.planned.includes(kind) ? 'planned' : 'other';
}

/** The question with the filter narrowed to kinds; `null`: it leaves none of them. */
function narrowed(question: SeriesQuestion, kinds: readonly string[]): SeriesQuestion | null {
  const filters = parseFilter(question.filter);
  const own = filters['maintenance-kind'];
  const left = own === undefined ? kinds : kinds.filter((kind) => codesOf(own).includes(kind));
  if (left.length === 0) return null;
  const pairs = Object.entries({ ...filters, 'maintenance-kind': left.join('|') });
  return { ...question, filter: pairs.map(([dimension, codes]) => `${dimension}:${codes}`).join(',') };
}

type Costs = Record<CostSide, number[]>;
export type SidesOf = (series: MonthSeries) => Costs;

const keyOf = (by: readonly Dimension[], { keys }: MonthSeries): string =>
  JSON.stringify(by.map((dimension) => keys[dimension] ?? null));

/** Groups by kind of maintenance are on one side already. */
function byKind({ keys, minor }: MonthSeries): Costs {
  const side = sideOfKind(keys['maintenance-kind'] ?? null);
  const of = (wanted: CostSide) => minor.map((amount) => (wanted === side ? Number(amount) : 0));
  return { failure: of('failure'), planned: of('planned'), other: of('other') };
}

export async function readCostSides(summary: ReadSummary, question: SeriesQuestion, scope: Scope): Promise<SidesOf> {
  const { by } = question;
  if (by.includes('maintenance-kind')) return byKind;
  const read = async (side: 'failure' | 'planned') => {
    const asked = narrowed(question, KINDS[side]);
    const series = asked === null ? [] : (await readMonthSeries(summary, asked, scope)).series;
    const cells = series.map((one): [string, Map<Period, bigint>] => [
      keyOf(by, one),
      new Map(one.periods.map((period, i) => [period, one.minor[i] ?? 0n])),
    ]);
    return new Map(cells);
  };
  const [failure, planned] = [await read('failure'), await read('planned')];
  return (series) => {
    const key = keyOf(by, series);
    const amounts = (side: typeof failure) => series.periods.map((period) => side.get(key)?.get(period) ?? 0n);
    const [failed, done] = [amounts(failure), amounts(planned)];
    return {
      failure: failed.map(Number),
      planned: done.map(Number),
      other: series.minor.map((amount, i) => Number(amount - (failed[i] ?? 0n) - (done[i] ?? 0n))),
    };
  };
}
