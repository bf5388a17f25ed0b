// Everything captured on one job, as it is shown: its steps, labour, travel, parts and charges.
import type { WorkOrderDetail } from '../contracts/http/work-orders.ts';
import { moneyOf } from '../contracts/money.ts';
import type { Queryable } from '../db/database.ts';

export type Captured = Pick<WorkOrderDetail, 'transitions' | 'labour' | 'travel' | 'parts' | 'charges'>;

interface NamedRow {
  code: string;
  name_en: string;
  name_zh: string;
}
const named = ({ code, name_en, name_zh }: NamedRow) => ({ code, name: { en: name_en, zh: name_zh } });

async function transitions(db: Queryable, id: number): Promise<Captured['transitions']> {
  const { rows } = await db.query<{
    from_state: string | null;
    to_state: string;
    at: Date;
    recorded_at: Date;
    actor: string;
    reason: string | null;
  }>(
    `SELECT from_state, to_state, at, recorded_at, actor, reason FROM work_order_transition
     WHERE work_order_id = $1 ORDER BY id`,
    [id],
  );
  return rows.map((row) => ({
    from: row.from_state,
    to: row.to_state,
    at: row.at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    actor: row.actor,
    reason: row.reason,
  }));
}

type Labour = Captured['labour'][number];

async function labour(db: Queryable, id: number): Promise<Labour[]> {
  const { rows } = await db.query<NamedRow & { id: bigint; from_at: Date; to_at: Date; category: Labour['category'] }>(
    `SELECT l.id, l.from_at, l.to_at, l.category, e.code, e.name_en, e.name_zh
     FROM labour_span l JOIN engineer e ON e.code = l.engineer_code WHERE l.work_order_id = $1 ORDER BY l.from_at, l.id`,
    [id],
  );
  return rows.map((row) => ({
    id: Number(row.id),
    engineer: named(row),
    from: row.from_at.toISOString(),
    to: row.to_at.toISOString(),
    category: row.category,
  }));
}

async function travel(db: Queryable, id: number): Promise<Captured['travel']> {
  const { rows } = await db.query<
    NamedRow & { id: bigint; at: Date; minutes: number; distance_m: bigint; fare_minor: bigint; currency: string }
  >(
    `SELECT t.id, t.at, t.minutes, t.distance_m, t.fare_minor, t.currency, e.code, e.name_en, e.name_zh
     FROM travel_leg t JOIN engineer e ON e.code = t.engineer_code WHERE t.work_order_id = $1 ORDER BY t.at, t.id`,
    [id],
  );
  return rows.map((row) => ({
    id: Number(row.id),
    engineer: named(row),
    at: row.at.toISOString(),
    minutes: row.minutes,
    distanceKm: Number(row.distance_m) / 1000,
    fare: moneyOf(row.fare_minor, row.currency),
  }));
}

async function parts(db: Queryable, id: number): Promise<Captured['parts']> {
  const { rows } = await db.query<
    NamedRow & {
      id: bigint;
      quantity: number;
      serial: string | null;
      lot: string | null;
      unit_cost_minor: bigint;
      currency: string;
      at: Date;
    }
  >(
    `SELECT u.id, u.quantity, u.serial, u.lot, u.unit_cost_minor, u.currency, u.at, p.code, p.name_en, p.name_zh
     FROM part_use u JOIN part p ON p.code = u.part_code WHERE u.work_order_id = $1 ORDER BY u.id`,
    [id],
  );
  return rows.map((row) => ({
    id: Number(row.id),
    part: named(row),
    quantity: row.quantity,
    serial: row.serial,
    lot: row.lot,
    unitCost: moneyOf(row.unit_cost_minor, row.currency),
    at: row.at.toISOString(),
  }));
}

type Charge = Captured['charges'][number];

async function charges(db: Queryable, id: number): Promise<Charge[]> {
  const { rows } = await db.query<{
    id: bigint;
    element: Charge['element'];
    amount_minor: bigint;
    currency: string;
    at: Date;
    note: string;
  }>('SELECT id, element, amount_minor, currency, at, note FROM job_charge WHERE work_order_id = $1 ORDER BY id', [id]);
  return rows.map((row) => ({
    id: Number(row.id),
    element: row.element,
    amount: moneyOf(row.amount_minor, row.currency),
    at: row.at.toISOString(),
    note: row.note,
  }));
}

export async function readCaptured(db: Queryable, id: number): Promise<Captured> {
  return {
    transitions: await transitions(db, id),
    labour: await labour(db, id),
    travel: await travel(db, id),
    parts: await parts(db, id),
    charges: await charges(db, id),
  };
}
