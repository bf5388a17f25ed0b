// One pool, element and period: the receivers of a cell that carry it, or why nobody does.
import type { ExplainedNode } from '../../contracts/http/cost-explain.ts';
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import { moneyOf } from '../../contracts/money.ts';
import { pathOf } from '../core/explain/steps.ts';
import { EXPLAIN_WORDS } from '../core/explain/words.ts';
import { conditionOf, FACT_DIMENSION_COLUMNS } from '../dimension-columns.ts';
import { poolFactsPlace } from './fact-places.ts';
import { type Asking, isCut, nodeOf, type Place, placeOf, type PoolCell } from './place.ts';
import { sourcesPlace } from './pool-places.ts';
import { readPoolRow, readShares, type Shares, sharedByOf } from './shared-by.ts';

interface ReceiverRow {
  id: number;
  amount: bigint;
  kind: string;
  code: string;
  work_order_id: bigint | null;
  device: string | null;
  customer: string | null;
}

const RECEIVERS = `SELECT id, amount, kind, code, work_order_id, device, customer FROM (
    SELECT c.id, placed.amount, c.kind, c.code, c.work_order_id, r.period, a.pool, a.element,
      ${FACT_DIMENSION_COLUMNS.map((column) => `c.${column}`).join(', ')}
    FROM allocation_run r JOIN allocation_result a ON a.run_id = r.id
    CROSS JOIN LATERAL unnest(a.receiver_ids, a.amounts_minor) AS placed (receiver_id, amount)
    JOIN cost_receiver c ON c.id = placed.receiver_id
    WHERE r.superseded_at IS NULL AND r.period = $1 AND a.pool = $2 AND a.element = $3 AND a.currency = $4
      AND placed.amount <> 0) line WHERE true`;

async function readReceivers(asking: Asking, cell: PoolCell): Promise<ReceiverRow[]> {
  const { filters, scope, mappings } = asking;
  const condition = conditionOf(filters, scope, 4, mappings);
  const { rows } = await asking.db.query<ReceiverRow>(`${RECEIVERS} ${condition.sql} ORDER BY amount DESC, id DESC`, [
    cell.period,
    cell.pool,
    cell.element,
    cell.currency,
    ...condition.values,
  ]);
  return rows;
}

const isAfter = (row: ReceiverRow, amount: bigint, id: number): boolean =>
  row.amount < amount || (row.amount === amount && row.id < id);

/** What the receivers of the cell carry of the pool, largest first; each opens to what the pool's cost is made of. */
export async function carriedPlace(asking: Asking, node: ExplainedNode, cell: PoolCell): Promise<Place> {
  const path = node.path ?? '';
  const { currency } = cell;
  const row = await readPoolRow(asking, cell);
  const rows = row === null ? [] : await readReceivers(asking, cell);
  const total = rows.reduce((sum, { amount }) => sum + amount, 0n);
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
    async open([name, id]) {
      const found = rows.find((receiver) => String(receiver.id) === id);
      if (name !== 'to' || !found || !row || isCut(asking)) return null;
      const shares = await readShares(asking, row, cell);
      const part = { runId: Number(row.run_id), cell, partMinor: found.amount, depth: 0 };
      return sourcesPlace(asking, toNode(found, shares), part);
    },
    async level(page) {
      if (row === null) return { items: [], next: null };
      const shares = await readShares(asking, row, cell);
      const limit = limitOf(page);
      const [amount, after] = keyOf(page, 'integer', 'integer') ?? [];
      const rest = amount === undefined ? rows : rows.filter((each) => isAfter(each, BigInt(amount), Number(after)));
      return {
        ...pageOf(
          rest,
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
export async function uncarriedPlace(asking: Asking, node: ExplainedNode, cell: PoolCell): Promise<Place> {
  const path = node.path ?? '';
  const { period, pool, element, currency } = cell;
  const row = await readPoolRow(asking, cell);
  const { rows } = await asking.db.query<{ total: bigint }>(
    'SELECT amount_minor AS total FROM pool_total WHERE period = $1 AND pool = $2 AND element = $3 AND currency = $4',
    [period, pool, element, currency],
  );
  const waiting = (rows[0]?.total ?? 0n) - (row?.own ?? 0n);
  const reasons = [
    { kind: 'unplaced', minor: row?.unallocated ?? 0n, isOpen: true },
    { kind: 'unused', minor: row?.unused ?? 0n, isOpen: true },
    // What came since a run is not told apart from what it saw, but where it saw nothing.
    { kind: 'waiting', minor: waiting, isOpen: row === null || row.own === 0n },
  ] as const;
  const found = reasons.filter(({ minor }) => minor !== 0n);
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
