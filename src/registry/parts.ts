// Spare parts and what one costs today; the cost of a part that was used is frozen on its work order.
import type { Part } from '../contracts/http/registry.ts';
import { moneyOf } from '../contracts/money.ts';
import { minorColumn } from './amounts.ts';
import type { Resource } from './master-data.ts';
import { type NameRow, nameColumns, nameOf } from './names.ts';

interface Row extends NameRow {
  code: string;
  unit_cost_minor: bigint;
  currency: string;
  controlled_by: Part['controlledBy'];
}

export const partResource: Resource<Part, Row> = {
  noun: 'part',
  select: 'SELECT t.code, t.name_en, t.name_zh, t.unit_cost_minor, t.currency, t.controlled_by FROM part t',
  scope: {},
  references: {},
  toView: (row) => ({
    code: row.code,
    name: nameOf(row),
    unitCost: moneyOf(row.unit_cost_minor, row.currency),
    controlledBy: row.controlled_by,
  }),
  toColumns: (part) => ({
    ...nameColumns(part),
    unit_cost_minor: minorColumn(part.unitCost, 'unitCost'),
    currency: part.unitCost.currency,
    controlled_by: part.controlledBy,
  }),
};
