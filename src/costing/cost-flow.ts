// Where the shared cost of some months went: what came into the pools, what they sent one another, and who carries the rest.
import { EVERYTHING } from '../contracts/access.ts';
import type { Dimension } from '../contracts/costs.ts';
import type { CostFlow, FlowNode, FlowQuery } from '../contracts/http/cost-flow.ts';
import { moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { Text } from '../contracts/text.ts';
import type { Queryable } from '../db/database.ts';
import { type PeriodSpan, parsePeriods } from './core/cost-query.ts';
import { type FlowFacts, flowPicture, type FlowLink, type FlowPicture, REST } from './core/flow-picture.ts';
import { NOT_ASSIGNED } from './core/words.ts';
import { type CellRow, readCells } from './cube/cells.ts';
import { TooManyGroups } from './cube/groups.ts';
import { readMappings } from './dimension-mappings.ts';
import { type Labeller, labellerFor } from './labels.ts';
import type { SummaryDefaults, SummarySources } from './summary.ts';

/** As many as can be told apart in a picture. */
const MOST_POOLS = 14;
const MOST_CARRIERS = 14;
const CELL_LIMIT = 100_000;
const DEFAULT_BY: Dimension = 'product-line';

/** Ends that are no carrier; no code has a space. */
const ENDS = { nobody: ' nobody', unused: ' unused', waiting: ' waiting' } as const;
const NO_VALUE = ' none';

const END_WORDS: Readonly<Record<string, Text>> = {
  [ENDS.nobody]: { en: 'No driver could place it', zh: '无动因可分摊' },
  [ENDS.unused]: { en: 'Unused capacity', zh: '闲置产能' },
  [ENDS.waiting]: { en: 'Posted since the last run', zh: '上次分摊后新入账' },
  [NO_VALUE]: NOT_ASSIGNED,
};
const OTHERS: Text = { en: 'Other', zh: '其他' };

const IN_FORCE = `allocation_run r JOIN allocation_result a ON a.run_id = r.id AND a.currency = $3
  WHERE r.superseded_at IS NULL AND r.period BETWEEN $1 AND $2`;

async function readPools(db: Queryable, { from, to }: PeriodSpan, currency: string) {
  const asked = [from, to, currency];
  const own = await db.query<{ element: string; pool: string; minor: bigint }>(
    `SELECT element, pool, sum(amount_minor)::bigint AS minor FROM pool_total
     WHERE period BETWEEN $1 AND $2 AND currency = $3 GROUP BY 1, 2`,
    asked,
  );
  const between = await db.query<FlowLink>(
    `SELECT f.from_pool AS "from", f.to_pool AS "to", sum(f.amount_minor)::bigint AS minor
     FROM allocation_run r JOIN allocation_flow f ON f.run_id = r.id AND f.currency = $3
     WHERE r.superseded_at IS NULL AND r.period BETWEEN $1 AND $2 GROUP BY 1, 2`,
    asked,
  );
  const left = await db.query<{ pool: string; own: bigint; nobody: bigint; unused: bigint }>(
    `SELECT a.pool, sum(a.own_minor)::bigint AS own, sum(a.unallocated_minor)::bigint AS nobody,
       sum(a.unused_minor)::bigint AS unused FROM ${IN_FORCE} GROUP BY 1`,
    asked,
  );
  const others = await db.query<{ currency: string }>(
    `SELECT DISTINCT currency FROM pool_total WHERE period BETWEEN $1 AND $2 AND currency <> $3 AND amount_minor <> 0 ORDER BY 1`,
    asked,
  );
  return { own: own.rows, between: between.rows, left: left.rows, others: others.rows.map((row) => row.currency) };
}

type Pools = Awaited<ReturnType<typeof readPools>>;

function endsOf({ own, left }: Pools, placed: readonly CellRow[], by: Dimension): FlowFacts['ends'] {
  const waiting = new Map<string, bigint>();
  for (const { pool, minor } of own) waiting.set(pool, (waiting.get(pool) ?? 0n) + minor);
  for (const { pool, own: seen } of left) waiting.set(pool, (waiting.get(pool) ?? 0n) - seen);
  return [
    ...placed.map(({ keys, amounts }) => ({
      pool: keys['pool'] ?? '',
      end: keys[by] ?? NO_VALUE,
      minor: amounts.allocated,
    })),
    ...left.flatMap(({ pool, nobody, unused }) => [
      { pool, end: ENDS.nobody, minor: nobody },
      { pool, end: ENDS.unused, minor: unused },
    ]),
    ...[...waiting].map(([pool, minor]) => ({ pool, end: ENDS.waiting, minor })),
  ].filter(({ minor }) => minor !== 0n);
}

const sumOf = (links: readonly FlowLink[]): bigint => links.reduce((sum, { minor }) => sum + minor, 0n);

function kindOfEnd(end: string): FlowNode['kind'] {
  const found = Object.entries(ENDS).find(([, name]) => name === end);
  return found ? (found[0] as keyof typeof ENDS) : 'carrier';
}

interface Shown {
  by: Dimension;
  currency: string;
  label: Labeller;
}

function nodesOf(picture: FlowPicture, { by, currency, label }: Shown): FlowNode[] {
  const { elements, between, ends, restPools, restEnds } = picture;
  const money = (links: readonly FlowLink[]) => moneyOf(sumOf(links), currency);
  const unique = (names: readonly string[]): string[] => [...new Set(names)];
  const codeOf = (name: string): string | null => (name.startsWith(' ') ? null : name);
  const pools = unique([
    ...elements.map(({ to }) => to),
    ...between.flatMap((l) => [l.from, l.to]),
    ...ends.map((l) => l.from),
  ]);
  return [
    ...unique(elements.map(({ from }) => from)).map((name) => ({
      id: `element:${name}`,
      kind: 'element' as const,
      code: name,
      label: label('element', name),
      rest: 0,
      amount: money(elements.filter(({ from }) => from === name)),
    })),
    ...pools.map((name) => ({
      id: `pool:${name}`,
      kind: 'pool' as const,
      code: codeOf(name),
      label: name === REST ? OTHERS : label('pool', name),
      rest: name === REST ? restPools : 0,
      amount: money([...elements, ...between].filter(({ to }) => to === name)),
    })),
    ...unique(ends.map(({ to }) => to)).map((name) => ({
      id: `end:${name}`,
      kind: kindOfEnd(name),
      code: codeOf(name),
      label: name === REST ? OTHERS : (END_WORDS[name] ?? label(by, name)),
      rest: name === REST ? restEnds : 0,
      amount: money(ends.filter(({ to }) => to === name)),
    })),
  ];
}

function refuseTooMany(error: unknown): never {
  if (!(error instanceof TooManyGroups)) throw error;
  throw new Problem('refused', 'Too many carriers for one picture; choose fewer months or a coarser dimension');
}

export async function costFlow(
  { database, cube }: SummarySources,
  query: FlowQuery,
  defaults: SummaryDefaults,
): Promise<CostFlow> {
  const span = parsePeriods(query.period, defaults.period);
  const { by = DEFAULT_BY, currency = defaults.currency } = query;
  if (by === 'pool' || by === 'element')
    throw new Problem('validation-failed', `"${by}" is in the picture already; choose who carries the cost`);
  const question = {
    by: ['pool', by] as const,
    filters: {},
    scope: EVERYTHING,
    mappings: await readMappings(database),
  };
  const cells = await cube.ask(span, (view) => readCells(view, question, currency, CELL_LIMIT)).catch(refuseTooMany);
  const placed = (cells[0]?.rows ?? []).filter(({ amounts }) => amounts.allocated !== 0n);
  const pools = await readPools(database, span, currency);
  const ends = endsOf(pools, placed, by);
  const apart = new Set<string>(Object.values(ENDS));
  const picture = flowPicture({ ...pools, ends, apart, mostPools: MOST_POOLS, mostEnds: MOST_CARRIERS });
  const label = await labellerFor(
    database,
    ['pool', by],
    [
      ...pools.own.map(({ pool }) => ({ pool })),
      ...pools.between.flatMap(({ from, to }) => [{ pool: from }, { pool: to }]),
      ...ends.map(({ end }) => ({ [by]: end })),
    ],
  );
  const link = (kinds: readonly [string, string]) => (each: FlowLink) => ({
    from: `${kinds[0]}:${each.from}`,
    to: `${kinds[1]}:${each.to}`,
    amount: moneyOf(each.minor, currency),
  });
  return {
    ...span,
    currency,
    by,
    nodes: nodesOf(picture, { by, currency, label }),
    links: [
      ...picture.elements.map(link(['element', 'pool'])),
      ...picture.between.map(link(['pool', 'pool'])),
      ...picture.ends.map(link(['pool', 'end'])),
    ],
    circulated: moneyOf(picture.circulated, currency),
    total: moneyOf(sumOf(picture.elements), currency),
    otherCurrencies: pools.others,
  };
}
