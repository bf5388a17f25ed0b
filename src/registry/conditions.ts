// The WHERE of a list, gathered with its values; and how a person's scope becomes part of it.
import type { Scope } from '../contracts/access.ts';

export interface Conditions {
  readonly values: readonly unknown[];
  /** Takes a value along and gives its placeholder. */
  bind(value: unknown): string;
  add(condition: string): void;
  /** All conditions, joined by AND. */
  sql(): string;
}

export function createConditions(): Conditions {
  const values: unknown[] = [];
  const conditions: string[] = [];
  return {
    values,
    bind: (value) => `$${values.push(value)}`,
    add: (condition) => void conditions.push(condition),
    sql: () => (conditions.length === 0 ? 'true' : conditions.join(' AND ')),
  };
}

/** SQL expressions of the region and customer a row belongs to; absent: rows of this kind belong to none. */
export interface ScopeColumns {
  region?: string;
  customer?: string;
}

export function addScope(where: Conditions, scope: Scope, columns: ScopeColumns): void {
  if (scope.regions && columns.region) where.add(`${columns.region} = ANY (${where.bind(scope.regions)}::text[])`);
  if (scope.customers && columns.customer) {
    where.add(`${columns.customer} = ANY (${where.bind(scope.customers)}::text[])`);
  }
}
