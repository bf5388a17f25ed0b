// Components told to be others without a job behind it: found by the predictor, decided by a person. The normal is learned anew at
// once, as nothing known of the old part may be said of a new one; disputing takes back what was known.
import { inScope, type Scope } from '../../contracts/access.ts';
import type {
  ComponentSwap,
  ComponentSwapQuery,
  Restoration,
  SwapDecision,
  SwapVerdict,
} from '../../contracts/http/component-swaps.ts';
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import type { Page } from '../../contracts/http/page.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Product } from '../../contracts/product.ts';
import { type Clock, isoOf } from '../../contracts/time.ts';
import type { Database, Queryable } from '../../db/database.ts';
import { appendEvent } from '../../db/event-log.ts';
import { writeReset } from './baseline-store.ts';

export interface ComponentSwaps {
  /** Newest first. */
  list(query: ComponentSwapQuery, scope: Scope): Promise<Page<ComponentSwap>>;
  /** Decided once; outside of the scope there is none. */
  decide(id: number, verdict: SwapVerdict & { actor: string }, scope: Scope): Promise<ComponentSwap>;
}

interface Row {
  id: bigint;
  device_id: number;
  device: string;
  region: string;
  customer: string;
  definition: Product;
  component: string;
  at: Date;
  previous_serial: string;
  serial: string;
  decision: SwapDecision | null;
  decided_by: string | null;
  decided_at: Date | null;
  note: string | null;
  restored: Restoration | null;
}

const SWAPS = `
  SELECT w.id, w.device_id, d.code AS device, s.region_code AS region, d.customer_code AS customer, p.definition, w.component, w.at,
    w.previous_serial, w.serial, w.decision, w.decided_by, w.decided_at, w.note, w.restored
  FROM component_swap w JOIN device d ON d.id = w.device_id JOIN station s ON s.code = d.station_code
  JOIN product p ON p.code = d.product_code`;

const toSwap = (row: Row): ComponentSwap => ({
  id: Number(row.id),
  device: row.device,
  component: row.component,
  name: row.definition.components.find(({ code }) => code === row.component)?.name ?? {
    en: row.component,
    zh: row.component,
  },
  at: row.at.toISOString(),
  previousSerial: row.previous_serial,
  serial: row.serial,
  decision: row.decision,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at?.toISOString() ?? null,
  note: row.note,
  restored: row.restored,
});

async function visible(db: Queryable, id: number, scope: Scope): Promise<Row> {
  const row = (await db.query<Row>(`${SWAPS} WHERE w.id = $1`, [id])).rows[0];
  if (row === undefined || !inScope(scope, row)) throw new Problem('not-found', `There is no component change ${id}`);
  return row;
}

export function createComponentSwaps(database: Database, clock: Clock): ComponentSwaps {
  return {
    async list(query, { regions, customers }) {
      const key = keyOf(query, 'integer');
      const limit = limitOf(query);
      const { rows } = await database.query<Row>(
        `${SWAPS} WHERE ($1::text[] IS NULL OR s.region_code = ANY ($1)) AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))
           AND ($3::text IS NULL OR d.code = $3) AND ($4::boolean IS NULL OR $4 = (w.decision IS NULL))
           AND ($5::bigint IS NULL OR w.id < $5) ORDER BY w.id DESC LIMIT $6`,
        [regions, customers, query.device ?? null, query.open ?? null, key?.[0] ?? null, limit + 1],
      );
      return pageOf(rows, limit, ({ id }) => [String(id)], toSwap);
    },
    async decide(id, { decision, note, actor }, scope) {
      if (decision === 'disputed' && (note ?? '').trim() === '') {
        throw new Problem('validation-failed', 'note: say what the device got wrong');
      }
      const swap = await visible(database, id, scope);
      const now = new Date(clock.now());
      await database.transaction(async (tx) => {
        const { rowCount } = await tx.query(
          `UPDATE component_swap SET decision = $2, decided_by = $3, decided_at = $4, note = $5
           WHERE id = $1 AND decision IS NULL`,
          [id, decision, actor, now, note ?? null],
        );
        if (rowCount === 0) throw new Problem('transition-refused', `Component change ${id} was decided already`);
        const { device_id: deviceId, device, component, serial } = swap;
        // What a dispute gives back is told once it is known.
        if (decision === 'confirmed') {
          const detail = { serial, actor };
          const told = { deviceId, component, atMs: now.getTime(), workOrderId: null };
          await writeReset(tx, { ...told, reason: 'swap-confirmed', detail });
        }
        appendEvent(tx, {
          type: 'component-swap.decided',
          at: isoOf(now.getTime()),
          payload: { swapId: id, device, component, decision, actor },
        });
      });
      return toSwap(await visible(database, id, scope));
    },
  };
}
