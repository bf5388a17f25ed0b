// The months of the value screen as columns: each side stacked by cost element, and what was avoided standing on the
// reactive side, where it would have been paid. Pure.
import { COST_ELEMENTS, type CostElement } from '../../../contracts/costs.ts';
import type { MaintenanceValue, ValueSide } from '../../../contracts/http/maintenance-value.ts';
import { minorOf } from '../../../contracts/money.ts';
import type { ColumnSeries } from '../../charts/column-chart.tsx';

export const SIDES = ['preventive', 'reactive'] as const;
export type Side = (typeof SIDES)[number];

const minorOfElement = ({ byElement }: ValueSide, element: CostElement): bigint =>
  byElement.reduce((sum, part) => (part.element === element ? sum + (minorOf(part.cost) ?? 0n) : sum), 0n);

type Compared = Pick<MaintenanceValue, Side | 'avoidance'>;
/** What the columns show of the comparison. */
export type ValueMonths = Pick<Compared, Side> & { months: readonly Compared[] };

/** Elements that cost anything on either side, in their fixed order. */
export const elementsIn = ({ preventive, reactive }: Pick<Compared, Side>): CostElement[] =>
  COST_ELEMENTS.filter((element) =>
    [preventive, reactive].some((side) => side.byElement.some((part) => part.element === element)),
  );

interface Names {
  element: (element: CostElement) => string;
  avoided: string;
}

export function valueColumns(value: ValueMonths, names: Names): ColumnSeries[] {
  const spent = SIDES.flatMap((side) =>
    elementsIn(value).map(
      (element): ColumnSeries => ({
        name: names.element(element),
        colour: `element-${element}`,
        stack: side,
        minor: value.months.map((month) => minorOfElement(month[side], element)),
      }),
    ),
  );
  const avoided: ColumnSeries = {
    name: names.avoided,
    colour: 'healthy-fill',
    stack: 'reactive',
    minor: value.months.map(({ avoidance }) => minorOf(avoidance.net) ?? 0n),
    isOutline: true,
  };
  return [...spent, avoided];
}
