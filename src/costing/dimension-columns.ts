// Dimensions as columns of `cost_fact`, `cost_receiver` and `cost_line`, and the conditions that filters and a
// person's scope make of them.
import type { Scope } from '../contracts/access.ts';
import { DIMENSIONS, type Dimension, type JobDimensions } from '../contracts/costs.ts';
import { codesOf, type DimensionFilters } from './core/cost-query.ts';
import { AS_POSTED, type ValueMappings } from './core/value-mapping.ts';

/** Dimensions a fact carries in columns of their own; the others are its element, period, pool and work order. */
export const FACT_DIMENSIONS = {
  'product-line': 'product_line',
  product: 'product',
  device: 'device',
  component: 'component',
  customer: 'customer',
  'customer-group': 'customer_group',
  contract: 'contract',
  'contract-type': 'contract_type',
  'service-type': 'service_type',
  'maintenance-kind': 'maintenance_kind',
  region: 'region',
  station: 'station',
  engineer: 'engineer',
} as const satisfies Partial<Record<Dimension, string>>;

export const FACT_DIMENSION_COLUMNS = Object.values(FACT_DIMENSIONS);
export type DimensionColumn = (typeof FACT_DIMENSION_COLUMNS)[number];
/** What a fact or a receiver is about: one value, or none, per dimension column. */
export type DimensionValues = Partial<Record<DimensionColumn, string | null>>;

export const COLUMN_OF: Readonly<Record<Dimension, string>> = {
  ...FACT_DIMENSIONS,
  element: 'element',
  'work-order': 'work_order_id::text',
  period: 'period',
  pool: 'pool',
};

export function valuesOfJob(job: JobDimensions, engineer: string | null): DimensionValues {
  return {
    product_line: job.productLine,
    product: job.product,
    device: job.device,
    component: job.component,
    customer: job.customer,
    customer_group: job.customerGroup,
    contract: job.contract,
    contract_type: job.contractType,
    service_type: job.serviceType,
    maintenance_kind: job.maintenanceKind,
    region: job.region,
    station: job.station,
    engineer,
  };
}

export interface Condition {
  /** SQL that starts with `AND`, or nothing. */
  sql: string;
  values: unknown[];
}

/**
 * Conditions for filters and scope; parameters are numbered after `parametersBefore`. A filter admits every value that
 * counts as one of its own; the scope holds for values as they were posted.
 */
export function conditionOf(
  filters: DimensionFilters,
  scope: Scope,
  parametersBefore: number,
  mappings: ValueMappings = AS_POSTED,
): Condition {
  const values: unknown[] = [];
  const parts: string[] = [];
  const placeholder = (value: unknown): string => `$${parametersBefore + values.push(value)}`;
  for (const dimension of DIMENSIONS) {
    const value = filters[dimension];
    if (value === undefined) continue;
    const codes = codesOf(value);
    const posted = codes.filter((code) => code !== '').flatMap((code) => mappings.valuesOf(dimension, code));
    const isOneOf = `${COLUMN_OF[dimension]} = ANY (${placeholder(posted)}::text[])`;
    parts.push(codes.includes('') ? `AND (${COLUMN_OF[dimension]} IS NULL OR ${isOneOf})` : `AND ${isOneOf}`);
  }
  if (scope.regions) parts.push(`AND region = ANY (${placeholder(scope.regions)}::text[])`);
  if (scope.customers) parts.push(`AND customer = ANY (${placeholder(scope.customers)}::text[])`);
  return { sql: parts.join(' '), values };
}
