// What every level of an explanation shares: the question, a place on the way down, and the nodes its level lists.
import type { Scope } from '../../contracts/access.ts';
import type { CostElement } from '../../contracts/costs.ts';
import type { Explained, ExplainedNode } from '../../contracts/http/cost-explain.ts';
import type { PageQuery } from '../../contracts/http/page.ts';
import { moneyOf } from '../../contracts/money.ts';
import type { Text } from '../../contracts/text.ts';
import type { Queryable } from '../../db/database.ts';
import type { DimensionFilters } from '../core/cost-query.ts';
import type { Step } from '../core/explain/steps.ts';
import type { ValueMappings } from '../core/value-mapping.ts';

/** What of a fact's evidence the caller may see, beyond its cost. */
export interface EvidenceAccess {
  jobs: boolean;
  alerts: boolean;
  telemetry: boolean;
}

export interface Asking {
  /** One snapshot for the whole way down. */
  db: Queryable;
  filters: DimensionFilters;
  scope: Scope;
  mappings: ValueMappings;
  may: EvidenceAccess;
}

/** Shared cost concerns everybody: who sees but some regions or customers sees a pool's share, not the pool. */
export const isCut = ({ scope }: Asking): boolean => scope.regions !== null || scope.customers !== null;

export type Level = Pick<Explained, 'items' | 'next'> & Partial<Pick<Explained, 'sharedBy' | 'evidence' | 'endsFor'>>;

export interface Place {
  node: ExplainedNode;
  /** The place one step down; `null`: there is none. */
  open(step: Step): Promise<Place | null>;
  level(page: PageQuery): Promise<Level>;
}

/** One pool, element and currency of a period. */
export interface PoolCell {
  period: string;
  pool: string;
  element: CostElement;
  currency: string;
}

export const placeOf = ({ period, pool, element }: PoolCell) => ({ period, pool, element });

interface NodeOptions extends Partial<Omit<ExplainedNode, 'amount' | 'whole' | 'kind' | 'path' | 'label'>> {
  wholeMinor?: bigint;
}

export function nodeOf(
  kind: ExplainedNode['kind'],
  path: string | null,
  label: Text,
  money: { minor: bigint; currency: string },
  { wholeMinor, ...options }: NodeOptions = {},
): ExplainedNode {
  return {
    kind,
    path,
    label,
    amount: moneyOf(money.minor, money.currency),
    whole: wholeMinor === undefined ? null : moneyOf(wholeMinor, money.currency),
    converted: null,
    period: null,
    pool: null,
    element: null,
    receiver: null,
    fact: null,
    ...options,
  };
}
