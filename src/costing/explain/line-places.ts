// One pool, element and period: the receivers of a cell that carry it, or why nobody does.
import type { ExplainedNode } from '../../contracts/http/cost-explain.ts';
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import { moneyOf } from '../../contracts/money.ts';
import type { Uncarried } from '../core/origins.ts';
import { pathOf } from '../core/explain/steps.ts';
import { EXPLAIN_WORDS } from '../core/explain/words.ts';
import { NOBODY, placeLeft, type PoolEnds } from '../core/allocation.ts';
import { conditionOf, FACT_DIMENSION_COLUMNS } from '../dimension-columns.ts';
import { bigintsAsBytes, integersAsBytes } from '../packed-arrays.ts';
import { poolFactsPlace } from './fact-places.ts';
import { type Asking, isCut, nodeOf, type Place, placeOf, type PoolCell } from './place.ts';
import { sourcesPlace } from './pool-places.ts';
import { type PoolRow, readPoolEnds, readPoolRow, readShares, type Shares, sharedByOf } from './shared-by.ts';

interface ReceiverRow {
  id: number;
  amount: bigint;
  kind: string;
  code: string;
  work_order_id: bigint | null;
  device: string | null;
  customer: string | null;
}

/** Receivers of the cell with what they carry, as a subquery of `id` and `amount`. */
interface Carriers {
  sql: string;
  values: unknown[];
}

/** Receivers are looked at only where the question tells them apart. */
function carriersOf({ filters, scope, mappings }: Asking, row: PoolRow | null, ends: PoolEnds): Carriers {
  const { period: _, pool: __, element: ___, ...own } = filters;
  const { receiverIds, amountsMinor } = placeLeft(row ? Number(row.placed + row.unused) : 0, ends);
  const condition = conditionOf(own, scope, 2, mappings);
  const values = [integersAsBytes(receiverIds), bigintsAsBytes(amountsMinor), ...condition.values];
  const placed = 'unnest($1::integer[], $2::bigint[]) AS placed (id, amount)';
  if (condition.sql === '') return { sql: `SELECT id, amount FROM ${placed} WHERE amount <> 0`, values };
  const sql = `SELECT id, amount FROM (
      SELECT c.id, placed.amount, c.work_order_id, ${FACT_DIMENSION_COLUMNS.map((column) => `c.${column}`).join(', ')}
      FROM ${placed} JOIN cost_receiver c ON c.id = placed.id WHERE placed.amount <> 0) line WHERE true ${condition.sql}`;
  return { sql, values };
}

async function sumOfCarriers({ db }: Asking, { sql, values }: Carriers): Promise<bigint> {
  const { rows } = await db.query<{ total: bigint }>(
    `SELECT coalesce(sum(amount), 0)::bigint AS total FROM (${sql}) carrier`,
    values,
  );
  return rows[0]?.total ?? 0n;
}

/** Some of them, largest first: those a condition on `id` and `amount` names, at most `limit`. */
async function someCarriers(
  { db }: Asking,
  { sql, values }: Carriers,
  condition: (parametersBefore: number) => string,
  parameters: readonly unknown[],
  limit: number,
): Promise<ReceiverRow[]> {
  const { rows } = await db.query<ReceiverRow>(
    `SELECT c.id, carrier.amount, c.kind, c.code, c.work_order_id, c.device, c.customer
     FROM (SELECT id, amount FROM (${sql}) each WHERE ${condition(values.length)} ORDER BY amount DESC, id DESC LIMIT ${limit}) carrier
     JOIN cost_receiver c ON c.id = carrier.id ORDER BY carrier.amount DESC, c.id DESC`,
    [...values, ...parameters],
  );
  return rows;
}

const FROM_THE_START = [String(2n ** 62n), String(2n ** 31n - 1n)];

