// The way up through the pools: what a part of a pool's cost is made of, its own and what other pools sent it, pool by pool
// to a depth.
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import type { ExplainedNode } from '../../contracts/http/cost-explain.ts';
import { DEEPEST_POOLS, type PoolSources, sourceParts } from '../core/explain/sources.ts';
import { pathOf } from '../core/explain/steps.ts';
import { EXPLAIN_WORDS } from '../core/explain/words.ts';
import { labellerFor } from '../labels.ts';
import { poolFactsPlace } from './fact-places.ts';
import { type Asking, nodeOf, type Place, placeOf, type PoolCell } from './place.ts';

async function readSources({ db }: Asking, runId: number, cell: PoolCell): Promise<PoolSources> {
  const { pool, element, currency } = cell;
  const own = await db.query<{ own: bigint }>(
    'SELECT own_minor AS own FROM allocation_result WHERE run_id = $1 AND pool = $2 AND element = $3 AND currency = $4',
    [runId, pool, element, currency],
  );
  const from = await db.query<{ pool: string; minor: bigint }>(
    `SELECT from_pool AS pool, amount_minor AS minor FROM allocation_flow
     WHERE run_id = $1 AND to_pool = $2 AND element = $3 AND currency = $4 ORDER BY from_pool`,
    [runId, pool, element, currency],
  );
  return { ownMinor: own.rows[0]?.own ?? 0n, from: from.rows };
}

interface PoolPart {
  runId: number;
  cell: PoolCell;
  partMinor: bigint;
  /** Pools gone through already. */
  depth: number;
}

/** A part of what a pool had, by where the pool had it from. */
export function sourcesPlace(asking: Asking, node: ExplainedNode, { runId, cell, partMinor, depth }: PoolPart): Place {
  const path = node.path ?? '';
  const { currency } = cell;
  async function read() {
    const sources = await readSources(asking, runId, cell);
    const { parts, rest } = sourceParts(partMinor, sources);
    const label = await labellerFor(
      asking.db,
      ['pool'],
      parts.map(({ pool }) => ({ pool })),
    );
    const nodes = parts.map(({ pool, part, whole }) =>
      pool === null
        ? nodeOf(
            'own',
            pathOf(path, ['own']),
            EXPLAIN_WORDS.own,
            { minor: part, currency },
            { ...placeOf(cell), wholeMinor: whole },
          )
        : nodeOf(
            'from-pool',
            depth < DEEPEST_POOLS ? pathOf(path, ['from', pool]) : null,
            label('pool', pool),
            { minor: part, currency },
            { ...placeOf(cell), pool, wholeMinor: whole },
          ),
    );
    const cancelled = rest === 0n ? [] : [nodeOf('rounding', null, EXPLAIN_WORDS.rounding, { minor: rest, currency })];
    return { sources, parts, nodes: [...nodes, ...cancelled] };
  }
  return {
    node,
    async open([name, pool = null]) {
      const { sources, parts, nodes } = await read();
      const index = parts.findIndex((each) => each.pool === (name === 'own' ? null : pool));
      const [found, opened] = [parts[index], nodes[index]];
      if (!found || !opened || opened.path === null) return null;
      if (name === 'own')
        return poolFactsPlace(asking, opened, cell, { partMinor: found.part, ownMinor: sources.ownMinor });
      if (name !== 'from' || found.pool === null) return null;
      return sourcesPlace(asking, opened, {
        runId,
        cell: { ...cell, pool: found.pool },
        partMinor: found.part,
        depth: depth + 1,
      });
    },
    async level(page) {
      const { nodes } = await read();
      const limit = limitOf(page);
      const from = Number(keyOf(page, 'integer')?.[0] ?? 0);
      const rows = nodes.map((each, index) => ({ each, index })).slice(from);
      const isDeepest = depth >= DEEPEST_POOLS && nodes.some(({ kind }) => kind === 'from-pool');
      return {
        ...pageOf(
          rows,
          limit,
          ({ index }) => [String(index + 1)],
          ({ each }) => each,
        ),
        ...(isDeepest ? { endsFor: 'depth' as const } : {}),
      };
    },
  };
}
