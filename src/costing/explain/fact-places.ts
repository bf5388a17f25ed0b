// Facts at the end of the way down: direct ones of a cell, those that came into its pools, and those a part of a pool's own cost is
// made of.
import type { CostFact } from '../../contracts/http/costs.ts';
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import type { PageQuery } from '../../contracts/http/page.ts';
import type { ExplainedNode } from '../../contracts/http/cost-explain.ts';
import { type Condition, conditionOf } from '../dimension-columns.ts';
import type { PeriodSpan } from '../core/cost-query.ts';
import { cutOf } from '../core/explain/cut.ts';
import { pathOf, POSTED, type Step } from '../core/explain/steps.ts';
import { EXPLAIN_WORDS } from '../core/explain/words.ts';
import { WORDS } from '../core/words.ts';
import { type FactRow, toFact } from '../fact-reads.ts';
import { factEvidence } from './fact-evidence.ts';
import { type Asking, type Level, nodeOf, type Place, type PoolCell } from './place.ts';

/** What stands before a fact on the line of all of them: `upTo` includes it. */
type PlacedFact = FactRow & { up_to: bigint };

const LARGEST_FIRST = 'ORDER BY amount_minor DESC, id DESC';
const AFTER = 'AND (amount_minor, id) < ($1::bigint, $2::bigint)';
const FROM_THE_START = [String(2n ** 62n), String(2n ** 62n)];

const idOf = ([name, id = '']: Step): string | null => (name === 'fact' && /^\d{1,15}$/.test(id) ? id : null);

const factNode = (fact: CostFact, path: string, minor: bigint, wholeMinor?: bigint): ExplainedNode =>
  nodeOf(
    'fact',
    pathOf(path, ['fact', String(fact.id)]),
    WORDS['element']?.[fact.element] ?? { en: fact.element, zh: fact.element },
    { minor, currency: fact.amount.currency },
    {
      fact,
      period: fact.period,
      pool: fact.pool,
      element: fact.element,
      ...(wholeMinor === undefined ? {} : { wholeMinor }),
    },
  );

const factPlace = (asking: Asking, node: ExplainedNode): Place => ({
  node,
  open: async () => null,
  level: async (): Promise<Level> => ({
    items: [],
    next: null,
    evidence: node.fact === null ? null : await factEvidence(asking, node.fact),
  }),
});

const pageKey = ({ amount_minor, id }: FactRow): readonly string[] => [String(amount_minor), String(id)];

export interface FactCell {
  span: PeriodSpan;
  currency: string;
}
/** Direct cost has no pool. */
type Posted = 'pool IS NULL' | 'pool IS NOT NULL';

/** Facts of the cell, largest first; they are the amount, not parts of it. */
function wholeFactsPlace(asking: Asking, node: ExplainedNode, { span, currency }: FactCell, posted: Posted): Place {
  const path = node.path ?? '';
  const read = async (sql: string, first: readonly unknown[], condition: Condition): Promise<FactRow[]> => {
    const { rows } = await asking.db.query<FactRow>(
      `SELECT * FROM cost_fact WHERE ${posted} AND period BETWEEN $3 AND $4 AND currency = $5 ${condition.sql} ${sql}`,
      [...first, span.from, span.to, currency, ...condition.values],
    );
    return rows;
  };
  const condition = (): Condition => conditionOf(asking.filters, asking.scope, 5, asking.mappings);
  return {
    node,
    async open(step) {
      const id = idOf(step);
      if (id === null) return null;
      const [row] = await read('AND id = $1::bigint AND $2::integer = 1', [id, 1], condition());
      return row ? factPlace(asking, factNode(toFact(row), path, row.amount_minor)) : null;
    },
    async level(page: PageQuery) {
      const limit = limitOf(page);
      const after = keyOf(page, 'integer', 'integer') ?? FROM_THE_START;
      const rows = await read(`${AFTER} ${LARGEST_FIRST} LIMIT ${limit + 1}`, after, condition());
      return pageOf(rows, limit, pageKey, (row) => factNode(toFact(row), path, row.amount_minor));
    },
  };
}

export const directPlace = (asking: Asking, node: ExplainedNode, cell: FactCell): Place =>
  wholeFactsPlace(asking, node, cell, 'pool IS NULL');

/** What was posted into the pools of the cell, whoever carries it. */
export async function postedPlace(asking: Asking, cell: FactCell): Promise<Place> {
  const { span, currency } = cell;
  const condition = conditionOf(asking.filters, asking.scope, 3, asking.mappings);
  const { rows } = await asking.db.query<{ minor: bigint }>(
    `SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM cost_fact
     WHERE pool IS NOT NULL AND period BETWEEN $1 AND $2 AND currency = $3 ${condition.sql}`,
    [span.from, span.to, currency, ...condition.values],
  );
  const minor = rows[0]?.minor ?? 0n;
  const node = nodeOf('own', pathOf('', POSTED), EXPLAIN_WORDS.own, { minor, currency });
  return wholeFactsPlace(asking, node, cell, 'pool IS NOT NULL');
}

/** Facts of a pool, each with the part of the amount that its share of the pool's own cost is. */
export function poolFactsPlace(asking: Asking, node: ExplainedNode, cell: PoolCell, wholes: PoolWholes): Place {
  const path = node.path ?? '';
  const { partMinor, ownMinor } = wholes;
  const { currency } = cell;
  const read = async (sql: string, first: readonly unknown[]): Promise<PlacedFact[]> => {
    const { rows } = await asking.db.query<PlacedFact>(
      `SELECT * FROM (SELECT *, (sum(amount_minor) OVER (${LARGEST_FIRST}))::bigint AS up_to FROM cost_fact
         WHERE pool = $3 AND period = $4 AND element = $5 AND currency = $6) f WHERE true ${sql}`,
      [...first, cell.pool, cell.period, cell.element, currency],
    );
    return rows;
  };
  const toNode = (row: PlacedFact): ExplainedNode => {
    const part = cutOf(partMinor, row.up_to - row.amount_minor, row.up_to, ownMinor);
    return factNode(toFact(row), path, part, row.amount_minor);
  };
  /** Posted since the run that placed the pool: in the facts, not yet in what was shared out. */
  async function restOfRun(): Promise<ExplainedNode[]> {
    const { rows } = await asking.db.query<{ total: bigint }>(
      `SELECT coalesce(sum(amount_minor), 0)::bigint AS total FROM cost_fact
       WHERE pool = $1 AND period = $2 AND element = $3 AND currency = $4`,
      [cell.pool, cell.period, cell.element, currency],
    );
    const total = rows[0]?.total ?? 0n;
    if (total === ownMinor) return [];
    const minor = partMinor - cutOf(partMinor, 0n, total, ownMinor);
    return [nodeOf('waiting', null, EXPLAIN_WORDS.waiting, { minor, currency }, { wholeMinor: ownMinor - total })];
  }
  return {
    node,
    async open(step) {
      const id = idOf(step);
      if (id === null) return null;
      const [row] = await read('AND id = $1::bigint AND $2::integer = 1', [id, 1]);
      return row ? factPlace(asking, toNode(row)) : null;
    },
    async level(page) {
      const limit = limitOf(page);
      const after = keyOf(page, 'integer', 'integer');
      const rows = await read(`${AFTER} ${LARGEST_FIRST} LIMIT ${limit + 1}`, after ?? FROM_THE_START);
      const { items, next } = pageOf(rows, limit, pageKey, toNode);
      return { items: after === null ? [...(await restOfRun()), ...items] : items, next };
    },
  };
}

export interface PoolWholes {
  partMinor: bigint;
  ownMinor: bigint;
}
