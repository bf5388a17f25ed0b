// Customers: the hospitals that devices stand in.
import type { Customer } from '../contracts/http/registry.ts';
import type { Resource } from './master-data.ts';
import { type NameRow, nameColumns, nameOf } from './names.ts';
import { keepingPlacements } from './placements.ts';

interface Row extends NameRow {
  code: string;
  group_code: string | null;
  tier: string | null;
  region_code: string;
}

export const customerResource: Resource<Customer, Row> = {
  noun: 'customer',
  select: 'SELECT t.code, t.name_en, t.name_zh, t.group_code, t.tier, t.region_code FROM customer t',
  scope: { region: 't.region_code', customer: 't.code' },
  references: { region_code: 'region' },
  toView: (row) => ({
    code: row.code,
    name: nameOf(row),
    group: row.group_code,
    tier: row.tier,
    region: row.region_code,
  }),
  toColumns: (customer) => ({
    ...nameColumns(customer),
    group_code: customer.group,
    tier: customer.tier,
    region_code: customer.region,
  }),
  beforeEdit: keepingPlacements('customer', (before, after) => before.group !== after.group),
};