/** What the receivers of the cell carry of the pool, largest first; each opens to what the pool's cost is made of. */
export async function carriedPlace(asking: Asking, node: ExplainedNode, cell: PoolCell): Promise<Place> {
  const path = node.path ?? '';
  const { currency } = cell;
  const row = await readPoolRow(asking, cell);
  const carriers = carriersOf(asking, row, row ? await readPoolEnds(asking, row) : NOBODY);
  const total = await sumOfCarriers(asking, carriers);
  const toNode = (receiver: ReceiverRow, shares?: Shares): ExplainedNode =>
    nodeOf(
      'receiver',
      isCut(asking) ? null : pathOf(path, ['to', String(receiver.id)]),
      { en: receiver.code, zh: receiver.code },
      { minor: receiver.amount, currency },
      {
        ...placeOf(cell),
        receiver: {
          kind: receiver.kind,
          code: receiver.code,
          workOrderId: receiver.work_order_id === null ? null : Number(receiver.work_order_id),
          device: receiver.device,
          customer: receiver.customer,
          quantity: shares?.quantityOf(receiver.id) ?? null,
        },
      },
    );
  return {
    // Receivers and their sum are of one moment.
    node: { ...node, amount: moneyOf(total, currency) },
    async open([name, id = '']) {
      if (name !== 'to' || !/^\d{1,9}$/.test(id) || !row || isCut(asking)) return null;
      const [found] = await someCarriers(asking, carriers, (n) => `id = $${n + 1}::integer`, [id], 1);
      if (!found) return null;
      const shares = await readShares(asking, row, cell);
      const part = { runId: Number(row.run_id), cell, partMinor: found.amount, depth: 0 };
      return sourcesPlace(asking, toNode(found, shares), part);
    },
    async level(page) {
      if (row === null) return { items: [], next: null };
      const shares = await readShares(asking, row, cell);
      const limit = limitOf(page);
      const after = keyOf(page, 'integer', 'integer') ?? FROM_THE_START;
      const isAfter = (n: number): string => `(amount, id) < ($${n + 1}::bigint, $${n + 2}::bigint)`;
      const rows = await someCarriers(asking, carriers, isAfter, after, limit + 1);
      return {
        ...pageOf(
          rows,
          limit,
          (each) => [String(each.amount), String(each.id)],
          (each) => toNode(each, shares),
        ),
        sharedBy: sharedByOf(asking, row, cell, shares),
        ...(isCut(asking) ? { endsFor: 'cut-view' as const } : {}),
      };
    },
  };
}

/** Why nobody carries it: no driver, capacity nobody used, or posted since the run. */
export async function uncarriedPlace(
  asking: Asking,
  node: ExplainedNode,
  cell: PoolCell,
  origin: Uncarried,
): Promise<Place> {
  const path = node.path ?? '';
  const { period, pool, element, currency } = cell;
  const row = await readPoolRow(asking, cell);
  const { rows } = await asking.db.query<{ total: bigint }>(
    'SELECT amount_minor AS total FROM pool_total WHERE period = $1 AND pool = $2 AND element = $3 AND currency = $4',
    [period, pool, element, currency],
  );
  const waiting = (rows[0]?.total ?? 0n) - (row?.own ?? 0n);
  const reasons = [
    { kind: 'unplaced', of: 'unallocated', minor: row?.unallocated ?? 0n, isOpen: true },
    { kind: 'unused', of: 'unused', minor: row?.unused ?? 0n, isOpen: true },
    // What came since a run is not told apart from what it saw, but where it saw nothing.
    { kind: 'waiting', of: 'unallocated', minor: waiting, isOpen: row === null || row.own === 0n },
  ] as const;
  const found = reasons.filter(({ of, minor }) => of === origin && minor !== 0n);
  const nodes = found.map(({ kind, minor, isOpen }) =>
    nodeOf(kind, isOpen ? pathOf(path, [kind]) : null, EXPLAIN_WORDS[kind], { minor, currency }, placeOf(cell)),
  );
  const total = found.reduce((sum, { minor }) => sum + minor, 0n);
  return {
    node: { ...node, amount: moneyOf(total, currency) },
    async open([name]) {
      const opened = nodes.find((each) => each.kind === name && each.path !== null);
      const reason = found.find(({ kind }) => kind === name);
      if (!opened || !reason) return null;
      if (name === 'waiting')
        return poolFactsPlace(asking, opened, cell, { partMinor: reason.minor, ownMinor: reason.minor });
      return (
        row && sourcesPlace(asking, opened, { runId: Number(row.run_id), cell, partMinor: reason.minor, depth: 0 })
      );
    },
    async level() {
      const shares = row && (await readShares(asking, row, cell));
      return { items: nodes, next: null, sharedBy: row && shares && sharedByOf(asking, row, cell, shares) };
    },
  };
}
